package dev.oar.causal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.data.TokenShards;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.OrderPolicy.MostConfidentFirst;
import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.TestOrders;
import dev.oar.extract.OrderExtractor;
import dev.oar.measure.MeasurementListener;
import dev.oar.model.AnyOrderModel;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.UniformRandomOrder;
import dev.oar.scene.SceneDistribution;
import dev.oar.scene.SceneGenerator;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import dev.oar.train.TrainingLogs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class SceneStudyTests {
    private static final SceneGenerator GENERATOR = new SceneGenerator();
    private static final SceneDistribution SCENES = GENERATOR.distribution();
    private static final int CELLS = 64;
    private static final MeasurementListener SILENT = (activity, done, total) -> {};

    @TempDir
    Path folder;

    /** A short training is enough to be far from chance; a model whose orders were random would fail this. */
    @Test
    void theOrdersOfATrainedModelAgreeWithTheExactOnesBetterThanRandomOnes() throws IOException {
        long seed = 5;
        SceneStudyConfig config = new SceneStudyConfig(600, 1, 12, 90, 1, 16, 6e-3, 32, 2, 2, 1, seed);
        TokenShards tokens = ScenePictures.draw(GENERATOR, config.trainingPictures(), seed, "training scenes")
                .write(GENERATOR, folder.resolve("tokens"));
        ScenePictures heldOut = ScenePictures.draw(GENERATOR, config.heldOutPictures(), seed, "held-out scenes");
        SceneTraining training = new SceneTraining(config, seed, folder, SILENT, TrainingLogs.NONE);
        try (Weights weights = training.pretrain(tokens, new UniformRandomOrder(CELLS, seed));
                AnyOrderTransformer model = training.model(weights, tokens);
                AnyOrderModel packed = model.packed(WeightFormat.FLOAT32)) {
            List<GenerationOrder> extracted = OrderExtractor.orders(
                    packed,
                    heldOut,
                    MostConfidentFirst.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY),
                    4,
                    seed,
                    done -> {});
            CounterRandom random = CounterRandom.of(seed, "unrelated");
            List<GenerationOrder> unrelated = IntStream.range(0, heldOut.count())
                    .mapToObj(picture -> GenerationOrder.uniform(CELLS, random.derive(picture)))
                    .toList();
            ExactScenes exact = new ExactScenes(SCENES, heldOut, seed);
            for (ToDoubleFunction<ExactOrderAgreement> tau : List.<ToDoubleFunction<ExactOrderAgreement>>of(
                    ExactOrderAgreement::tau, ExactOrderAgreement::rasterTau)) {
                assertThat(mean(exact.agreement(extracted), tau))
                        .as("seed %d", seed)
                        .isGreaterThan(mean(exact.agreement(unrelated), tau) + 0.1);
            }
            assertThat(mean(exact.agreement(extracted), ExactOrderAgreement::excessEntropy))
                    .isLessThan(mean(exact.agreement(unrelated), ExactOrderAgreement::excessEntropy));
        }
    }

    private static double mean(List<ExactOrderAgreement> agreements, ToDoubleFunction<ExactOrderAgreement> of) {
        return agreements.stream().mapToDouble(of).average().orElseThrow();
    }

    /** Filled one by one, the code of the decoder is that of the teacher-forced pass; and cells of a step do not see each other. */
    @Test
    void aModelFillsAsItPredicts() {
        TokenSpace space = new TokenSpace(GENERATOR.grid(), SCENES.vocabularySize(), 1);
        TransformerConfig config = TransformerConfig.of(TransformerConfig.Formulation.DUAL_POSITION, 16, 1, 2)
                .withoutDropout();
        ScenePictures pictures = ScenePictures.draw(GENERATOR, 3, 8, "filled scenes");
        long seed = 3;
        try (AnyOrderTransformer model = TinyModels.transformer(config, space, 2, torch.ScalarType.Double);
                AnyOrderModel packed = model.packed(WeightFormat.FLOAT32)) {
            SceneModel asked = new SceneModel(packed, SCENES, 2);
            TestOrders orders = TestOrders.extracted(
                    "studied", picture -> StudiedOrder.RANDOM.given(GENERATOR.grid(), seed, picture));
            double[] predicted =
                    BitsPerToken.measure(model, pictures, orders, 2).families().values();
            double[] filled = asked.bits(pictures, StudiedOrder.RANDOM, new StepPlan(CELLS, false), seed);
            for (int picture = 0; picture < filled.length; picture++) {
                assertThat(filled[picture]).isCloseTo(predicted[picture] * CELLS, within(1e-6));
            }
            double[] atOnce = asked.bits(pictures, StudiedOrder.RANDOM, new StepPlan(1, false), seed);
            double[] inRaster = asked.bits(pictures, StudiedOrder.RASTER, new StepPlan(1, false), seed);
            for (int picture = 0; picture < filled.length; picture++) {
                assertThat(atOnce[picture]).isCloseTo(inRaster[picture], within(1e-6));
            }
            int[][] drawn = asked.draw(3, StudiedOrder.INFORMATIVE, new StepPlan(8, true), seed);
            assertThat(asked.draw(3, StudiedOrder.INFORMATIVE, new StepPlan(8, true), seed))
                    .isDeepEqualTo(drawn);
        }
    }

    @Test
    void theEntropyOfKindsLeavesNoiseOut() {
        double[] exact = SCENES.nothingKnown().distribution(60);
        double expected = SCENES.nothingKnown().information(60) * Math.log(2);
        double[] measured = TensorScope.compute(() -> {
            double[] logarithms =
                    Arrays.stream(exact).map(p -> Math.log(p + 1e-12)).toArray();
            Tensor logits = Tensors.of(logarithms, 1, logarithms.length);
            return Tensors.doubles(new KindEntropy(SCENES).scales(logits, Tensors.of(new long[] {0}, 1)));
        });
        assertThat(measured[0]).isCloseTo(expected, within(1e-4));
        assertThat(SCENES.nothingKnown().entropy(60))
                .isGreaterThan(SCENES.nothingKnown().information(60) + 0.5);
    }

    @Test
    void aStudyIsTheSameAgainAndShowsTheExactFiguresBesideThoseOfModels() throws IOException {
        SceneStudyConfig config = new SceneStudyConfig(24, 4, 2, 3, 2, 4, 1e-3, 8, 1, 1, 2, 1);
        SceneStudyResults first = new SceneStudy(config, SILENT).run(folder.resolve("study"));
        SceneStudyResults again = new SceneStudy(config, SILENT).run(folder.resolve("study"));
        assertThat(again.report().json()).isEqualTo(first.report().json());
        String lossless = "informative, 16 steps, the rest in the last";
        assertThat(first.parallel())
                .filteredOn(figure ->
                        figure.arm().equals(ExactScenes.ARM) && figure.drawing().equals(lossless))
                .extracting(EvaluationFigure::value)
                .extracting(value -> Math.round(value.point() * 1e6) / 1e6)
                .containsExactly(0.0, 1.0);
        assertThat(first.comparisons()).hasSize(6);
        assertThat(first.markdown()).contains("| exact, other ties | 1.00", lossless);
        assertThat(first.page().html()).contains("Is the known order found?", "<img", "steps at no loss");
    }
}
