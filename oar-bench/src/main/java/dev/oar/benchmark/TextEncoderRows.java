package dev.oar.benchmark;

import dev.oar.artifact.WeightSource;
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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Captions embedded by a T5 encoder with random weights, its linear layers as they are stored and prepacked. */
final class TextEncoderRows implements RowGroup {
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
        return List.of(
                new PlannedRow(stored, measured -> row(stored, encoder(), Optional.empty())),
                new PlannedRow(prepacked, measured -> {
                    try (T5Encoder packed = encoder().packed(WeightFormat.FLOAT32)) {
                        return row(prepacked, packed, Optional.of(target));
                    }
                }));
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
