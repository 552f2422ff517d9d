package dev.oar.measure;

import dev.oar.checkpoint.Safetensors;
import dev.oar.config.Require;
import dev.oar.data.Batches;
import dev.oar.data.MeasuredTokens;
import dev.oar.generate.GeneratedImage;
import dev.oar.image.RgbImage;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Samples of one model under one drawing, kept as tokens and orders; the images are decoded from them.
 *
 * @param tokens {@code [samples][cells]}, raster order
 * @param orders how each was filled
 */
public record DrawnSamples(int[][] tokens, List<GenerationOrder> orders) {
    private static final String TOKENS = "tokens";
    private static final String ORDERS = "orders";

    /** What is kept of drawn images. */
    public static DrawnSamples of(List<GeneratedImage> images) {
        return new DrawnSamples(
                images.stream().map(GeneratedImage::tokens).toArray(int[][]::new),
                images.stream().map(GeneratedImage::order).toList());
    }

    /** The file of a model and a drawing, by their labels. */
    public static String fileName(String model, String drawing) {
        return (model + "-" + drawing).replaceAll("[^a-z0-9.]+", "-") + ".safetensors";
    }

    /** Writes them so that the file appears whole or not at all. */
    public void write(Path file) throws IOException {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor orderTensor =
                    Tensors.of(orders.stream().map(GenerationOrder::toArray).toArray(int[][]::new));
            // Sorted, so that equal samples make equal files.
            Map<String, Tensor> named = new TreeMap<>();
            named.put(TOKENS, Tensors.of(tokens).to(torch.ScalarType.Int));
            named.put(ORDERS, orderTensor.to(torch.ScalarType.Int));
            Safetensors.write(file, named, Map.of("format", "oar-samples"));
        }
    }

    /** Reads what {@link #write} wrote. */
    public static DrawnSamples read(Path file) throws IOException {
        try (TensorScope ignored = TensorScope.open()) {
            Safetensors stored = Safetensors.open(file);
            int[][] orders = Tensors.intRows(stored.read(ORDERS));
            return new DrawnSamples(
                    Tensors.intRows(stored.read(TOKENS)),
                    Arrays.stream(orders).map(GenerationOrder::of).toList());
        }
    }

    /**
     * What was drawn as tokens that a model can be asked for, each image a family of its own.
     *
     * @param conditions per image, what it was drawn from: its class or the number of its caption
     */
    public MeasuredTokens measured(int... conditions) {
        Require.that(
                conditions.length == tokens.length,
                "every drawn image has one condition, but there are %s images and %s conditions; give those they were drawn from",
                tokens.length,
                conditions.length);
        return new MeasuredTokens() {
            @Override
            public int count() {
                return tokens.length;
            }

            @Override
            public int[] tokens(int index) {
                return tokens[index];
            }

            @Override
            public int classIndex(int index) {
                return conditions[index];
            }

            @Override
            public int family(int index) {
                return index;
            }
        };
    }

    /** The images, decoded in batches of one shape. */
    public List<RgbImage> images(ImageTokenizer tokenizer, int count, int batchSize) {
        List<RgbImage> images = new ArrayList<>();
        for (Batches.Batch batch : new Batches(count, batchSize)) {
            int[][] rows = Arrays.stream(batch.images())
                    .mapToObj(image -> tokens[image])
                    .toArray(int[][]::new);
            images.addAll(tokenizer.images(rows).subList(0, batch.count()));
        }
        return images;
    }
}
