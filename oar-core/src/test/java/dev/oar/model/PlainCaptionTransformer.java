package dev.oar.model;

import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * RandAR's transformer behind a caption, written once more with arrays and loops, position by position. It shares nothing with the code
 * under test but the weights.
 */
final class PlainCaptionTransformer {
    private final TransformerConfig config;
    private final TokenGrid grid;
    private final Map<String, double[]> weights = new HashMap<>();

    PlainCaptionTransformer(AnyOrderTransformer model) {
        this.config = model.config();
        this.grid = model.space().grid();
        TensorScope.run(
                () -> model.weights().asMap().forEach((name, tensor) -> weights.put(name, Tensors.doubles(tensor))));
    }

    /** The embeddings of no caption, row after row. */
    double[] unconditional() {
        return weight("cls_embedding.uncond_embedding");
    }

    /**
     * The logits of one image in its order, {@code [cells][vocabulary]}.
     *
     * @param caption as many tokens as the model has room for, row after row
     * @param shown how many of the caption's last positions are seen
     */
    double[][] logits(double[] caption, int shown, int[] tokens, int[] order) {
        int length = caption.length / captionWidth();
        int[] cells = new int[length + 2 * order.length];
        double[][] states = new double[cells.length][];
        for (int i = 0; i < length; i++) {
            cells[i] = -1;
            states[i] = projected(Arrays.copyOfRange(caption, i * captionWidth(), (i + 1) * captionWidth()));
        }
        for (int t = 0; t < order.length; t++) {
            int at = length + 2 * t;
            cells[at] = order[t];
            cells[at + 1] = order[t];
            states[at] = turned(weight("pos_instruct_embeddings").clone(), order[t]);
            states[at + 1] = row("tok_embeddings.weight", tokens[order[t]]);
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            states = block("layers." + layer + ".", states, cells, length - shown);
        }
        double[][] logits = new double[order.length][];
        for (int t = 0; t < order.length; t++) {
            logits[t] = linear("output.weight", normed("norm.weight", states[length + 2 * t]));
        }
        return logits;
    }

    private int captionWidth() {
        return ((FrozenEncoder) config.captions().orElseThrow().encoder()).width();
    }

    private double[] projected(double[] embedding) {
        double[] hidden = linear("cls_embedding.cap_proj.fc1.weight", embedding);
        for (int i = 0; i < hidden.length; i++) {
            double x = hidden[i];
            hidden[i] = x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
        }
        return linear("cls_embedding.cap_proj.fc2.weight", hidden);
    }

    private double[][] block(String name, double[][] states, int[] cells, int hidden) {
        int width = config.width();
        int keyWidth = config.groups() * config.headWidth();
        double[][] queries = new double[states.length][];
        double[][] keys = new double[states.length][];
        double[][] values = new double[states.length][];
        for (int i = 0; i < states.length; i++) {
            double[] all = linear(name + "attention.wqkv.weight", normed(name + "attention_norm.weight", states[i]));
            queries[i] = turned(Arrays.copyOfRange(all, 0, width), cells[i]);
            keys[i] = turned(Arrays.copyOfRange(all, width, width + keyWidth), cells[i]);
            values[i] = Arrays.copyOfRange(all, width + keyWidth, width + 2 * keyWidth);
        }
        double[][] result = new double[states.length][];
        for (int i = 0; i < states.length; i++) {
            double[] seen = attended(i, queries, keys, values, hidden);
            double[] middle = sum(states[i], linear(name + "attention.wo.weight", seen));
            result[i] = sum(middle, fed(name + "feed_forward.", normed(name + "ffn_norm.weight", middle)));
        }
        return result;
    }

    private double[] attended(int position, double[][] queries, double[][] keys, double[][] values, int hidden) {
        int size = config.headWidth();
        double[] result = new double[config.width()];
        for (int head = 0; head < config.heads(); head++) {
            int group = head / (config.heads() / config.groups());
            double total = 0;
            double[] sum = new double[size];
            for (int other = 0; other <= position; other++) {
                if (other < hidden && other != position) {
                    continue;
                }
                double score = 0;
                for (int i = 0; i < size; i++) {
                    score += queries[position][head * size + i] * keys[other][group * size + i];
                }
                double share = Math.exp(score / Math.sqrt(size));
                total += share;
                for (int i = 0; i < size; i++) {
                    sum[i] += share * values[other][group * size + i];
                }
            }
            for (int i = 0; i < size; i++) {
                result[head * size + i] = sum[i] / total;
            }
        }
        return result;
    }

    private double[] fed(String name, double[] input) {
        double[] gate = linear(name + "w1.weight", input);
        double[] up = linear(name + "w3.weight", input);
        for (int i = 0; i < gate.length; i++) {
            gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
        }
        return linear(name + "w2.weight", gate);
    }

    /** Turns each head by the row (first half of the pairs) and column of a cell; what stands nowhere stays as it is. */
    private double[] turned(double[] heads, int cell) {
        if (cell < 0) {
            return heads.clone();
        }
        double[] result = new double[heads.length];
        int pairs = config.headWidth() / 2;
        for (int i = 0; i < heads.length; i += 2) {
            int pair = i % config.headWidth() / 2;
            int along = pair < pairs / 2 ? grid.row(cell) : grid.column(cell);
            double angle = along * Math.pow(config.ropeBase(), -2.0 * (pair % (pairs / 2)) / pairs);
            result[i] = heads[i] * Math.cos(angle) - heads[i + 1] * Math.sin(angle);
            result[i + 1] = heads[i] * Math.sin(angle) + heads[i + 1] * Math.cos(angle);
        }
        return result;
    }

    private double[] normed(String name, double[] input) {
        double squares = 0;
        for (double value : input) {
            squares += value * value;
        }
        double scale = 1 / Math.sqrt(squares / input.length + config.normEpsilon());
        double[] result = new double[input.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = input[i] * scale * weight(name)[i];
        }
        return result;
    }

    private double[] linear(String name, double[] input) {
        double[] matrix = weight(name);
        double[] result = new double[matrix.length / input.length];
        for (int i = 0; i < matrix.length; i++) {
            result[i / input.length] += matrix[i] * input[i % input.length];
        }
        return result;
    }

    private double[] row(String name, int row) {
        return Arrays.copyOfRange(weight(name), row * config.width(), (row + 1) * config.width());
    }

    private double[] weight(String name) {
        return Objects.requireNonNull(weights.get(name), name);
    }

    private static double[] sum(double[] left, double[] right) {
        double[] sum = new double[left.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = left[i] + right[i];
        }
        return sum;
    }
}
