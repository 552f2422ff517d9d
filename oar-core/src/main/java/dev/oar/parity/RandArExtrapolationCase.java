package dev.oar.parity;

import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.ExtrapolationRequest;
import dev.oar.decode.GuidanceScale;
import dev.oar.decode.ResolutionExtrapolation;
import dev.oar.decode.SamplingFilter;
import dev.oar.decode.SpatialGuidance;
import dev.oar.file.CorruptFileException;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.BlockSizes;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.EnlargedGrid;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Tensors;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import tools.jackson.databind.JsonNode;

/**
 * RandAR's resolution extrapolation: mixed rotary tables, drawing on the native grid, then on the enlarged one. The reference stops
 * before its last step; what it decoded is compared, and how much it left.
 */
final class RandArExtrapolationCase implements GoldenCase {
    private static final String GOLDEN = "golden";
    private static final String TABLE = "freqs_cis_ntk";
    private static final GuidanceScale UNGUIDED = new GuidanceScale.Linear(1, 1);

    /**
     * One stored generation.
     *
     * @param steps 0 = one cell a step
     * @param left how many cells the reference leaves out, -1 if that is not stored
     */
    private record Generation(String name, int steps, GuidanceScale classScale, GuidanceScale spatialScale, int left) {
        static Generation of(JsonNode node) {
            JsonNode byClass = node.path("cfg_scales");
            JsonNode bySpace = node.path("spatial_cfg_scales");
            // The reference looks at the last scale of the class first, and without it guides by nothing.
            boolean guided = byClass.path(1).asDouble(1) > 1;
            boolean spatial = guided && bySpace.path(1).asDouble(1) > 1;
            return new Generation(
                    node.path("name").asString(),
                    Math.max(0, node.path("num_inference_steps").asInt(-1)),
                    guided ? linear(byClass) : UNGUIDED,
                    spatial ? linear(bySpace) : UNGUIDED,
                    node.path("tokens_left_undecoded").asInt(-1));
        }

        private static GuidanceScale linear(JsonNode scales) {
            return new GuidanceScale.Linear(
                    scales.path(0).asDouble(), scales.path(1).asDouble());
        }

        /** The schedule of the cells behind those that are filled already. */
        DecodingSchedule schedule(int filled, int cells) {
            return steps == 0
                    ? DecodingSchedule.sequential(cells - filled)
                    : DecodingSchedule.cosineBehind(filled, cells, steps);
        }
    }

    @Override
    public void compare(GoldenRun run) throws IOException {
        GoldenFolder folder = run.folder();
        double factor = folder.setting("extrapolation_factor").asDouble();
        if (factor != Math.rint(factor)) {
            throw new CorruptFileException(folder.path() + " must enlarge the grid by a whole number, but the"
                    + " extrapolation_factor is " + factor + "; only whole numbers can be compared");
        }
        TokenSpace space = new TokenSpace(
                TokenGrid.square((int) Math.sqrt(folder.integer("params", "block_size"))),
                folder.integer("params", "vocab_size"),
                folder.integer("params", "num_classes"));
        try (AnyOrderTransformer model = new AnyOrderTransformer(config(folder), space, folder.weights())) {
            tables(run, model, (int) factor);
            try (ResolutionExtrapolation extrapolation =
                    new ResolutionExtrapolation(model, (int) factor, folder.integer("ntk_boundary"))) {
                for (JsonNode generation : folder.setting("generate")) {
                    generate(run, model, extrapolation, Generation.of(generation));
                }
            }
        }
    }

    private static TransformerConfig config(GoldenFolder folder) throws CorruptFileException {
        JsonNode params = folder.setting("params");
        return TransformerConfig.of(
                        TransformerConfig.Formulation.POSITION_INSTRUCTION,
                        new BlockSizes(
                                folder.integer("params", "dim"),
                                folder.integer("params", "n_layer"),
                                folder.integer("params", "n_head"),
                                Optional.of(params.path("n_kv_head"))
                                        .filter(JsonNode::isNumber)
                                        .map(JsonNode::asInt),
                                Optional.of(params.path("ffn_dim_multiplier"))
                                        .filter(JsonNode::isNumber)
                                        .map(JsonNode::asDouble),
                                params.path("multiple_of").asInt(256),
                                params.path("norm_eps").asDouble(1e-5),
                                params.path("rope_base").asDouble(10000)))
                .withoutDropout();
    }

    private static void tables(GoldenRun run, AnyOrderTransformer model, int factor) throws IOException {
        for (String name : run.names(GOLDEN)) {
            if (name.startsWith(TABLE)) {
                int boundary = Integer.parseInt(name.substring(TABLE.length()));
                try (AnyOrderTransformer enlarged = model.enlarged(factor, boundary)) {
                    run.close(GOLDEN, name, torch.view_as_real(enlarged.rotations()));
                }
            }
        }
    }

    private static void generate(
            GoldenRun run, AnyOrderTransformer model, ResolutionExtrapolation extrapolation, Generation generation)
            throws IOException {
        EnlargedGrid grid = extrapolation.grid();
        int[] conditions = run.integers(GOLDEN, generation.name() + "_cond");
        List<GenerationOrder> orders = Arrays.stream(run.rows(GOLDEN, generation.name() + "_token_order"))
                .map(GenerationOrder::of)
                .toList();
        int coarseCells = grid.coarse().cells();
        GreedyDecoding coarse = GreedyDecoding.of(
                model,
                conditions,
                orders.stream().map(order -> grid.coarseOrder(order).toArray()).toArray(int[][]::new),
                generation.schedule(0, coarseCells),
                new ClassifierFreeGuidance(generation.classScale()));
        closeToBeginning(run, generation.name() + "_low_res_logits", coarse.logits());

        SpatialGuidance guidance = new SpatialGuidance(generation.classScale(), generation.spatialScale(), 0.5);
        GreedyDecoding.StepLogits steps = new GreedyDecoding.StepLogits();
        int[][] tokens = extrapolation
                .refine(
                        new ExtrapolationRequest(
                                conditions,
                                new long[conditions.length],
                                0,
                                orders,
                                generation.steps(),
                                SamplingFilter.GREEDY,
                                guidance),
                        coarse.tokens(),
                        masked(run, generation.name(), grid, orders, guidance.branches(0) == 3),
                        steps)
                .tokens();
        closeToBeginning(run, generation.name() + "_logits", steps.all());
        compareDecodedTokens(run, generation, orders, coarseCells, tokens);
    }

    /** Compares the tokens of all steps but the last, which the reference leaves out. */
    private static void compareDecodedTokens(
            GoldenRun run, Generation generation, List<GenerationOrder> orders, int coarseCells, int[][] tokens)
            throws IOException {
        int[] schedule = generation.schedule(coarseCells, tokens[0].length).cellsPerStep();
        int left = schedule[schedule.length - 1];
        if (generation.left() >= 0) {
            run.absolute(GOLDEN + "/" + generation.name() + " cells left out", left, generation.left(), 0);
        }
        int decoded = tokens[0].length - left;
        Tensor cells = Tensors.of(orders.stream()
                .map(order -> Arrays.copyOf(order.toArray(), decoded))
                .toArray(int[][]::new));
        Tensor reference = run.input(GOLDEN, generation.name() + "_tokens");
        run.exact(
                GOLDEN, generation.name() + "_tokens", Tensors.of(tokens).gather(1, cells), reference.gather(1, cells));
    }

    /** Compares the first steps, as many as are stored. */
    private static void closeToBeginning(GoldenRun run, String name, Tensor logits) throws IOException {
        Tensor reference = run.input(GOLDEN, name);
        long stored = Math.min(reference.size(1), logits.size(1));
        run.close(
                GOLDEN,
                name,
                logits.narrow(1, 0, stored),
                reference,
                run.folder().tolerance("float_relative"));
    }

    /** The stored mask is in decoding order and 1 for what is seen; here it is in raster order and true for what is not. */
    private static boolean[][] masked(
            GoldenRun run, String name, EnlargedGrid grid, List<GenerationOrder> orders, boolean needed)
            throws IOException {
        boolean[][] masked = new boolean[orders.size()][grid.coarse().cells()];
        if (needed) {
            double[] kept = Tensors.doubles(run.input(GOLDEN, name + "_keep_mask"));
            int cells = grid.coarse().cells();
            for (int row = 0; row < masked.length; row++) {
                GenerationOrder order = grid.coarseOrder(orders.get(row));
                for (int i = 0; i < cells; i++) {
                    masked[row][order.cellAt(i)] = kept[row * cells + i] == 0;
                }
            }
        }
        return masked;
    }
}
