package dev.oar.model;

import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.testing.TinyModels;
import java.util.List;
import java.util.function.LongFunction;
import org.bytedeco.pytorch.global.torch;

/** Every architecture behind the seam, as tiny models in float64 on the grid of {@link CommittedWalk}. */
enum Architecture {
    POSITION_INSTRUCTION(seed -> transformer(Formulation.POSITION_INSTRUCTION, seed)),
    DUAL_POSITION(seed -> transformer(Formulation.DUAL_POSITION, seed)),
    POSITION_INSTRUCTION_BEHIND_CAPTIONS(seed -> captioned(Formulation.POSITION_INSTRUCTION, seed)),
    DUAL_POSITION_BEHIND_CAPTIONS(seed -> captioned(Formulation.DUAL_POSITION, seed)),
    POSITION_INSTRUCTION_READING_CAPTIONS(seed -> reading(Formulation.POSITION_INSTRUCTION, seed)),
    DUAL_POSITION_READING_CAPTIONS(seed -> reading(Formulation.DUAL_POSITION, seed)),
    ARPG(seed -> Opened.of(TinyModels.arpg(CommittedWalk.GRID, seed, torch.ScalarType.Double))),
    RAR(seed -> rar(TrainedOrders.ANY, seed)),
    RAR_IN_RASTER_ORDER(seed -> rar(TrainedOrders.RASTER, seed)),
    LLAMA_GEN(seed -> Opened.of(TinyModels.llamaGen(CommittedWalk.GRID, seed, torch.ScalarType.Double))),
    LLAMA_GEN_BEHIND_CAPTIONS(Architecture::captionedLlamaGen);

    private final LongFunction<Opened> maker;

    Architecture(LongFunction<Opened> maker) {
        this.maker = maker;
    }

    /**
     * A model and what has to be closed with it.
     *
     * @param behind closed after the model, in this order
     */
    record Opened(AutoregressiveModel model, AutoCloseable... behind) implements AutoCloseable {
        static Opened of(AutoregressiveModel model) {
            return new Opened(model);
        }

        @Override
        public void close() throws Exception {
            model.close();
            for (AutoCloseable other : behind) {
                other.close();
            }
        }
    }

    Opened open(long seed) {
        return maker.apply(seed);
    }

    boolean isRaster() {
        return this == RAR_IN_RASTER_ORDER || this == LLAMA_GEN || this == LLAMA_GEN_BEHIND_CAPTIONS;
    }

    /** In ARPG no query of a group sees another, but tokens that are committed at exactly its cells do. */
    boolean groupsSeeTokensRatherThanQueries() {
        return this == ARPG;
    }

    /** How many positions have run when the winner of every peek has been committed. */
    int positions(int committed) {
        return switch (this) {
            case POSITION_INSTRUCTION -> 2 * committed;
            case POSITION_INSTRUCTION_BEHIND_CAPTIONS -> 3 + 2 * committed;
            case DUAL_POSITION, RAR, RAR_IN_RASTER_ORDER -> 1 + committed;
            case DUAL_POSITION_BEHIND_CAPTIONS -> 4 + committed;
            case POSITION_INSTRUCTION_READING_CAPTIONS -> 2 + 2 * committed;
            case DUAL_POSITION_READING_CAPTIONS -> 3 + committed;
            // Both run the token committed last with the next question.
            case ARPG, LLAMA_GEN -> committed;
            case LLAMA_GEN_BEHIND_CAPTIONS -> 3 + committed;
        };
    }

    private static Opened transformer(Formulation formulation, long seed) {
        return Opened.of(TinyModels.transformer(formulation, CommittedWalk.GRID, seed, torch.ScalarType.Double));
    }

    private static Opened captioned(Formulation formulation, long seed) {
        AnyOrderTransformer model =
                TinyModels.captioned(formulation, CommittedWalk.GRID, seed, torch.ScalarType.Double);
        CaptionEmbeddings captions = TinyModels.captions(seed, 2, 4, 1);
        return new Opened(model.withCaptions(captions), captions, model);
    }

    private static Opened reading(Formulation formulation, long seed) {
        AnyOrderTransformer model = TinyModels.reading(formulation, CommittedWalk.GRID, seed, torch.ScalarType.Double);
        return Opened.of(model.conditionedOn(
                TokenizedCaptions.of(List.of(new int[] {1, 290}, new int[] {7, 7, 7, 2, 4, 1}, new int[] {5}))));
    }

    private static Opened captionedLlamaGen(long seed) {
        LlamaGenGpt model = TinyModels.captionedLlamaGen(CommittedWalk.GRID, seed, torch.ScalarType.Double);
        CaptionEmbeddings captions = TinyModels.captions(seed, 2, 4, 1);
        return new Opened(model.withCaptions(captions), captions, model);
    }

    private static Opened rar(TrainedOrders orders, long seed) {
        return Opened.of(TinyModels.rar(orders, CommittedWalk.GRID, seed, torch.ScalarType.Double));
    }
}
