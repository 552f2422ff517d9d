package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Negative captions, and models that own their captions, where a frozen encoder has embedded these; in float64. */
@ExtendWith(NativeMemory.class)
class FrozenCaptionTests {
    private static final double TOLERANCE = 1e-11;
    private static final long SEED = 7;

    static Stream<Named<Supplier<CaptionModel>>> models() {
        return Stream.of(
                Named.of("position-instruction", () -> anyOrder(Formulation.POSITION_INSTRUCTION)),
                Named.of("dual-position", () -> anyOrder(Formulation.DUAL_POSITION)),
                Named.of(
                        "llamagen",
                        () -> TinyModels.captionedLlamaGen(CommittedWalk.GRID, 4, torch.ScalarType.Double)));
    }

    private static AnyOrderTransformer anyOrder(Formulation formulation) {
        return TinyModels.captioned(formulation, CommittedWalk.GRID, 4, torch.ScalarType.Double);
    }

    /** The logits of the same image in raster order under each of some conditions. */
    private static double[][] logits(AutoregressiveModel model, int... conditions) {
        try (TensorScope ignored = TensorScope.open()) {
            int[][] tokens = new int[conditions.length][];
            int[][] orders = new int[conditions.length][];
            Arrays.fill(tokens, new CommittedWalk(3).tokens[0]);
            Arrays.fill(
                    orders, GenerationOrder.raster(CommittedWalk.GRID.cells()).toArray());
            double[] all = Tensors.doubles(model.logits(
                    Tensors.of(tokens), Tensors.of(conditions, conditions.length), Tensors.of(orders), false));
            int size = all.length / conditions.length;
            double[][] rows = new double[conditions.length][];
            Arrays.setAll(rows, row -> Arrays.copyOfRange(all, row * size, (row + 1) * size));
            return rows;
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void theUnconditionalRowSeesTheNegativeCaptionAsTheCaptionThatItIs(Supplier<CaptionModel> models) {
        try (CaptionModel named = models.get().conditionedOn(TinyModels.captions(SEED, 3, 1, 4));
                CaptionModel negative = models.get().conditionedOn(TinyModels.captionsWithNegative(SEED, 3, 1, 4))) {
            assertThat(negative.space().unconditional()).isEqualTo(2);
            double[][] expected = logits(named, 0, 1, 2, 3);
            double[][] actual = logits(negative, 0, 1, 2);
            for (int caption = 0; caption < 3; caption++) {
                assertThat(actual[caption]).containsExactly(expected[caption], within(TOLERANCE));
            }
            assertThat(actual[2]).as("the model's own embedding").isNotEqualTo(expected[3]);
        }
    }

    @Test
    void theUnconditionalRowIsTheSameWhateverTheCaptionsSaveInLlamaGenWhichShowsAsMuchOfItAsTheLongestHas() {
        models().forEach(named -> {
            double[] beside = unconditional(named, 3, 1);
            assertThat(unconditional(named, 1, 3)).as(named.getName()).isEqualTo(beside);
            boolean same = Arrays.equals(unconditional(named, 2, 1), beside);
            assertThat(same).as(named.getName()).isEqualTo(!named.getName().equals("llamagen"));
        });
    }

    /** The logits of the unconditional row beside captions of these lengths. */
    private static double[] unconditional(Named<Supplier<CaptionModel>> named, int... lengths) {
        try (CaptionModel model = named.getPayload().get().conditionedOn(TinyModels.captions(SEED, lengths))) {
            return logits(model, model.space().unconditional())[0];
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void copiesShareTheCaptionsOfAModelThatOwnsThem(Supplier<CaptionModel> models) {
        try (CaptionModel owner = models.get().conditionedOn(TinyModels.captions(SEED, 2, 4))) {
            double[][] expected = logits(owner, 0, 1);
            for (int copy = 0; copy < 2; copy++) {
                try (AutoregressiveModel packed = owner.packed(WeightFormat.FLOAT32);
                        AutoregressiveModel prepared = owner.prepared()) {
                    assertThat(logits(packed, 0, 1)[1]).containsExactly(expected[1], within(TOLERANCE));
                    assertThat(logits(prepared, 0, 1)[1]).containsExactly(expected[1], within(TOLERANCE));
                }
            }
            assertThat(logits(owner, 0, 1)[0]).isEqualTo(expected[0]);
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void captionsThatAModelDoesNotTakeAreClosedWithIt(Supplier<CaptionModel> models) {
        CaptionModel model = models.get();
        CaptionEmbeddings wide =
                TensorScope.compute(() -> CaptionEmbeddings.of(Tensors.normal(1, 1, 4, 5), new int[] {2}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.conditionedOn(wide))
                .withMessageContaining("4 tokens of width 6");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> models.get().conditionedOn(TokenizedCaptions.of(List.of(new int[] {1}))))
                .withMessageContaining("embed them first");
    }

    @Test
    void aModelGivenOtherCaptionsFreesThoseThatItHad() {
        CaptionModel first = anyOrder(Formulation.DUAL_POSITION).conditionedOn(TinyModels.captions(1, 2));
        try (CaptionModel second = first.conditionedOn(TinyModels.captions(2, 3, 4))) {
            assertThat(second.space().classCount()).isEqualTo(2);
        }
    }

    @Test
    void aNegativeCaptionStandsBehindAnotherAndIsPartOfTheFingerprint() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TinyModels.captionsWithNegative(SEED, 3))
                .withMessageContaining("behind at least one other");
        try (CaptionEmbeddings plain = TinyModels.captions(SEED, 3, 1);
                CaptionEmbeddings negative = TinyModels.captionsWithNegative(SEED, 3, 1)) {
            assertThat(negative.count()).isEqualTo(1);
            assertThat(negative.fingerprint()).isNotEqualTo(plain.fingerprint());
        }
    }
}
