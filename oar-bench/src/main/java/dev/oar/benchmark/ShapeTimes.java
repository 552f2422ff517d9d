package dev.oar.benchmark;

import dev.oar.config.Require;
import dev.oar.tensor.Precision;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tokenizer.ImageTokenizer;
import dev.oar.tokenizer.VqTokenizer;
import dev.oar.tokenizer.VqTokenizerConfig;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** How long the work on networks of random weights takes here, as the rows of the benchmark measure it, on the CPU. */
public final class ShapeTimes {
    private static final Repetitions ONCE = new Repetitions(1, 0);
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

    /**
     * The seconds per image of exact extraction, a batch per worker side by side, estimated from sampled steps.
     *
     * @param batch images per worker
     */
    public static Spread extraction(ModelShape shape, int batch, SampledSteps sampled) throws IOException {
        try (ExtractionRows rows = new ExtractionRows(
                shape,
                new ExtractionRows.Settings(
                        batch, 1, Optional.of(sampled), ONCE, Optional.empty(), Optional.empty()))) {
            return rows.exactSeconds();
        }
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
