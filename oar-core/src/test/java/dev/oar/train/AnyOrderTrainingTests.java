package dev.oar.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.data.Split;
import dev.oar.data.TokenSet;
import dev.oar.data.TokenShards;
import dev.oar.data.TokenShardsWriter;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.CounterRandom;
import dev.oar.order.FixedOrder;
import dev.oar.order.GenerationOrder;
import dev.oar.order.MixedOrder;
import dev.oar.order.OrderSource;
import dev.oar.order.TokenGrid;
import dev.oar.order.UniformRandomOrder;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import dev.oar.tuning.PrecisionSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NativeMemory.class)
class AnyOrderTrainingTests {
    private static final TokenGrid GRID = new TokenGrid(2, 3);
    private static final int VOCABULARY = 11;
    private static final int IMAGES = 9;

    @TempDir
    Path directory;

    private TokenShards tokens;

    @BeforeEach
    void writeTokens() throws IOException {
        tokens = tokens(List.of("cat", "dog"));
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void anInterruptedTrainingWithDropoutEndsAsAnUninterruptedOne(Formulation formulation) throws IOException {
        TrainingConfig config = config(6, 2, 3);
        OrderSource orders = new UniformRandomOrder(GRID.cells(), config.seed());
        String whole = train(formulation, config, orders, directory.resolve("whole"));
        Path interrupted = directory.resolve("interrupted");
        assertThatThrownBy(() -> train(formulation, config, orders, interrupted, new TrainingListener() {
                    @Override
                    public void onStep(StepReport report, TrainingView view) throws IOException {
                        if (report.step() == 4) {
                            throw new IOException("stopped");
                        }
                    }
                }))
                .hasMessage("stopped");
        assertThat(train(formulation, config, orders, interrupted)).isEqualTo(whole);
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void aFewImagesAreLearntByHeart(Formulation formulation) throws IOException {
        TrainingConfig config = TrainingConfig.of(80, 8, 0.01, 4);
        train(formulation, config, new UniformRandomOrder(GRID.cells(), 4), directory.resolve("run"));
        List<MetricsFile.Line> lines = MetricsFile.read(directory.resolve("run").resolve(TrainingLoop.METRICS));
        assertThat(lines.get(0).loss()).isCloseTo(Math.log(VOCABULARY), within(1e-4));
        assertThat(lines.get(lines.size() - 1).loss()).isLessThan(0.7 * Math.log(VOCABULARY));
    }

    @Test
    void twoTrainingsDifferInNothingButTheirOrders() {
        TrainingConfig config = config(10, 1, 5);
        try (AnyOrderTransformer model = model(Formulation.DUAL_POSITION)) {
            var random = new AnyOrderTraining(model, tokens, new UniformRandomOrder(6, 5), 0.3, config);
            var raster = new AnyOrderTraining(model, tokens, FixedOrder.raster(6), 0.3, config);
            for (int step = 0; step < 10; step++) {
                AnyOrderTraining.Samples a = random.samples(step, 0, 8);
                AnyOrderTraining.Samples b = raster.samples(step, 0, 8);
                assertThat(a.tokens()).isDeepEqualTo(b.tokens());
                assertThat(a.conditions()).isEqualTo(b.conditions());
                assertThat(b.orders()[0]).containsExactly(0, 1, 2, 3, 4, 5);
                assertThat(a.orders()).isNotEqualTo(b.orders());
            }
            assertThat(random.fingerprint()).isNotEqualTo(raster.fingerprint());
        }
    }

    /** An order source that somebody else wrote: every sample in the order of a seed. */
    private record SourceOfOnesOwn(long seed) implements OrderSource {
        @Override
        public GenerationOrder order(long draw, int image, int view) {
            return GenerationOrder.uniform(GRID.cells(), CounterRandom.of(seed, "a source of one's own"));
        }

        @Override
        public String description() {
            return "one order of seed " + seed;
        }
    }

    @Test
    void aTrainingDoesNotGoOnFromOneWithAnotherOrderSourceOfOnesOwn() throws IOException {
        TrainingConfig config = config(6, 1, 12);
        var unused = train(Formulation.DUAL_POSITION, config, new SourceOfOnesOwn(1), directory.resolve("run"));
        assertThatThrownBy(() ->
                        train(Formulation.DUAL_POSITION, config, new SourceOfOnesOwn(2), directory.resolve("run")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("belongs to a different training run");
        OrderSource mixed = new MixedOrder(0.5, new SourceOfOnesOwn(1), FixedOrder.raster(6), 3);
        OrderSource other = new MixedOrder(0.5, new SourceOfOnesOwn(2), FixedOrder.raster(6), 3);
        assertThat(mixed.description()).isNotEqualTo(other.description());
    }

    @Test
    void aTrainingIsNotResumedWithANetworkOfOtherHeadsWhoseWeightsHaveTheSameShapes() throws IOException {
        TrainingConfig config = config(6, 1, 13);
        Path run = directory.resolve("run");
        train(model(Formulation.DUAL_POSITION, 2), config, run);
        assertThatThrownBy(() -> train(model(Formulation.DUAL_POSITION, 4), config, run))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be resumed: model was TransformerConfig[")
                .hasMessageContaining("heads=4");
        Path state = run.resolve(TrainingLoop.CHECKPOINTS).resolve("step-00000006/state.json");
        Files.writeString(state, Files.readString(state).replaceAll("\"model\" : \"[^\"]*\",", ""));
        train(model(Formulation.DUAL_POSITION, 4), config, run);
    }

    private void train(AnyOrderTransformer model, TrainingConfig config, Path to) throws IOException {
        try (model) {
            var training = new AnyOrderTraining(model, tokens, FixedOrder.raster(6), 0.1, config);
            TrainingLoop.run(config, training, to, List.of()).close();
        }
    }

    @Test
    void theDescriptionsOfBuiltInSourcesAreThoseThatCheckpointsHold() {
        CounterRandom random = new CounterRandom(5);
        OrderSource uniform = new UniformRandomOrder(4, random);
        assertThat(uniform.description()).isEqualTo("UniformRandomOrder[cells=4, random=CounterRandom[key=5]]");
        assertThat(FixedOrder.raster(3).description()).isEqualTo("FixedOrder[order=GenerationOrder[0, 1, 2]]");
        assertThat(new MixedOrder(0.25, uniform, FixedOrder.raster(2), random).description())
                .isEqualTo("mixed 0.25 CounterRandom[key=5] of UniformRandomOrder[cells=4, random=CounterRandom[key=5]]"
                        + " and FixedOrder[order=GenerationOrder[0, 1]]");
    }

    @Test
    void cuttingABatchIntoMicroBatchesDoesNotChangeItsSamples() {
        try (AnyOrderTransformer model = model(Formulation.DUAL_POSITION)) {
            OrderSource orders = new UniformRandomOrder(6, 6);
            var whole = new AnyOrderTraining(model, tokens, orders, 0.3, config(10, 1, 6));
            var parts = new AnyOrderTraining(model, tokens, orders, 0.3, config(10, 4, 6));
            for (int step = 0; step < 10; step++) {
                AnyOrderTraining.Samples all = whole.samples(step, 0, 8);
                for (int sample = 0; sample < 8; sample++) {
                    AnyOrderTraining.Samples part = parts.samples(step, sample - sample % 2, 2);
                    assertThat(part.tokens()[sample % 2]).isEqualTo(all.tokens()[sample]);
                    assertThat(part.orders()[sample % 2]).isEqualTo(all.orders()[sample]);
                    assertThat(part.conditions()[sample % 2]).isEqualTo(all.conditions()[sample]);
                }
            }
        }
    }

    @Test
    void sharesWorkedOnSideBySideGiveTheGradientsOfTheWholeBatch() {
        TrainingConfig config = config(1, 1, 9);
        for (Formulation formulation : Formulation.values()) {
            try (AnyOrderTransformer model = undisturbed(formulation);
                    AnyOrderTransformer other = undisturbed(formulation)) {
                OrderSource orders = new UniformRandomOrder(6, 9);
                var whole = new AnyOrderTraining(model, tokens, orders, 0.3, config);
                var shared = new AnyOrderTraining(other, tokens, orders, 0.3, config);
                model.weights().requireGradient(true);
                other.weights().requireGradient(true);
                double expected = TensorScope.compute(() -> {
                    Tensor loss = whole.loss(0, 0, 8);
                    loss.backward();
                    return loss.item_double();
                });
                try (TrainingShares shares = new TrainingShares(config, shared, 3)) {
                    assertThat(shares.backward(0, 0, 8)).isCloseTo(expected, within(1e-6));
                }
                TensorScope.run(() -> model.weights().asMap().forEach((name, weight) -> {
                    Tensor actual = other.weights().get(name).grad();
                    assertThat(Tensors.doubles(actual.sub(weight.grad()).abs().max())[0])
                            .as(formulation + " " + name)
                            .isLessThan(2e-5);
                }));
                Gradients.drop(model.weights());
                Gradients.drop(other.weights());
            }
        }
    }

    @Test
    void sharesWithDropoutGiveTheSameGradientsAgain() {
        TrainingConfig config = config(1, 1, 10);
        try (AnyOrderTransformer model = model(Formulation.POSITION_INSTRUCTION)) {
            var training = new AnyOrderTraining(model, tokens, FixedOrder.raster(6), 0.3, config);
            model.weights().requireGradient(true);
            List<double[]> gradients = new ArrayList<>();
            for (int run = 0; run < 3; run++) {
                try (TrainingShares shares = new TrainingShares(config, training, 2)) {
                    shares.backward(0, 0, 8);
                }
                gradients.add(TensorScope.compute(() ->
                        Tensors.doubles(model.weights().get("output.weight").grad())));
                Gradients.drop(model.weights());
            }
            assertThat(gradients.get(1)).isEqualTo(gradients.get(0));
            assertThat(gradients.get(2)).isEqualTo(gradients.get(0));
        }
    }

    @Test
    void classesAreHiddenAsOftenAsAsked() {
        try (AnyOrderTransformer model = model(Formulation.DUAL_POSITION)) {
            var training = new AnyOrderTraining(model, tokens, FixedOrder.raster(6), 0.25, config(1, 1, 7));
            double hidden = IntStream.range(0, 1000)
                    .flatMap(step -> IntStream.of(training.samples(step, 0, 8).conditions()))
                    .filter(condition -> condition == model.space().unconditional())
                    .count();
            assertThat(hidden / 8000).isCloseTo(0.25, within(0.02));
        }
    }

    @Test
    void aShareOfTheContextIsOfOtherCellsOfTheImageAndWhatIsLearntStaysRight() {
        TrainingConfig config = config(1, 1, 14);
        try (AnyOrderTransformer model = model(Formulation.DUAL_POSITION)) {
            var plain = new AnyOrderTraining(model, tokens, FixedOrder.raster(6), 0.25, config);
            var noisy = new AnyOrderTraining(model, tokens, FixedOrder.raster(6), 0.25, 0.2, config);
            var again = new AnyOrderTraining(model, tokens, FixedOrder.raster(6), 0.25, 0.2, config);
            int changed = 0;
            int expected = 0;
            for (int step = 0; step < 400; step++) {
                AnyOrderTraining.Samples samples = noisy.samples(step, 0, 8);
                assertThat(samples.tokens())
                        .isDeepEqualTo(plain.samples(step, 0, 8).tokens());
                assertThat(samples.conditions())
                        .isEqualTo(plain.samples(step, 0, 8).conditions());
                assertThat(samples.told())
                        .isDeepEqualTo(again.samples(step, 0, 8).told());
                // However a batch is cut, a sample is told the same.
                assertThat(again.samples(step, 5, 1).told()[0]).isEqualTo(samples.told()[5]);
                for (int sample = 0; sample < 8; sample++) {
                    int[] tokens = samples.tokens()[sample];
                    for (int cell = 0; cell < 6; cell++) {
                        int token = tokens[cell];
                        int told = samples.told()[sample][cell];
                        assertThat(tokens).contains(told);
                        changed += told == token ? 0 : 1;
                        expected += (int) IntStream.of(tokens)
                                .filter(other -> other != token)
                                .count();
                    }
                }
            }
            // Every token of the image is put there equally often, its own included.
            assertThat(changed / (0.2 * expected / 6)).isCloseTo(1, within(0.05));
            assertThat(plain.samples(3, 0, 8).told())
                    .isDeepEqualTo(plain.samples(3, 0, 8).tokens());
            assertThat(noisy.fingerprint()).isNotEqualTo(plain.fingerprint());
            assertThat(new AnyOrderTraining(model, tokens, FixedOrder.raster(6), 0.25, 0, config).fingerprint())
                    .isEqualTo(plain.fingerprint());
        }
    }

    @Test
    void anInterruptedTrainingUnderContextNoiseEndsAsAnUninterruptedOne() throws IOException {
        TrainingConfig config = config(6, 2, 3);
        String whole = noisy(config, directory.resolve("whole"));
        Path interrupted = directory.resolve("interrupted");
        assertThatThrownBy(() -> noisy(config, interrupted, new TrainingListener() {
                    @Override
                    public void onStep(StepReport report, TrainingView view) throws IOException {
                        if (report.step() == 4) {
                            throw new IOException("stopped");
                        }
                    }
                }))
                .hasMessage("stopped");
        assertThat(noisy(config, interrupted)).isEqualTo(whole);
        OrderSource orders = new UniformRandomOrder(GRID.cells(), config.seed());
        assertThat(train(Formulation.DUAL_POSITION, config, orders, directory.resolve("quiet")))
                .isNotEqualTo(whole);
    }

    private String noisy(TrainingConfig config, Path to, TrainingListener... listeners) throws IOException {
        OrderSource orders = new UniformRandomOrder(GRID.cells(), config.seed());
        try (AnyOrderTransformer model = model(Formulation.DUAL_POSITION);
                TrainingResult result = TrainingLoop.run(
                        config,
                        new AnyOrderTraining(model, tokens, orders, 0.1, 0.3, config),
                        to,
                        List.of(listeners))) {
            return Fingerprint.of(result.weights()) + Fingerprint.of(model.weights());
        }
    }

    @Test
    void theLossUnderContextNoiseIsThatOfTheTrueTokensAfterTheToldOnes() {
        TrainingConfig config = config(1, 1, 15);
        try (AnyOrderTransformer model = undisturbed(Formulation.POSITION_INSTRUCTION)) {
            var noisy = new AnyOrderTraining(model, tokens, new UniformRandomOrder(6, 15), 0, 0.5, config);
            AnyOrderTraining.Samples samples = noisy.samples(0, 0, 8);
            double[] losses = TensorScope.compute(() -> Tensors.withoutGradient(() -> {
                Tensor logs = model.logits(
                                Tensors.of(samples.told()),
                                Tensors.of(samples.conditions(), 8),
                                Tensors.of(samples.orders()),
                                false)
                        .log_softmax(-1);
                return Tensors.doubles(logs);
            }));
            double sum = 0;
            for (int sample = 0; sample < 8; sample++) {
                for (int step = 0; step < 6; step++) {
                    int truth = samples.tokens()[sample][samples.orders()[sample][step]];
                    sum -= losses[(sample * 6 + step) * VOCABULARY + truth];
                }
            }
            double loss = TensorScope.compute(
                    () -> Tensors.withoutGradient(() -> noisy.loss(0, 0, 8).item_double()));
            assertThat(loss).isCloseTo(sum / 48, within(1e-5));
            assertThat(samples.told()).isNotEqualTo(samples.tokens());
        }
    }

    @Test
    void contextNoiseIsAShare() {
        try (AnyOrderTransformer model = model(Formulation.DUAL_POSITION)) {
            assertThatThrownBy(() -> new AnyOrderTraining(model, tokens, FixedOrder.raster(6), 0, 1.5, config(1, 1, 9)))
                    .hasMessageContaining("context-noise must lie in [0, 1], but is 1.5");
        }
    }

    @Test
    void ordersAreAskedForByTheViewThatIsLearnt() {
        OrderSource mirroredWhereFlipped = new OrderSource() {
            @Override
            public GenerationOrder order(long draw, int image, int view) {
                GenerationOrder raster = GenerationOrder.raster(6);
                return view == 0 ? raster : raster.mirrored(GRID);
            }

            @Override
            public String description() {
                return "raster, mirrored where flipped";
            }
        };
        try (AnyOrderTransformer model = model(Formulation.DUAL_POSITION)) {
            var training = new AnyOrderTraining(model, tokens, mirroredWhereFlipped, 0, config(1, 1, 8));
            int flipped = 0;
            for (int step = 0; step < 40; step++) {
                AnyOrderTraining.Samples samples = training.samples(step, 0, 8);
                for (int sample = 0; sample < 8; sample++) {
                    boolean isFlipped = samples.tokens()[sample][GRID.cells() - 1] == 1;
                    assertThat(samples.orders()[sample][0]).isEqualTo(isFlipped ? 2 : 0);
                    flipped += isFlipped ? 1 : 0;
                }
            }
            assertThat(flipped).isBetween(100, 220);
        }
    }

    @Test
    void aModelForOtherTokensIsRefused() throws IOException {
        TokenShards others = tokens(List.of("cat", "dog", "flag"));
        try (AnyOrderTransformer model = model(Formulation.DUAL_POSITION)) {
            assertThatThrownBy(() -> new AnyOrderTraining(model, others, FixedOrder.raster(6), 0, config(1, 1, 9)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("classCount=2")
                    .hasMessageContaining("classCount=3");
            assertThatThrownBy(() -> new AnyOrderTraining(model, tokens, FixedOrder.raster(6), 1.5, config(1, 1, 9)))
                    .hasMessageContaining("class-dropout");
        }
    }

    private String train(
            Formulation formulation, TrainingConfig config, OrderSource orders, Path to, TrainingListener... listeners)
            throws IOException {
        try (AnyOrderTransformer model = model(formulation);
                TrainingResult result = TrainingLoop.run(
                        config, new AnyOrderTraining(model, tokens, orders, 0.1, config), to, List.of(listeners))) {
            return Fingerprint.of(result.weights()) + Fingerprint.of(model.weights());
        }
    }

    /** Nine images in families of two; the last token tells whether the view is the flipped one. */
    private TokenShards tokens(List<String> classes) throws IOException {
        TokenSet set = new TokenSet(Split.TRAIN, GRID, VOCABULARY, 2, classes, List.of(), "tokenizer", "images");
        TokenShardsWriter writer = TokenShardsWriter.create(directory.resolve("tokens" + classes.size()), set);
        for (int image = 0; image < IMAGES; image++) {
            int[][] views = new int[2][];
            for (int view = 0; view < 2; view++) {
                views[view] = new int[] {image, 10, 9 - image, (image * 7) % VOCABULARY, 5, view};
            }
            writer.add(views, image % 2, image / 2, image + ".png");
        }
        return writer.finish();
    }

    private static AnyOrderTransformer model(Formulation formulation) {
        return model(formulation, 2);
    }

    private static AnyOrderTransformer model(Formulation formulation, int heads) {
        return AnyOrderTransformer.initialise(
                TransformerConfig.of(formulation, 16, 2, heads), new TokenSpace(GRID, VOCABULARY, 2), 1);
    }

    /** A model without dropout, its output layer drawn so that gradients reach every weight. */
    private static AnyOrderTransformer undisturbed(Formulation formulation) {
        AnyOrderTransformer model = AnyOrderTransformer.initialise(
                TransformerConfig.of(formulation, 16, 2, 2).withoutDropout(), new TokenSpace(GRID, VOCABULARY, 2), 1);
        TensorScope.run(() -> {
            Tensor output = model.weights().get("output.weight");
            var unused = output.copy_(Tensors.normal(3, output.shape()));
        });
        return model;
    }

    private static TrainingConfig config(long steps, int accumulation, long seed) {
        return new TrainingConfig(
                steps,
                8,
                accumulation,
                0.01,
                new LearningRateSchedule.Cosine(1, 0.1),
                0.05,
                0.9,
                0.95,
                1e-8,
                1,
                0.9,
                PrecisionSetting.FLOAT32,
                3,
                2,
                1,
                seed);
    }
}
