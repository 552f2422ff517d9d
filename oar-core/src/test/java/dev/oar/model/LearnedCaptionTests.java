package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The transformer that reads captions itself, in float64. */
@ExtendWith(NativeMemory.class)
class LearnedCaptionTests {
    private static final int[] CATS = {1, 2, 3};
    private static final int[] DOGS = {260, 5};
    private static final int[] NOTHING = {};
    private static final double TOLERANCE = 1e-11;

    private static AnyOrderTransformer model(Formulation formulation) {
        return TinyModels.reading(formulation, CommittedWalk.GRID, 4, torch.ScalarType.Double);
    }

    /** The logits of the same image and order under a condition of captions. */
    private static double[] logits(AnyOrderTransformer model, TokenizedCaptions captions, int... conditions) {
        try (AnyOrderTransformer view = model.withCaptions(captions);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(3);
            int[][] tokens = new int[conditions.length][];
            int[][] orders = new int[conditions.length][];
            Arrays.fill(tokens, walk.tokens[0]);
            Arrays.fill(orders, walk.orders[0]);
            return Tensors.doubles(view.logits(
                    Tensors.of(tokens), Tensors.of(conditions, conditions.length), Tensors.of(orders), false));
        }
    }

    private static double[] row(double[] logits, int row, int rows) {
        int size = logits.length / rows;
        return Arrays.copyOfRange(logits, row * size, (row + 1) * size);
    }

    @ParameterizedTest
    @EnumSource
    void anImageDependsOnItsCaptionAndNotOnThoseBesideIt(Formulation formulation) {
        try (AnyOrderTransformer model = model(formulation)) {
            double[] alone = logits(model, TokenizedCaptions.of(List.of(CATS)), 0);
            double[] beside = logits(model, TokenizedCaptions.of(List.of(DOGS, NOTHING, CATS)), 2, 0, 1);
            assertThat(row(beside, 0, 3)).containsExactly(alone, within(TOLERANCE));
            assertThat(distance(row(beside, 1, 3), alone)).isGreaterThan(1e-3);
            double[] turned = logits(model, TokenizedCaptions.of(List.of(CATS, DOGS)), 1, 0);
            assertThat(row(turned, 1, 2)).containsExactly(alone, within(TOLERANCE));
        }
    }

    @Test
    void theOrderOfWordsMatters() {
        try (AnyOrderTransformer model = model(Formulation.DUAL_POSITION)) {
            double[] forwards = logits(model, TokenizedCaptions.of(List.of(CATS)), 0);
            double[] backwards = logits(model, TokenizedCaptions.of(List.of(new int[] {3, 2, 1})), 0);
            assertThat(distance(forwards, backwards)).isGreaterThan(1e-3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theUnconditionalRowIsTheEmptyCaptionOrTheNegativeOne(Formulation formulation) {
        try (AnyOrderTransformer model = model(formulation)) {
            double[] empty = logits(model, TokenizedCaptions.of(List.of(CATS, NOTHING)), 1);
            assertThat(logits(model, TokenizedCaptions.of(List.of(CATS)), 1)).containsExactly(empty, within(TOLERANCE));
            double[] dogs = logits(model, TokenizedCaptions.of(List.of(DOGS)), 0);
            assertThat(logits(model, TokenizedCaptions.of(List.of(CATS), DOGS), 1))
                    .containsExactly(dogs, within(TOLERANCE));
            assertThat(distance(empty, dogs)).isGreaterThan(1e-3);
        }
    }

    @Test
    void theEncoderIsTrainedWithTheModel() {
        try (AnyOrderTransformer model = model(Formulation.DUAL_POSITION);
                AnyOrderTransformer view = model.withCaptions(TokenizedCaptions.of(List.of(CATS, DOGS)));
                TensorScope ignored = TensorScope.open()) {
            model.weights().requireGradient(true);
            CommittedWalk walk = new CommittedWalk(3);
            Tensor logits = view.logits(
                    Tensors.of(new int[][] {walk.tokens[0], walk.tokens[1]}),
                    Tensors.of(new int[] {0, 1}, 2),
                    Tensors.of(new int[][] {walk.orders[0], walk.orders[1]}),
                    false);
            logits.mul(logits).sum().backward();
            for (String name : LearnedCaptionTokens.shapes(
                            (LearnedEncoder)
                                    model.config().captions().orElseThrow().encoder(),
                            model.config())
                    .keySet()) {
                double gradient = model.weights().get(name).grad().abs().sum().item_double();
                assertThat(gradient).as(name).isGreaterThan(0);
            }
        }
    }

    @Test
    void captionsThatTheModelCannotReadAreRefusedAndLeakNothing() {
        try (AnyOrderTransformer model = model(Formulation.DUAL_POSITION);
                CaptionEmbeddings embedded = TinyModels.captions(1, 2)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.withCaptions(TokenizedCaptions.of(List.of(new int[7]))))
                    .withMessageContaining("up to 6 tokens for this model, but one has 7");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.withCaptions(TokenizedCaptions.of(List.of(CATS), new int[] {300})))
                    .withMessageContaining("below the model's vocabulary of 300, but one is 300");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.withCaptions(embedded))
                    .withMessageContaining("reads captions itself");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.start(new int[] {0}))
                    .withMessageContaining("has been given none for the conditions [0]");
            assertThatIllegalArgumentException().isThrownBy(() -> TokenizedCaptions.of(List.of()));
            assertThatIllegalArgumentException().isThrownBy(() -> TokenizedCaptions.of(List.of(new int[] {-1})));
        }
        try (AnyOrderTransformer frozen =
                TinyModels.captioned(Formulation.DUAL_POSITION, CommittedWalk.GRID, 1, torch.ScalarType.Double)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> frozen.withCaptions(TokenizedCaptions.of(List.of(CATS))))
                    .withMessageContaining("needs captions as its text encoder embeds them");
        }
    }

    @Test
    void aModelGivenItsCaptionsForGoodIsClosedWithThem() {
        AnyOrderTransformer model = model(Formulation.DUAL_POSITION);
        double[] expected = logits(model, TokenizedCaptions.of(List.of(CATS)), 0);
        try (AnyOrderTransformer given = model.conditionedOn(TokenizedCaptions.of(List.of(DOGS, CATS)));
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(3);
            double[] actual = Tensors.doubles(given.logits(
                    Tensors.of(new int[][] {walk.tokens[0]}),
                    Tensors.of(new int[] {1}, 1),
                    Tensors.of(new int[][] {walk.orders[0]}),
                    false));
            assertThat(actual).containsExactly(expected, within(TOLERANCE));
        }
    }

    private static double distance(double[] left, double[] right) {
        double most = 0;
        for (int i = 0; i < left.length; i++) {
            most = Math.max(most, Math.abs(left[i] - right[i]));
        }
        return most;
    }
}
