package dev.oar.parity;

import dev.oar.data.ImageSource;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.FeatureSet;
import dev.oar.feature.InceptionNetwork;
import dev.oar.file.CorruptFileException;
import dev.oar.image.RgbImage;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.tokenizer.PixelTensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** The FID Inception network: features, logits, parts of inner states. Its weights follow from a formula. */
final class InceptionCase implements GoldenCase {
    private static final String FILE = "golden";
    /** Sums of up to a million numbers are compared to this much per number. */
    private static final double SUM = 1e-9;

    @Override
    public void compare(GoldenRun run) throws IOException {
        Settings settings = run.folder().settings();
        settings.fixed("bn_eps", 0.001);
        settings.fixed("num_classes", 1008);
        settings.fixed("resize", 299);
        settings.remarks("image_sizes", "images");
        try (InceptionNetwork network = new InceptionNetwork(weights(run))) {
            for (int set = 0; run.names(FILE).contains("images" + set); set++) {
                try (TensorScope ignored = TensorScope.open()) {
                    compare(run, network, set);
                }
            }
        }
    }

    private static void compare(GoldenRun run, InceptionNetwork network, int set) throws IOException {
        Tensor bytes = run.input(FILE, "images" + set);
        InceptionNetwork.Activations activations = network.activations(PixelTensors.ofBytes(bytes));
        String suffix = "_" + set;
        run.close(FILE, "block0_mean" + suffix, activations.block0().mean(2, 3));
        run.close(
                FILE,
                "block0_corner" + suffix,
                activations.block0().narrow(2, 0, 3).narrow(3, 0, 3));
        run.close(FILE, "block1_mean" + suffix, activations.block1().mean(2, 3));
        run.close(FILE, "block2_mean" + suffix, activations.block2().mean(2, 3));
        run.close(FILE, "spatial" + suffix, activations.spatial());
        run.close(FILE, "pool3" + suffix, activations.pool3());
        run.close(FILE, "pool3" + suffix, asEvaluated(network, bytes));
        run.close(FILE, "logits" + suffix, network.logits(activations.pool3()));
        run.close(FILE, "logits_nobias" + suffix, network.logitsWithoutBias(activations.pool3()));
    }

    /** The features as evaluation takes them from 8-bit images. */
    private static Tensor asEvaluated(InceptionNetwork network, Tensor bytes) throws IOException {
        int height = Math.toIntExact(bytes.size(1));
        int width = Math.toIntExact(bytes.size(2));
        List<RgbImage> images = new ArrayList<>();
        for (int i = 0; i < bytes.size(0); i++) {
            images.add(new RgbImage(width, height, Tensors.bytes(bytes.select(0, i))));
        }
        FeatureSet features = FeatureExtraction.of(network, ImageSource.of(images), images.size());
        return Tensors.of(features.values(), features.count(), features.width());
    }

    /** The weights that the recipe's formula gives, compared with the first values and the sum that it lists. */
    private static Weights weights(GoldenRun run) throws IOException {
        int seed = run.folder().settings().integer("seed");
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        double worstFirst = 0;
        double worstSum = 0;
        try (TensorScope ignored = TensorScope.open()) {
            for (Settings entry : run.folder().list("weights_recipe.json")) {
                float[] values = values(entry, seed);
                double sum = 0;
                for (float value : values) {
                    sum += value;
                }
                worstSum = Math.max(worstSum, Math.abs(sum - entry.number("sum")) / values.length);
                List<Double> first = entry.numbers("first4");
                for (int i = 0; i < first.size(); i++) {
                    worstFirst = Math.max(
                            worstFirst, Math.abs(values[i] - first.get(i).floatValue()));
                }
                tensors.put(entry.text("name"), Tensors.of(values, shape(entry)));
            }
            run.add("weights_recipe/first4", worstFirst, 0, "absolute");
            run.add("weights_recipe/sum", worstSum, SUM, "absolute, per number");
            return Weights.owning(tensors);
        }
    }

    private static float[] values(Settings entry, long seed) throws CorruptFileException {
        double a = entry.number("a");
        double b = entry.number("b");
        long start = (seed * 1_000_003 + entry.integer("index")) * 0xD1342543DE82EF95L;
        float[] values = new float[count(entry)];
        for (int i = 0; i < values.length; i++) {
            long z = start + (i + 1) * 0x9E3779B97F4A7C15L;
            z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            z ^= z >>> 31;
            double u = (z >>> 11) * 0x1.0p-53;
            values[i] = (float) ((2 * u - 1) * a + b);
        }
        return values;
    }

    /** The number of elements, within what the network's own weight of that name holds. */
    private static int count(Settings entry) throws CorruptFileException {
        String name = entry.text("name");
        long[] expected = InceptionNetwork.shapes().get(name);
        if (expected == null || !Arrays.equals(expected, shape(entry))) {
            throw new CorruptFileException("weights_recipe.json must list the weights of the FID Inception network, but"
                    + " lists '" + name + "' with shape " + Arrays.toString(shape(entry)) + "; make it again");
        }
        return Math.toIntExact(Arrays.stream(expected).reduce(1, Math::multiplyExact));
    }

    private static long[] shape(Settings entry) throws CorruptFileException {
        return entry.integers("shape").stream().mapToLong(Integer::longValue).toArray();
    }
}
