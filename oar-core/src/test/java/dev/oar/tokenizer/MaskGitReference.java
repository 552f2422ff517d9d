package dev.oar.tokenizer;

import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** MaskGIT's tokenizer once more, in the plainest way: one image at a time, loops over arrays {@code [channel][row][column]}. */
final class MaskGitReference {
    private final MaskGitTokenizerConfig config;
    private final Map<String, double[]> weights = new HashMap<>();

    MaskGitReference(MaskGitTokenizerConfig config, Weights weights) {
        this.config = config;
        weights.asMap().forEach((name, tensor) -> this.weights.put(name, Tensors.doubles(tensor)));
    }

    double[][][] latents(double[][][] image) {
        double[][][] state = convolved("encoder.conv_in", image, 3);
        for (int level = 0; level < config.levels(); level++) {
            state = blocks("encoder.down." + level + ".block.", state);
            state = level + 1 < config.levels() ? halved(state) : state;
        }
        state = blocks("encoder.mid.", state);
        return convolved("encoder.conv_out", activated("encoder.norm_out", state), 1);
    }

    double[][][] decoded(double[][][] latents) {
        double[][][] state = blocks("decoder.mid.", convolved("decoder.conv_in", latents, 3));
        for (int level = config.levels() - 1; level >= 0; level--) {
            state = blocks("decoder.up." + level + ".block.", state);
            if (level > 0) {
                state = convolved("decoder.up." + level + ".upsample_conv", doubled(state), 3);
            }
        }
        return convolved("decoder.conv_out", activated("decoder.norm_out", state), 3);
    }

    /** For every cell in raster order the squared distances to all codes. */
    double[][] distances(double[][][] latents) {
        int side = latents[0].length;
        double[][] distances = new double[side * side][config.codebookSize()];
        for (int cell = 0; cell < distances.length; cell++) {
            for (int code = 0; code < config.codebookSize(); code++) {
                for (int i = 0; i < config.codebookWidth(); i++) {
                    double difference = latents[i][cell / side][cell % side] - code(code)[i];
                    distances[cell][code] += difference * difference;
                }
            }
        }
        return distances;
    }

    double[][][] quantised(long... tokens) {
        int side = config.grid().height();
        double[][][] latents = new double[config.codebookWidth()][side][side];
        for (int cell = 0; cell < tokens.length; cell++) {
            for (int i = 0; i < latents.length; i++) {
                latents[i][cell / side][cell % side] = code((int) tokens[cell])[i];
            }
        }
        return latents;
    }

    double[][][] block(String name, double[][][] input) {
        double[][][] output = convolved(name + ".conv1", activated(name + ".norm1", input), 3);
        output = convolved(name + ".conv2", activated(name + ".norm2", output), 3);
        boolean otherChannels = output.length != input.length;
        return sum(output, otherChannels ? convolved(name + ".nin_shortcut", output, 1) : input);
    }

    private double[][][] blocks(String name, double[][][] input) {
        double[][][] state = input;
        for (int block = 0; block < config.residualBlocks(); block++) {
            state = block(name + block, state);
        }
        return state;
    }

    private double[] code(int code) {
        double[] row = new double[config.codebookWidth()];
        System.arraycopy(weight("quantize.embedding.weight"), code * row.length, row, 0, row.length);
        return row;
    }

    private double[] weight(String name) {
        return Objects.requireNonNull(weights.get(name), name);
    }

    private double[][][] convolved(String name, double[][][] input, int side) {
        double[] kernel = weight(name + ".weight");
        int outputs = kernel.length / (input.length * side * side);
        double[] bias = weights.getOrDefault(name + ".bias", new double[outputs]);
        int height = input[0].length;
        int width = input[0][0].length;
        double[][][] output = new double[outputs][height][width];
        for (int out = 0; out < outputs; out++) {
            for (int pixel = 0; pixel < height * width; pixel++) {
                double value = bias[out];
                for (int k = 0; k < input.length * side * side; k++) {
                    int row = pixel / width + k / side % side - side / 2;
                    int column = pixel % width + k % side - side / 2;
                    if (row >= 0 && row < height && column >= 0 && column < width) {
                        value += kernel[out * input.length * side * side + k] * input[k / side / side][row][column];
                    }
                }
                output[out][pixel / width][pixel % width] = value;
            }
        }
        return output;
    }

    /** Group normalisation, then {@code x * sigmoid(x)}. */
    private double[][][] activated(String name, double[][][] input) {
        int width = input.length / config.normGroups();
        double[][][] output = new double[input.length][input[0].length][input[0][0].length];
        for (int channel = 0; channel < input.length; channel++) {
            double[] values = Arrays.stream(input, channel / width * width, (channel / width + 1) * width)
                    .flatMap(Arrays::stream)
                    .flatMapToDouble(Arrays::stream)
                    .toArray();
            double mean = Arrays.stream(values).average().orElseThrow();
            double variance = Arrays.stream(values)
                    .map(value -> (value - mean) * (value - mean))
                    .average()
                    .orElseThrow();
            for (int row = 0; row < output[channel].length; row++) {
                for (int column = 0; column < output[channel][row].length; column++) {
                    double normed = (input[channel][row][column] - mean) / Math.sqrt(variance + 1e-6);
                    double x = normed * weight(name + ".weight")[channel] + weight(name + ".bias")[channel];
                    output[channel][row][column] = x / (1 + Math.exp(-x));
                }
            }
        }
        return output;
    }

    private static double[][][] halved(double[][][] input) {
        int side = input[0].length / 2;
        double[][][] output = new double[input.length][side][side];
        for (int channel = 0; channel < input.length; channel++) {
            for (int row = 0; row < 2 * side; row++) {
                for (int column = 0; column < 2 * side; column++) {
                    output[channel][row / 2][column / 2] += input[channel][row][column] / 4;
                }
            }
        }
        return output;
    }

    private static double[][][] doubled(double[][][] input) {
        int side = input[0].length * 2;
        double[][][] output = new double[input.length][side][side];
        for (int channel = 0; channel < input.length; channel++) {
            for (int row = 0; row < side; row++) {
                for (int column = 0; column < side; column++) {
                    output[channel][row][column] = input[channel][row / 2][column / 2];
                }
            }
        }
        return output;
    }

    private static double[][][] sum(double[][][] left, double[][][] right) {
        double[][][] sum = new double[left.length][left[0].length][left[0][0].length];
        for (int channel = 0; channel < left.length; channel++) {
            for (int row = 0; row < left[channel].length; row++) {
                for (int column = 0; column < left[channel][row].length; column++) {
                    sum[channel][row][column] = left[channel][row][column] + right[channel][row][column];
                }
            }
        }
        return sum;
    }
}
