package dev.oar.model;

import dev.oar.tensor.Dropout;
import dev.oar.tensor.Operations;
import dev.oar.tensor.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * RAR's blocks and head: attention with normalised queries and keys, then a GELU network, both scaled, shifted and gated by a
 * condition (adaLN, as in DiT, arXiv 2212.09748). What it needs to know of positions are their conditions:
 * {@code [batch, length, width]}, or {@code [batch, 1, width]} if all positions share theirs.
 */
final class AdaLnTrunk implements Trunk<Tensor> {
    private static final String MODULATION = "adaLN_modulation.1";
    private static final String HEAD_MODULATION = "adaln_before_head." + MODULATION;
    private static final String HEAD = "lm_head";

    private final RarConfig config;
    private final Weights weights;

    /** Uses the weights of the transformer around it. */
    AdaLnTrunk(RarConfig config, Weights weights) {
        this.config = config;
        this.weights = weights;
    }

    /** Names and shapes of the weights of blocks and head. */
    static Map<String, long[]> shapes(RarConfig config, int vocabularySize) {
        long width = config.width();
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            norm(shapes, name(layer, "norm1"), width);
            linear(shapes, name(layer, "attn.qkv"), width, 3 * width);
            norm(shapes, name(layer, "attn.q_norm"), config.headWidth());
            norm(shapes, name(layer, "attn.k_norm"), config.headWidth());
            linear(shapes, name(layer, "attn.proj"), width, width);
            norm(shapes, name(layer, "norm2"), width);
            linear(shapes, name(layer, "mlp.fc1"), width, config.hiddenWidth());
            linear(shapes, name(layer, "mlp.fc2"), config.hiddenWidth(), width);
            linear(shapes, name(layer, MODULATION), width, 6 * width);
        }
        linear(shapes, HEAD_MODULATION, width, 2 * width);
        linear(shapes, HEAD, width, vocabularySize);
        return shapes;
    }

    /** Whether a weight belongs to a layer that modulates; those start at zero, so that a fresh block changes nothing. */
    static boolean modulates(String name) {
        return name.contains(MODULATION);
    }

    @Override
    public Tensor forward(
            SequenceInputs<Tensor> inputs, int from, int count, Attention attention, boolean training, Probe probe) {
        Tensor conditions = inputs.positions();
        Tensor signal = torch.silu(conditions);
        Tensor hidden = Blocks.run(
                config.layers(), inputs.embeddings(), (layer, input) -> block(layer, input, signal, attention, training));
        return predicting(
                hidden.narrow(1, from, count), conditions.size(1) == 1 ? conditions : conditions.narrow(1, from, count));
    }

    @Override
    public Tensor predictions(Tensor states) {
        return linear(states, HEAD);
    }

    @Override
    public KvCache cache(int batch, int capacity) {
        return new KvCache(config.layers(), config.heads(), config.headWidth(), batch, capacity, attentionType());
    }

    @Override
    public int headsOfAGroup() {
        return 1;
    }

    @Override
    public double attentionDropout() {
        return config.attentionDropout();
    }

    @Override
    public torch.ScalarType attentionType() {
        return weights.get(HEAD + ".weight").scalar_type();
    }

    private Tensor block(int layer, Tensor input, Tensor signal, Attention attention, boolean training) {
        Tensor modulation = linear(signal, name(layer, MODULATION));
        Tensor attended = attention(
                layer,
                modulated(norm(input, name(layer, "norm1")), part(modulation, 0), part(modulation, 1)),
                attention,
                training);
        Tensor between = input.add(part(modulation, 2).mul(attended));
        Tensor fed = feedForward(
                layer,
                modulated(norm(between, name(layer, "norm2")), part(modulation, 3), part(modulation, 4)),
                training);
        return between.add(part(modulation, 5).mul(fed));
    }

    /** The states that predict, of those behind the last block, with the conditions of these positions. */
    private Tensor predicting(Tensor hidden, Tensor conditions) {
        Tensor modulation = linear(torch.silu(conditions), HEAD_MODULATION);
        // The scale comes first here and the shift second, the other way round than in the blocks.
        return modulated(Operations.layerNorm(hidden, config.normEpsilon()), part(modulation, 1), part(modulation, 0));
    }

    private Tensor attention(int layer, Tensor input, Attention attention, boolean training) {
        long batch = input.size(0);
        long length = input.size(1);
        // Attention runs in the type of the weights even under autocast: bfloat16 attention is slow on CPUs.
        Tensor joined = linear(input, name(layer, "attn.qkv"))
                .to(attentionType())
                .view(batch, length, 3, config.heads(), config.headWidth());
        Tensor query = norm(joined.select(2, 0), name(layer, "attn.q_norm"));
        Tensor key = norm(joined.select(2, 1), name(layer, "attn.k_norm"));
        Tensor value = joined.select(2, 2);
        Tensor attended = attention.attend(layer, query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2));
        Tensor output =
                linear(attended.transpose(1, 2).reshape(batch, length, config.width()), name(layer, "attn.proj"));
        return Dropout.apply(output, config.dropout(), training);
    }

    private Tensor feedForward(int layer, Tensor input, boolean training) {
        Tensor hidden = torch.gelu(linear(input, name(layer, "mlp.fc1")));
        Tensor output = linear(Dropout.apply(hidden, config.dropout(), training), name(layer, "mlp.fc2"));
        return Dropout.apply(output, config.dropout(), training);
    }

    private static Tensor modulated(Tensor states, Tensor shift, Tensor scale) {
        return states.mul(scale.add(new Scalar(1))).add(shift);
    }

    private Tensor part(Tensor modulation, int index) {
        return modulation.narrow(2, (long) index * config.width(), config.width());
    }

    private Tensor norm(Tensor states, String name) {
        return Operations.layerNorm(
                states, weights.get(name + ".weight"), weights.get(name + ".bias"), config.normEpsilon());
    }

    private Tensor linear(Tensor input, String name) {
        return weights.linear(name, input);
    }

    private static void norm(Map<String, long[]> shapes, String name, long width) {
        shapes.put(name + ".weight", new long[] {width});
        shapes.put(name + ".bias", new long[] {width});
    }

    private static void linear(Map<String, long[]> shapes, String name, long inputs, long outputs) {
        shapes.put(name + ".weight", new long[] {outputs, inputs});
        shapes.put(name + ".bias", new long[] {outputs});
    }

    private static String name(int layer, String part) {
        return "blocks." + layer + "." + part;
    }
}
