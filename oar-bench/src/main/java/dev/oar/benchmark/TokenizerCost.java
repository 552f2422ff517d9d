package dev.oar.benchmark;

import dev.oar.tokenizer.VqTokenizer;
import dev.oar.tokenizer.VqTokenizerConfig;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The floating-point operations of a convolutional tokenizer's networks, per image: every weight of a convolution is multiplied once per
 * pixel of its output. Attention and codebook, a few in a thousand, are left out.
 */
public final class TokenizerCost {
    private static final Pattern LEVEL = Pattern.compile("\\.conv_blocks\\.(\\d+)\\.");

    private final VqTokenizerConfig config;
    private final Map<String, long[]> shapes;

    /** The cost of a tokenizer of these sizes. */
    public TokenizerCost(VqTokenizerConfig config) {
        this.config = config;
        this.shapes = VqTokenizer.shapes(config);
    }

    /** From an image to its tokens. */
    public double encoding() {
        return operations("encoder.");
    }

    /** From tokens to their image. */
    public double decoding() {
        return operations("decoder.");
    }

    /** How many numbers all convolutions give per image, from an image to its tokens and back. */
    public double outputs() {
        double sum = 0;
        for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
            if (entry.getValue().length == 4) {
                double side = (double) config.imageSize() / (1 << halvings(entry.getKey()));
                sum += entry.getValue()[0] * side * side;
            }
        }
        return sum;
    }

    private double operations(String network) {
        double sum = 0;
        for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
            long[] shape = entry.getValue();
            if (entry.getKey().startsWith(network) && shape.length == 4) {
                double side = (double) config.imageSize() / (1 << halvings(entry.getKey()));
                sum += 2.0 * shape[0] * shape[1] * shape[2] * shape[3] * side * side;
            }
        }
        return sum;
    }

    /** How often the side of a convolution's output is half the image's. */
    private int halvings(String name) {
        int lowest = config.channelMultipliers().size() - 1;
        boolean encoder = name.startsWith("encoder.");
        Matcher block = LEVEL.matcher(name);
        if (block.find()) {
            int number = Integer.parseInt(block.group(1));
            int level = encoder ? number : lowest - number;
            if (name.contains(".downsample.")) {
                return level + 1;
            }
            return name.contains(".upsample.") ? level - 1 : level;
        }
        boolean full = name.startsWith(encoder ? "encoder.conv_in" : "decoder.conv_out");
        return full ? 0 : lowest;
    }
}
