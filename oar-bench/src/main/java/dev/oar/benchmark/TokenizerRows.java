package dev.oar.benchmark;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tokenizer.ImageTokenizer;
import dev.oar.tokenizer.VqTokenizer;
import dev.oar.tokenizer.VqTokenizerConfig;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A tokenizer of random weights, which takes as long as a trained one: from tokens to images and back. */
final class TokenizerRows implements RowGroup {
    private final String label;
    private final VqTokenizerConfig config;
    private final int batch;
    private final Repetitions repetitions;
    private @Nullable ImageTokenizer tokenizer;

    /** Rows of a tokenizer of these sizes, {@code batch} images at a time. */
    TokenizerRows(String label, VqTokenizerConfig config, int batch, Repetitions repetitions) {
        this.label = label;
        this.config = config;
        this.batch = batch;
        this.repetitions = repetitions;
    }

    @Override
    public List<PlannedRow> rows() {
        String decode = "tokenizer/" + label + "/decode/batch-" + batch;
        String encode = "tokenizer/" + label + "/encode/batch-" + batch;
        return List.of(
                new PlannedRow(decode, measured -> decode(decode)), new PlannedRow(encode, measured -> encode(encode)));
    }

    private Figure decode(String name) throws IOException {
        int cells = config.grid().cells();
        long[] numbers = new long[batch * cells];
        Arrays.setAll(numbers, i -> i % config.codebookSize());
        Spread seconds = repetitions.time(() -> TensorScope.run(() -> {
            var unused = tokenizer().decode(Tensors.of(numbers, batch, cells));
        }));
        return row(name, seconds, new TokenizerCost(config).decoding());
    }

    private Figure encode(String name) throws IOException {
        float[] pixels = new float[batch * 3 * config.imageSize() * config.imageSize()];
        Arrays.fill(pixels, 0.5F);
        Spread seconds = repetitions.time(() -> TensorScope.run(() -> {
            var unused = tokenizer().encode(Tensors.of(pixels, batch, 3, config.imageSize(), config.imageSize()));
        }));
        return row(name, seconds, new TokenizerCost(config).encoding());
    }

    private Figure row(String name, Spread seconds, double operations) {
        return Figure.of(
                name,
                Unit.IMAGES_PER_SECOND,
                seconds.dividing(batch),
                limits -> operations / limits.products(WeightType.FLOAT32),
                String.format(
                        Locale.ROOT,
                        "%.1f GFLOP of convolutions per image / products with float32 weights",
                        operations * 1e-9),
                Optional.empty());
    }

    private ImageTokenizer tokenizer() {
        ImageTokenizer made = tokenizer == null ? VqTokenizer.initialise(config, 1) : tokenizer;
        tokenizer = made;
        return made;
    }

    @Override
    public void close() {
        if (tokenizer != null) {
            tokenizer.close();
            tokenizer = null;
        }
    }
}
