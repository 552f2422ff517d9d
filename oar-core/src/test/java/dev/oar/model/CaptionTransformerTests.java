package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The transformer behind captions, in float64; captions have room for 4 tokens of width 6. */
@ExtendWith(NativeMemory.class)
class CaptionTransformerTests {
    private static final TokenGrid GRID = CommittedWalk.GRID;
    private static final int LENGTH = 4;
    private static final int WIDTH = 6;
    private static final int NONE = 3;
    private static final double TOLERANCE = 1e-11;

    private static AnyOrderTransformer model(Formulation formulation, long seed) {
        return TinyModels.captioned(formulation, GRID, seed, torch.ScalarType.Double);
    }

    @Test
    void theWeightsBearThePublicNamesAndShapesInsteadOfTheClassTable() {
        TransformerConfig config = TransformerConfig.of(Formulation.POSITION_INSTRUCTION, 2048, 22, 32)
                .conditionedOn(CaptionConditioning.frozen(120, 2048));
        Map<String, long[]> shapes = config.shapes(new TokenSpace(new TokenGrid(16, 16), 16384, 1));
        Map<String, long[]> ofClasses = TransformerConfig.of(Formulation.POSITION_INSTRUCTION, 2048, 22, 32)
                .shapes(new TokenSpace(new TokenGrid(16, 16), 16384, 1));
        assertThat(shapes.get("cls_embedding.uncond_embedding")).containsExactly(120, 2048);
        assertThat(shapes.get("cls_embedding.cap_proj.fc1.weight")).containsExactly(2048, 2048);
        assertThat(shapes.get("cls_embedding.cap_proj.fc2.weight")).containsExactly(2048, 2048);
        Map<String, long[]> others = new LinkedHashMap<>(shapes);
        others.keySet().removeIf(name -> name.startsWith("cls_embedding."));
        ofClasses.remove("cls_embedding.embedding_table.weight");
        assertThat(shapes).hasSize(others.size() + 3);
        assertThat(others.keySet()).containsExactlyElementsOf(ofClasses.keySet());
    }

    @Test
    void aMissingSurplusOrMisshapenWeightIsRefusedByItsName() {
        assertRefused(
                tensors -> {
                    tensors.remove("cls_embedding.cap_proj.fc2.weight");
                    return tensors;
                },
                "needs a weight named 'cls_embedding.cap_proj.fc2.weight'");
        assertRefused(
                tensors -> {
                    tensors.put("cls_embedding.uncond_embedding", Tensors.zeros(torch.ScalarType.Double, 5, WIDTH));
                    return tensors;
                },
                "'cls_embedding.uncond_embedding' with shape [4, 6], but it has [5, 6]");
        assertRefused(
                tensors -> {
                    tensors.put("cls_embedding.embedding_table.weight", Tensors.zeros(torch.ScalarType.Double, 2, 32));
                    return tensors;
                },
                "no place for a weight named 'cls_embedding.embedding_table.weight'");
    }

    private static void assertRefused(UnaryOperator<Map<String, Tensor>> spoiled, String message) {
        try (AnyOrderTransformer model = model(Formulation.POSITION_INSTRUCTION, 1);
                TensorScope ignored = TensorScope.open();
                Weights weights = Weights.owning(
                        spoiled.apply(new LinkedHashMap<>(model.weights().asMap())))) {
            assertThatThrownBy(() -> new AnyOrderTransformer(model.config(), model.space(), weights).close())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(message);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5})
    void logitsEqualThoseOfTheTransformerWrittenOnceMoreWithArrays(long seed) {
        int[] lengths = {1 + (int) (seed % 4), 4, 2};
        try (AnyOrderTransformer model = model(Formulation.POSITION_INSTRUCTION, seed);
                CaptionEmbeddings captions = TinyModels.captions(seed, lengths);
                AnyOrderTransformer view = model.withCaptions(captions);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(seed);
            walk.conditions[0] = 0;
            walk.conditions[1] = seed % 2 == 0 ? NONE : 2;
            double[] actual = Tensors.doubles(walk.logits(view));
            PlainCaptionTransformer plain = new PlainCaptionTransformer(model);
            int at = 0;
            for (int row = 0; row < CommittedWalk.BATCH; row++) {
                int condition = walk.conditions[row];
                double[][] expected = condition == NONE
                        ? plain.logits(plain.unconditional(), 4, walk.tokens[row], walk.orders[row])
                        : plain.logits(
                                padded(seed, lengths, condition),
                                lengths[condition],
                                walk.tokens[row],
                                walk.orders[row]);
                for (double[] step : expected) {
                    for (double logit : step) {
                        assertThat(actual[at++])
                                .as("seed " + seed + ", row " + row)
                                .isCloseTo(logit, within(1e-9));
                    }
                }
            }
            assertThat(at).isEqualTo(actual.length);
        }
    }

    /** The numbers of {@link TinyModels#captions}, a caption's tokens last. */
    private static double[] padded(long seed, int[] lengths, int caption) {
        try (CaptionEmbeddings same = TinyModels.captions(seed, 4, 4, 4);
                TensorScope ignored = TensorScope.open()) {
            double[] all = Tensors.doubles(same.padded(caption));
            double[] padded = new double[all.length];
            int tokens = lengths[caption] * WIDTH;
            System.arraycopy(all, 0, padded, padded.length - tokens, tokens);
            return padded;
        }
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void theUnconditionalConditionIsTheModelsOwnEmbeddingOfNoCaption(Formulation formulation) {
        try (AnyOrderTransformer model = model(formulation, 3);
                TensorScope ignored = TensorScope.open();
                CaptionEmbeddings none = CaptionEmbeddings.of(
                        model.weights()
                                .get("cls_embedding.uncond_embedding")
                                .unsqueeze(0)
                                .expand(3, LENGTH, WIDTH),
                        new int[] {4, 4, 4});
                AnyOrderTransformer asCaption = model.withCaptions(none);
                CaptionEmbeddings captions = TinyModels.captions(3, 4, 4, 4);
                AnyOrderTransformer view = model.withCaptions(captions)) {
            CommittedWalk walk = new CommittedWalk(3);
            Arrays.fill(walk.conditions, 1);
            Tensor expected = walk.logits(asCaption);
            Tensor conditional = walk.logits(view);
            Arrays.fill(walk.conditions, view.space().unconditional());
            Golden.assertClose("by the embedding", walk.logits(view), expected, TOLERANCE);
            assertDiffers("from a caption", conditional, expected);
            Arrays.fill(walk.conditions, model.space().unconditional());
            Golden.assertClose("without captions", walk.logits(model), expected, TOLERANCE);

            Tensors.runWithoutGradient(() -> {
                var unused =
                        model.weights().get("cls_embedding.uncond_embedding").mul_(new Scalar(2.0));
            });
            Arrays.fill(walk.conditions, 1);
            Golden.assertClose("captions do not see it", walk.logits(view), conditional, 0);
            Arrays.fill(walk.conditions, NONE);
            assertDiffers("its weight decides", walk.logits(view), expected);
        }
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void whatStandsBehindACaptionsTokensIsNotSeenAndTheTokensAre(Formulation formulation) {
        try (AnyOrderTransformer model = model(formulation, 4);
                TensorScope ignored = TensorScope.open()) {
            Tensor embeddings = Tensors.normal(5, 3, LENGTH, WIDTH);
            double[] plain = logits(model, embeddings, 2, 2, 2);
            Tensor behind = embeddings.clone();
            behind.narrow(1, 2, 2).fill_(new Scalar(Double.NaN));
            assertThat(logits(model, behind, 2, 2, 2)).isEqualTo(plain);
            Tensor before = embeddings.clone();
            before.narrow(1, 1, 1).mul_(new Scalar(2.0));
            assertThat(logits(model, before, 2, 2, 2)).isNotEqualTo(plain);
            assertThat(logits(model, embeddings, 3, 3, 3)).isNotEqualTo(plain);
        }
    }

    @Test
    void theWholeUnconditionalEmbeddingIsSeenHoweverShortCaptionsAre() {
        try (AnyOrderTransformer model = model(Formulation.POSITION_INSTRUCTION, 5);
                CaptionEmbeddings captions = TinyModels.captions(5, 1, 3, 2);
                AnyOrderTransformer view = model.withCaptions(captions);
                TensorScope ignored = TensorScope.open()) {
            CommittedWalk walk = new CommittedWalk(5);
            Arrays.fill(walk.conditions, NONE);
            PlainCaptionTransformer plain = new PlainCaptionTransformer(model);
            double[] expected = Arrays.stream(
                            plain.logits(plain.unconditional(), LENGTH, walk.tokens[0], walk.orders[0]))
                    .flatMapToDouble(Arrays::stream)
                    .toArray();
            Tensor reference = Tensors.of(expected, GRID.cells(), 11);
            Golden.assertClose("all", walk.logits(view).select(0, 0), reference, 1e-10);
        }
    }

    private static double[] logits(AnyOrderTransformer model, Tensor embeddings, int... lengths) {
        try (CaptionEmbeddings captions = CaptionEmbeddings.of(embeddings, lengths);
                AnyOrderTransformer view = model.withCaptions(captions)) {
            CommittedWalk walk = new CommittedWalk(6);
            System.arraycopy(new int[] {0, 1, 2}, 0, walk.conditions, 0, 3);
            return Tensors.doubles(walk.logits(view));
        }
    }

    private static void assertDiffers(String where, Tensor logits, Tensor others) {
        assertThat(logits.sub(others).abs().max().item_double()).as(where).isGreaterThan(1e-3);
    }

    @Test
    void aViewSharesTheWeightsAndMayBeEnlargedInEitherOrder() {
        TokenGrid small = new TokenGrid(2, 2);
        try (AnyOrderTransformer model =
                        TinyModels.captioned(Formulation.POSITION_INSTRUCTION, small, 7, torch.ScalarType.Double);
                CaptionEmbeddings captions = TinyModels.captions(7, 4, 2);
                TensorScope ignored = TensorScope.open()) {
            try (AnyOrderTransformer view = model.withCaptions(captions);
                    AnyOrderTransformer enlarged = model.enlarged(2, 1);
                    AnyOrderTransformer first = view.enlarged(2, 1);
                    AnyOrderTransformer second = enlarged.withCaptions(captions)) {
                assertThat(view.weights()).isSameAs(model.weights());
                assertThat(view.space()).isEqualTo(new TokenSpace(small, 11, 2));
                assertThat(view.captions()).containsSame(captions);
                assertThat(model.captions()).isEmpty();
                assertThat(first.space()).isEqualTo(new TokenSpace(new TokenGrid(4, 4), 11, 2));
                assertThat(peeked(first)).isEqualTo(peeked(second));
            }
            try (DecodingState state = model.start(new int[] {1})) {
                assertThat(state.peek(new int[][] {{3}}).shape()).containsExactly(1, 1, 11);
            }
        }
    }

    private static double[] peeked(AnyOrderTransformer model) {
        try (DecodingState state = model.start(new int[] {0, 1, 2})) {
            state.commit(new int[][] {{5}, {6}, {7}}, new int[][] {{1}, {2}, {3}});
            return Tensors.doubles(state.peek(new int[][] {{15}, {14}, {13}}));
        }
    }

    @Test
    void captionsThatDoNotFitAreRefusedWithOneSentence() {
        try (AnyOrderTransformer model = model(Formulation.POSITION_INSTRUCTION, 8);
                AnyOrderTransformer ofClasses =
                        TinyModels.transformer(Formulation.POSITION_INSTRUCTION, GRID, 8, torch.ScalarType.Double);
                CaptionEmbeddings captions = TinyModels.captions(8, 4, 4);
                AnyOrderTransformer view = model.withCaptions(captions);
                TensorScope ignored = TensorScope.open();
                CaptionEmbeddings longer =
                        CaptionEmbeddings.of(Tensors.normal(1, 2, LENGTH + 1, WIDTH), new int[] {1, 1});
                CaptionEmbeddings wider = CaptionEmbeddings.of(Tensors.normal(1, 2, LENGTH, 7), new int[] {1, 1})) {
            for (CaptionEmbeddings other : new CaptionEmbeddings[] {longer, wider}) {
                assertThatThrownBy(() -> model.withCaptions(other).close())
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("4 tokens of width 6 for")
                        .hasMessageContaining(other.length() + " tokens of width " + other.width() + ";");
            }
            assertThatThrownBy(() -> ofClasses.withCaptions(captions).close())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("conditioned on 3 classes");
            assertThatThrownBy(() -> model.start(new int[] {1, 0}).close())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("withCaptions");
            assertThatThrownBy(() -> view.start(new int[] {0, 3}).close())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0 .. 2");
            CommittedWalk walk = new CommittedWalk(8);
            Arrays.fill(walk.conditions, 3);
            assertThatThrownBy(() -> walk.logits(view))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0 .. 2");
        }
    }

    @Test
    void theEmbeddingOfNoCaptionBeginsAsItDoesInPublicCode() {
        TransformerConfig config = TransformerConfig.of(Formulation.POSITION_INSTRUCTION, 16, 1, 2)
                .conditionedOn(CaptionConditioning.frozen(100, 64));
        try (AnyOrderTransformer model = AnyOrderTransformer.initialise(config, new TokenSpace(GRID, 11, 1), 9);
                TensorScope ignored = TensorScope.open()) {
            Weights weights = model.weights();
            assertThat(deviation(weights.get("cls_embedding.uncond_embedding"))).isCloseTo(0.125, within(0.005));
            assertThat(deviation(weights.get("cls_embedding.cap_proj.fc1.weight")))
                    .isCloseTo(0.02, within(0.002));
        }
    }

    private static double deviation(Tensor tensor) {
        return Math.sqrt(tensor.pow(new Scalar(2)).mean().item_double());
    }
}
