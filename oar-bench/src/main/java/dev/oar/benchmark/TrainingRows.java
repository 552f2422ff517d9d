package dev.oar.benchmark;

import dev.oar.data.TokenShards;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.order.UniformRandomOrder;
import dev.oar.tensor.Precision;
import dev.oar.train.AnyOrderTraining;
import dev.oar.train.LearningRateSchedule;
import dev.oar.train.StepReport;
import dev.oar.train.TrainingConfig;
import dev.oar.train.TrainingListener;
import dev.oar.train.TrainingLoop;
import dev.oar.train.TrainingView;
import dev.oar.tuning.PrecisionSetting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** Steps of the training loop in float32 and bfloat16, and how much faster the latter are. */
final class TrainingRows implements RowGroup {
    private final ModelShape shape;
    private final int batch;
    private final int steps;
    private final Targets targets;

    /**
     * What the rows should reach.
     *
     * @param float32 of steps in float32
     * @param speedUp of bfloat16 over float32
     */
    record Targets(Optional<Target> float32, Optional<Target> speedUp) {}

    /** Rows that train a transformer of these sizes for one step that does not count and {@code steps} that do. */
    TrainingRows(ModelShape shape, int batch, int steps, Targets targets) {
        this.shape = shape;
        this.batch = batch;
        this.steps = steps;
        this.targets = targets;
    }

    @Override
    public List<PlannedRow> rows() {
        String prefix = "train/" + shape.label() + "/" + shape.formulation() + "/batch-" + batch;
        String float32 = prefix + "/float32";
        String bfloat16 = prefix + "/bfloat16";
        String ratio = prefix + "/bfloat16-against-float32";
        return List.of(
                new PlannedRow(float32, measured -> measure(float32, Precision.FLOAT32)),
                new PlannedRow(bfloat16, measured -> measure(bfloat16, Precision.BFLOAT16)),
                new PlannedRow(
                        ratio,
                        measured -> Figure.of(
                                ratio,
                                Unit.RATIO,
                                measured.figure(bfloat16).timesAsFastAs(measured.figure(float32)),
                                "seconds of a step in float32 / in bfloat16",
                                targets.speedUp())));
    }

    private Figure measure(String name, Precision precision) throws IOException {
        boolean float32 = precision == Precision.FLOAT32;
        double operations = shape.cost().trainingOperations(batch);
        return Figure.of(
                name,
                Unit.SECONDS_PER_STEP,
                Spread.of(stepSeconds(precision)),
                limits -> operations / limits.products(float32 ? WeightType.FLOAT32 : WeightType.BFLOAT16),
                String.format(
                        Locale.ROOT,
                        "3 x %.1f GFLOP of the forward pass / products with %s weights; steps of the training loop on"
                                + " random tokens, optimizer included",
                        operations / 3 * 1e-9,
                        float32 ? "float32" : "bfloat16"),
                float32 ? targets.float32() : Optional.empty());
    }

    private double[] stepSeconds(Precision precision) throws IOException {
        return stepSeconds(shape, batch, steps, precision, () -> {});
    }

    /**
     * The seconds of {@code steps} steps behind one that does not count; {@code between} is run behind each. The training is ended there
     * before it saves anything.
     */
    static double[] stepSeconds(ModelShape shape, int batch, int steps, Precision precision, Runnable between)
            throws IOException {
        List<Double> seconds = new ArrayList<>();
        TrainingConfig config = config(steps, batch, precision);
        try (TemporaryFolder folder = TemporaryFolder.create();
                AnyOrderTransformer model = AnyOrderTransformer.initialise(shape.config(), shape.space(), 1)) {
            TokenShards tokens = RandomTokens.write(
                    folder.fresh("tokens"),
                    shape.space(),
                    shape.tokens(Math.max(batch, shape.space().classCount())));
            AnyOrderTraining training = new AnyOrderTraining(
                    model, tokens, new UniformRandomOrder(shape.space().cells(), config.seed()), 0.1, config);
            TrainingLoop.run(config, training, folder.fresh("training"), List.of(new TrainingListener() {
                        @Override
                        public void onStep(StepReport report, TrainingView view) {
                            seconds.add(report.seconds());
                            between.run();
                            if (seconds.size() > steps) {
                                throw new CancellationException("all steps are timed");
                            }
                        }
                    }))
                    .close();
        } catch (CancellationException e) {
            if (seconds.size() <= steps) {
                throw e;
            }
        }
        return seconds.stream().skip(1).mapToDouble(Double::doubleValue).toArray();
    }

    /** A training of {@code steps} steps behind one that does not count, at a constant rate, that saves nothing before its end. */
    static TrainingConfig config(int steps, int batch, Precision precision) {
        TrainingConfig usual = TrainingConfig.of(steps + 1L, batch, 1e-4, 1);
        return new TrainingConfig(
                usual.steps(),
                usual.batchSize(),
                1,
                usual.learningRate(),
                new LearningRateSchedule.Constant(0),
                usual.weightDecay(),
                usual.beta1(),
                usual.beta2(),
                usual.epsilon(),
                usual.clipNorm(),
                usual.emaDecay(),
                PrecisionSetting.of(precision),
                usual.steps(),
                1,
                usual.steps(),
                usual.seed());
    }

    @Override
    public void close() {}
}
