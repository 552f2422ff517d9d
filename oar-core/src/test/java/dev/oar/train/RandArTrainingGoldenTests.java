package dev.oar.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.checkpoint.Safetensors;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Precision;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Ten steps of the whole loop against those of the public RandAR implementation. */
@ExtendWith(NativeMemory.class)
class RandArTrainingGoldenTests {
    @TempDir
    Path directory;

    @Test
    void tenStepsMeetTheReference() throws IOException {
        Golden golden = Golden.resource("randar-train");
        Safetensors steps = golden.open("steps.safetensors");
        TrainingConfig config = config(golden.config());
        List<StepReport> reports = new ArrayList<>();
        try (AnyOrderTransformer model = model(golden)) {
            long last = golden.config().get("steps").asLong();
            assertThatThrownBy(() -> TrainingLoop.run(
                                    config,
                                    new GivenBatches(model, steps),
                                    directory,
                                    List.of(collectUpTo(last, reports)))
                            .close())
                    .hasMessage("that is all");
            TensorScope.run(() -> {
                requireReports(golden, steps, reports);
                requireWeights(golden, model.weights());
            });
        }
    }

    private static void requireReports(Golden golden, Safetensors steps, List<StepReport> reports) {
        double tolerance = golden.tolerance("loss_relative");
        double[] losses = Tensors.doubles(Golden.read(steps, "loss"));
        double[] norms = Tensors.doubles(Golden.read(steps, "grad_norm"));
        double[] rates = Tensors.doubles(Golden.read(steps, "lr"));
        assertThat(reports).hasSize(losses.length);
        for (int step = 0; step < losses.length; step++) {
            StepReport report = reports.get(step);
            assertThat(report.learningRate()).as("rate of step %d", step).isCloseTo(rates[step], within(1e-9));
            assertThat(report.loss())
                    .as("loss of step %d", step)
                    .isCloseTo(losses[step], within(tolerance * losses[step]));
            assertThat(report.gradientNorm())
                    .as("gradient norm of step %d", step)
                    .isCloseTo(norms[step], within(10 * tolerance * norms[step]));
        }
    }

    private static void requireWeights(Golden golden, Weights weights) {
        Safetensors after = golden.open("weights_after.safetensors");
        long numbers = 0;
        long far = 0;
        double sum = 0;
        for (String name : after.names()) {
            double[] differences = Tensors.doubles(
                    weights.get(name).sub(Golden.read(after, name)).abs());
            for (double difference : differences) {
                numbers++;
                far += difference <= golden.tolerance("weights_absolute") ? 0 : 1;
                sum += difference;
            }
        }
        assertThat(after.names()).hasSameSizeAs(weights.names());
        assertThat(1 - (double) far / numbers).isGreaterThanOrEqualTo(golden.tolerance("weights_fraction"));
        assertThat(sum / numbers).isLessThan(golden.tolerance("weights_mean_absolute"));
    }

    private static TrainingListener collectUpTo(long last, List<StepReport> reports) {
        return new TrainingListener() {
            @Override
            public void onStep(StepReport report) throws IOException {
                reports.add(report);
                if (report.step() == last) {
                    throw new IOException("that is all");
                }
            }
        };
    }

    private static TrainingConfig config(JsonNode golden) {
        JsonNode optimizer = golden.get("optimizer");
        JsonNode schedule = golden.get("lr_scheduler");
        return new TrainingConfig(
                schedule.get("num_training_steps").asLong(),
                golden.get("batch").asInt(),
                1,
                optimizer.get("lr").asDouble(),
                new LearningRateSchedule.Cosine(
                        schedule.get("num_warmup_steps").asLong(),
                        schedule.get("min_lr_ratio").asDouble()),
                optimizer.get("weight_decay").asDouble(),
                optimizer.get("beta1").asDouble(),
                optimizer.get("beta2").asDouble(),
                optimizer.get("eps").asDouble(),
                optimizer.get("max_grad_norm").asDouble(),
                0,
                Precision.FLOAT32,
                1000,
                1,
                1,
                0);
    }

    private static AnyOrderTransformer model(Golden golden) throws IOException {
        JsonNode sizes = golden.config().get("params");
        int side = (int) Math.sqrt(sizes.get("block_size").asInt());
        return new AnyOrderTransformer(
                TransformerConfig.of(
                                Formulation.POSITION_INSTRUCTION,
                                sizes.get("dim").asInt(),
                                sizes.get("n_layer").asInt(),
                                sizes.get("n_head").asInt())
                        .withoutDropout(),
                new TokenSpace(
                        TokenGrid.square(side),
                        sizes.get("vocab_size").asInt(),
                        sizes.get("num_classes").asInt()),
                Safetensors.weights(golden.folder().resolve("weights.safetensors")));
    }

    /** The reference's batches, one per step. */
    private record GivenBatches(AnyOrderTransformer model, Safetensors steps) implements TrainingTask {
        @Override
        public Weights weights() {
            return model.weights();
        }

        @Override
        public Tensor loss(long step, int microBatch) {
            return AnyOrderLoss.of(model, given("idx", step), given("cond", step), given("token_order", step));
        }

        private Tensor given(String name, long step) {
            return Golden.read(steps, name).select(0, step);
        }
    }
}
