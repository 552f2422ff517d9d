package dev.oar.model;

import dev.oar.tensor.Dropout;
import dev.oar.tensor.Operations;
import dev.oar.tensor.Precision;
import dev.oar.tensor.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * LlamaGen's blocks and output, which RandAR took over: pre-norm RMSNorm, attention with two-dimensional RoPE, SwiGLU, no biases.
 */
final class RotaryTrunk implements Trunk<RotaryRows> {
    static final String OUTPUT = "output.weight";
    private static final String OUTPUT_LAYER = "output";
    private static final String NORM = "norm.weight";

    private final String prefix;
    private final BlockConfig config;
    private final Weights weights;
    private final Tensor rotations;
    private final torch.ScalarType statesType;
    private final torch.ScalarType attentionType;

    /** Uses weights and rotary table of the transformer around it; owns neither. */
    RotaryTrunk(BlockConfig config, Weights weights, Tensor rotations) {
        this("", config, weights, rotations);
    }

    /** The same for blocks whose weights bear a prefix, such as those of an encoder inside of a model. */
    RotaryTrunk(String prefix, BlockConfig config, Weights weights, Tensor rotations) {
        this.prefix = prefix;
        this.config = config;
        this.weights = weights;
        this.rotations = rotations;
        this.statesType = weights.get(prefix + NORM).scalar_type().intern();
        this.attentionType = weights.attentionType(statesType);
    }

    /** Names and shapes of the weights of blocks and output. */
    static Map<String, long[]> shapes(BlockConfig config, int vocabularySize) {
        Map<String, long[]> shapes = shapes("", config);
        shapes.put(OUTPUT, new long[] {vocabularySize, config.width()});
        return shapes;
    }

    /** Names and shapes of the weights of blocks whose names begin so. */
    static Map<String, long[]> shapes(String prefix, BlockConfig config) {
        long width = config.width();
        long hidden = config.feedForwardWidth();
        long heads = config.heads() + 2L * config.groups();
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            shapes.put(prefix + name(layer, "attention.wqkv"), new long[] {heads * config.headWidth(), width});
            shapes.put(prefix + name(layer, "attention.wo"), new long[] {width, width});
            shapes.put(prefix + name(layer, "feed_forward.w1"), new long[] {hidden, width});
            shapes.put(prefix + name(layer, "feed_forward.w3"), new long[] {hidden, width});
            shapes.put(prefix + name(layer, "feed_forward.w2"), new long[] {width, hidden});
            shapes.put(prefix + name(layer, "attention_norm"), new long[] {width});
            shapes.put(prefix + name(layer, "ffn_norm"), new long[] {width});
        }
        shapes.put(prefix + NORM, new long[] {width});
        return shapes;
    }

    @Override
    public Tensor forward(
            SequenceInputs<RotaryRows> inputs,
            int from,
            int count,
            Attention attention,
            boolean training,
            Probe probe) {
        RotaryRows at = inputs.positions();
        Tensor queryRotations = rows(at.queries());
        Tensor keyRotations = at.keys() == at.queries() ? queryRotations : rows(at.keys());
        Tensor embedded = Dropout.apply(inputs.embeddings(), config.tokenDropout(), training);
        probe.see("hidden_input", embedded);
        Pass pass = new Pass(queryRotations, keyRotations, attention, training, probe);
        Tensor hidden =
                norm(Blocks.run(config.layers(), embedded, (layer, input) -> block(layer, input, pass)), prefix + NORM);
        probe.see("hidden_final_norm", hidden);
        return hidden.narrow(1, from, count);
    }

    @Override
    public Tensor predictions(Tensor states) {
        return weights.linear(prefix + OUTPUT_LAYER, states);
    }

    @Override
    public KvCache cache(int batch, int capacity) {
        return new KvCache(config.layers(), config.groups(), config.headWidth(), batch, capacity, attentionType);
    }

    @Override
    public int headsOfAGroup() {
        return config.heads() / config.groups();
    }

    @Override
    public double attentionDropout() {
        return 0;
    }

    @Override
    public torch.ScalarType attentionType() {
        return attentionType;
    }

    /** What all blocks of a pass share; rotations are {@code [batch, length, headWidth / 2]}, complex. */
    private record Pass(
            Tensor queryRotations, Tensor keyRotations, Attention attention, boolean training, Probe probe) {
        boolean turnsKeysAsQueries() {
            return keyRotations == queryRotations;
        }
    }

    private Tensor block(int layer, Tensor input, Pass pass) {
        Tensor attended = attention(layer, norm(input, prefix + name(layer, "attention_norm")), pass);
        pass.probe().see("layer_" + layer + "_attention_out", attended);
        Tensor between = input.add(Dropout.apply(attended, config.residualDropout(), pass.training()));
        Tensor fed = feedForward(layer, norm(between, prefix + name(layer, "ffn_norm")));
        Tensor hidden = between.add(Dropout.apply(fed, config.feedForwardDropout(), pass.training()));
        pass.probe().see("hidden_layer_" + layer, hidden);
        return hidden;
    }

    private Tensor attention(int layer, Tensor input, Pass pass) {
        long batch = input.size(0);
        long length = input.size(1);
        long headWidth = config.headWidth();
        long heads = config.heads();
        long groups = config.groups();
        // Rotation runs in the type of the table even under autocast, and so does attention on a CPU, where LibTorch's
        // bfloat16 attention is many times slower than float32.
        Tensor joined = weights.linear(prefix + layer(layer, "attention.wqkv"), input)
                .to(statesType)
                .view(batch, length, heads + 2 * groups, headWidth);
        Tensor turned = RotaryEmbedding2d.rotate(
                joined.narrow(2, 0, pass.turnsKeysAsQueries() ? heads + groups : heads), pass.queryRotations());
        Tensor query = turned.narrow(2, 0, heads);
        Tensor key = pass.turnsKeysAsQueries()
                ? turned.narrow(2, heads, groups)
                : RotaryEmbedding2d.rotate(joined.narrow(2, heads, groups), pass.keyRotations());
        Tensor value = joined.narrow(2, heads + groups, groups);
        Tensor attended = Precision.attention(
                () -> pass.attention().attend(layer, forHeads(query), forHeads(key), forHeads(value)));
        return weights.linear(
                prefix + layer(layer, "attention.wo"), attended.transpose(1, 2).reshape(batch, length, config.width()));
    }

    /** {@code [batch, heads, length, headWidth]}, in the type that attention runs in. */
    private Tensor forHeads(Tensor vectors) {
        Tensor perHead = vectors.transpose(1, 2);
        return attentionType == statesType ? perHead : perHead.to(attentionType);
    }

    private Tensor feedForward(int layer, Tensor input) {
        List<Tensor> gateAndUp = weights.linearBoth(
                prefix + layer(layer, "feed_forward.w1"), prefix + layer(layer, "feed_forward.w3"), input);
        return weights.linear(
                prefix + layer(layer, "feed_forward.w2"),
                torch.silu(gateAndUp.get(0)).mul(gateAndUp.get(1)));
    }

    private Tensor norm(Tensor hidden, String weight) {
        return Operations.rmsNorm(hidden, weights.get(weight), config.normEpsilon());
    }

    private Tensor rows(Tensor rows) {
        return Operations.embedding(rotations, rows);
    }

    private static String name(int layer, String part) {
        return layer(layer, part) + ".weight";
    }

    private static String layer(int layer, String part) {
        return "layers." + layer + "." + part;
    }
}
