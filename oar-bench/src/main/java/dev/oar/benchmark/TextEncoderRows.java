package dev.oar.benchmark;

import dev.oar.artifact.WeightSource;
import dev.oar.checkpoint.Safetensors;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import dev.oar.text.PaddingRule;
import dev.oar.text.PaddingSide;
import dev.oar.text.T5Config;
import dev.oar.text.T5Encoder;
import dev.oar.text.TokenizedTexts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Captions embedded by a T5 encoder with random weights, its linear layers as they are stored and prepacked as for many captions; and how much memory
 * the latter takes beside its weights. There is a row of memory on Linux alone, for sizes of flan-t5-xl.
 */
final class TextEncoderRows implements RowGroup {
    private static final double MEBIBYTE = 1 << 20;
    private static final double MOST_MEMORY = 1.1;

    private final String label;
    private final T5Config config;
    private final int batch;
    private final int length;
    private final Repetitions repetitions;
    private final Target target;
    private @Nullable T5Encoder encoder;

    /**
     * Rows of an encoder of these sizes.
     *
     * @param batch captions embedded at a time
     * @param length tokens of every caption
     * @param target of the prepacked encoder
     */
    TextEncoderRows(String label, T5Config config, int batch, int length, Repetitions repetitions, Target target) {
        this.label = label;
        this.config = config;
        this.batch = batch;
        this.length = length;
        this.repetitions = repetitions;
        this.target = target;
    }

    @Override
    public List<PlannedRow> rows() {
        String prefix = "text/" + label + "/" + length + "-tokens/batch-" + batch;
        String stored = prefix + "/as-stored";
        String prepacked = prefix + "/prepacked";
        List<PlannedRow> rows = new ArrayList<>();
        rows.add(new PlannedRow(stored, measured -> row(stored, encoder(), Optional.empty())));
        rows.add(new PlannedRow(prepacked, measured -> {
            // It is the last that needs the weights as they are.
            T5Encoder given = encoder();
            encoder = null;
            try (T5Encoder repacked = given.repacked(WeightFormat.FLOAT32)) {
                return row(prepacked, repacked, Optional.of(target));
            }
        }));
        if (config.equals(flanT5Xl(config.layers())) && MemoryProcess.measurable()) {
            String memory = prefix + "/memory-against-weights";
            rows.add(new PlannedRow(memory, measured -> memory(memory)));
        }
        return rows;
    }

    /** The sizes of flan-t5-xl's encoder, which has 24 layers, with so many of them and a small table of tokens. */
    static T5Config flanT5Xl(int layers) {
        return new T5Config(1024, 2048, 32, 64, 5120, layers, 32, 128, 1e-6, T5Config.FeedForward.GATED_GELU);
    }

    private Figure memory(String name) throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path file = folder.fresh("encoder").resolve("model.safetensors");
            long bytes;
            try (Weights weights = new WeightSource.Random(1).weights(config.shapes())) {
                bytes = Float.BYTES * weights.parameterCount();
                Safetensors.write(file, weights.asMap(), Map.of());
            }
            Path result = file.resolveSibling("mebibytes");
            String unused = ChildProcess.output(
                    TextEncoderProcess.command(config.layers(), batch, length, file, result), List.of());
            double taken = Double.parseDouble(Files.readString(result, StandardCharsets.US_ASCII));
            double own = bytes / MEBIBYTE;
            return Figure.of(
                    name,
                    Unit.RATIO,
                    Spread.of(taken / own),
                    String.format(
                            Locale.ROOT,
                            "%.0f MiB that a process takes at most to read the encoder and embed a batch / %.0f MiB of weights",
                            taken,
                            own),
                    Optional.of(Target.atMost(MOST_MEMORY)));
        }
    }

    private Figure row(String name, T5Encoder measured, Optional<Target> wanted) throws IOException {
        TokenizedTexts texts = texts();
        Spread seconds = repetitions.time(() -> TensorScope.run(() -> {
            var unused = measured.features(texts, PaddingRule.HIDDEN);
        }));
        double operations = operations();
        return Figure.of(
                name,
                Unit.CAPTIONS_PER_SECOND,
                seconds.dividing(batch),
                limits -> operations / limits.products(WeightType.FLOAT32),
                String.format(
                        Locale.ROOT,
                        "%.1f GFLOP of a caption / products with float32 weights; random weights, %s layers",
                        operations * 1e-9,
                        config.layers()),
                wanted);
    }

    /** Floating-point operations of one caption: linear layers and attention. */
    private double operations() {
        double inner = (double) config.heads() * config.headWidth();
        double feedForward =
                (config.feedForward() == T5Config.FeedForward.RELU ? 2.0 : 3.0) * config.feedForwardWidth();
        double weights = config.width() * (4 * inner + feedForward);
        return config.layers() * (2 * length * weights + 4 * inner * length * length);
    }

    private TokenizedTexts texts() {
        return texts(config, batch, length);
    }

    /** Random captions. */
    static TokenizedTexts texts(T5Config config, int batch, int length) {
        CounterRandom random = CounterRandom.of(1, "benchmark captions");
        int[][] ids = new int[batch][length];
        for (int[] row : ids) {
            for (int i = 0; i < length; i++) {
                row[i] = random.integer(config.vocabularySize(), i);
            }
        }
        int[] lengths = new int[batch];
        Arrays.fill(lengths, length);
        return TokenizedTexts.whole(ids, lengths, PaddingSide.RIGHT);
    }

    private T5Encoder encoder() {
        T5Encoder made = encoder;
        if (made == null) {
            Weights weights = new WeightSource.Random(1).weights(config.shapes());
            made = TensorScope.handedOver(weights, given -> new T5Encoder(config, given));
            encoder = made;
        }
        return made;
    }

    @Override
    public void close() {
        if (encoder != null) {
            encoder.close();
            encoder = null;
        }
    }
}
