package dev.oar.benchmark;

import dev.oar.config.Require;
import dev.oar.tensor.Precision;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.tokenizer.ImageTokenizer;
import dev.oar.tokenizer.VqTokenizer;
import dev.oar.tokenizer.VqTokenizerConfig;
import dev.oar.train.AdamW;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** How long the work on networks of random weights takes here, as the rows of the benchmark measure it, on the CPU. */
public final class ShapeTimes {
    private static final Repetitions ONCE = new Repetitions(1, 0);
    private static final Repetitions OPTIMISATIONS = new Repetitions(3, 0.5);
    private static final long OPTIMISED_AT_ONCE = 1L << 22;
    private static final int BANDWIDTH_NUMBERS = 1 << 25;

    private ShapeTimes() {}

    /**
     * The seconds of steps of the training loop, optimizer included, behind one that does not count.
     *
     * @param steps how many are timed
     */
    public static Spread trainingSteps(ModelShape shape, int batch, int steps, Precision precision) throws IOException {
        Require.that(steps >= 1, "at least one step is timed, but there are to be %s", steps);
        return Spread.of(TrainingRows.stepSeconds(shape, batch, steps, precision, () -> {}));
    }

    /** Exact extraction by one model, which is timed as often as wished. */
    public interface Extraction extends AutoCloseable {
        /** The seconds per image, a batch per worker side by side, estimated from sampled steps. */
        Spread seconds() throws IOException;

        @Override
        void close();
    }

    /**
     * Exact extraction to be timed; its model is made when it is first timed.
     *
     * @param batch images per worker
     */
    public static Extraction extraction(ModelShape shape, int batch, SampledSteps sampled) {
        ExtractionRows rows = new ExtractionRows(
                shape,
                new ExtractionRows.Settings(batch, 1, Optional.of(sampled), ONCE, Optional.empty(), Optional.empty()));
        return new Extraction() {
            @Override
            public Spread seconds() throws IOException {
                return rows.exactSeconds();
            }

            @Override
            public void close() {
                rows.close();
            }
        };
    }

    /** The seconds that a tokenizer takes from images to tokens, per image. */
    public static Spread encoding(VqTokenizerConfig config, int batch, Repetitions repetitions) throws IOException {
        float[] pixels = new float[batch * 3 * config.imageSize() * config.imageSize()];
        Arrays.fill(pixels, 0.5F);
        try (ImageTokenizer tokenizer = VqTokenizer.initialise(config, 1)) {
            return repetitions
                    .time(() -> TensorScope.run(() -> {
                        var unused =
                                tokenizer.encode(Tensors.of(pixels, batch, 3, config.imageSize(), config.imageSize()));
                    }))
                    .times(1.0 / batch);
        }
    }

    /**
     * The seconds that a step of the optimiser takes per number.
     *
     * @param numbers how many numbers it is timed on, at least 1
     */
    public static double optimiserSeconds(long numbers) throws IOException {
        Require.that(numbers >= 1, "an optimiser is timed on at least one number, but was to be on %s", numbers);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        try (TensorScope ignored = TensorScope.open()) {
            for (long done = 0; done < numbers; done += OPTIMISED_AT_ONCE) {
                tensors.put(
                        "weights." + done,
                        Tensors.full(1, torch.ScalarType.Float, Math.min(OPTIMISED_AT_ONCE, numbers - done), 1));
            }
            try (Weights weights = Weights.owning(tensors);
                    AdamW optimiser = new AdamW(weights, new AdamW.Settings(0.9, 0.95, 1e-8, 0.05), AdamW.matrices())) {
                weights.requireGradient(true);
                weights.asMap()
                        .values()
                        .forEach(weight -> TensorScope.run(() -> weight.sum().backward()));
                long[] step = {0};
                Spread seconds = OPTIMISATIONS.time(() -> optimiser.step(++step[0], 1e-4));
                return seconds.min() / numbers;
            }
        }
    }

    /** Bytes per second that a sum over numbers which no cache holds reads. */
    public static double readBandwidth() throws IOException {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor numbers = Tensors.full(1, torch.ScalarType.Float, BANDWIDTH_NUMBERS);
            Spread seconds = new Repetitions(5, 0.3)
                    .time(() -> TensorScope.run(() -> {
                        var unused = numbers.sum().item_float();
                    }));
            return 4.0 * BANDWIDTH_NUMBERS / seconds.min();
        }
    }
}
