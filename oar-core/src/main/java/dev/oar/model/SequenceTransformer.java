package dev.oar.model;

import dev.oar.config.Require;
import dev.oar.tensor.Device;
import dev.oar.tensor.Operations;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * A transformer over the sequence that stands for a condition and committed cells: a trunk and a formulation, in training and in
 * decoding. It is the same for all architectures of one sequence; what they own and are called is said by the models around it.
 *
 * @param <P> what the trunk needs to know of positions, and the formulation tells
 * @param space what is predicted
 * @param orders the orders that the weights were trained for
 * @param device the one that the weights are on
 */
record SequenceTransformer<P>(
        TokenSpace space, TrainedOrders orders, Device device, Trunk<P> trunk, CellFormulation<P> formulation) {
    /** Teacher-forced logits of whole images, see {@link AutoregressiveModel#logits}. */
    Tensor logits(Tensor tokens, Tensor conditions, Tensor orders, boolean training) {
        return trunk.predictions(states(tokens, conditions, orders, training));
    }

    /**
     * The hidden states that whole images are predicted from, see {@link AnyOrderModel#states}.
     *
     * @throws IllegalArgumentException if the weights were trained for raster order, and an order is another
     */
    Tensor states(Tensor tokens, Tensor conditions, Tensor asked, boolean training) {
        if (orders == TrainedOrders.RASTER) {
            TrainedOrders.requireRaster(Tensors.longs(asked), space.cells());
        }
        return formulation.predicting(states(tokens, conditions, asked, training, Trunk.Probe.NONE));
    }

    /** The states behind the prefix, a probe seeing those inside: {@code [batch, positions, width]}. */
    Tensor states(Tensor tokens, Tensor conditions, Tensor asked, boolean training, Trunk.Probe probe) {
        return states(
                formulation.training(tokens, conditions, asked), formulation.padding(conditions), training, probe);
    }

    /** The states behind the prefix of a whole sequence. */
    Tensor states(SequenceInputs<P> inputs, int[] padding, boolean training, Trunk.Probe probe) {
        int length = Math.toIntExact(inputs.embeddings().size(1));
        Attention attention = causal(padding, length, training ? trunk.attentionDropout() : 0);
        return trunk.forward(inputs, formulation.prefix(), length - formulation.prefix(), attention, training, probe);
    }

    private Attention causal(int[] padding, int length, double dropout) {
        int heads = trunk.headsOfAGroup();
        if (Arrays.stream(padding).allMatch(count -> count == 0)) {
            return (layer, query, key, value) -> Operations.causalAttention(
                    query, GroupedHeads.perHead(key, heads), GroupedHeads.perHead(value, heads), dropout);
        }
        Require.that(
                dropout == 0,
                "conditions of several lengths are trained without dropout of attention weights, but it is %s; set it"
                        + " to 0",
                dropout);
        Tensor mask = ConditionPrefix.withoutPadding(PassMask.causal(0, length), padding);
        return (layer, query, key, value) ->
                Operations.attention(query, GroupedHeads.perHead(key, heads), GroupedHeads.perHead(value, heads), mask);
    }

    /** Begins decoding, see {@link AutoregressiveModel#start}. */
    TransformerState start(int[] conditions) {
        formulation.requireConditions(conditions);
        int batch = conditions.length;
        int capacity = formulation.prefix() + formulation.positionsPerCell() * space.cells();
        StateMemory memory = StateMemory.of(batch, space.cells(), () -> trunk.cache(batch, capacity));
        return new TransformerState(this, memory, conditions);
    }

    /** Answers for cells that can be asked for, see {@link CachedState#ask}. */
    Tensor ask(TransformerState state, int[][] cells, boolean isolated) {
        int queries = cells[0].length;
        List<SequenceEntry> entries = new ArrayList<>(state.waiting());
        for (int i = 0; i < queries; i++) {
            entries.add(formulation.query(state.last(), CachedState.column(cells, i)));
        }
        int settled = entries.size() - queries + (state.atStart() ? formulation.prefix() : 0);
        if (settled + queries == 0) {
            return Tensors.empty(trunk.attentionType(), state.batch(), 0, space.vocabularySize());
        }
        PassShape pass = new PassShape(state.cache().length(), settled, queries, isolated);
        return TensorScope.tensor(() -> Tensors.withoutGradient(() -> {
            SequenceInputs<P> inputs = formulation.embed(entries, state, pass);
            Tensor states = trunk.forward(inputs, settled, queries, attention(state, pass), false, Trunk.Probe.NONE);
            state.passed(settled, cells, isolated);
            return trunk.predictions(states);
        }));
    }

    private Attention attention(TransformerState state, PassShape pass) {
        KvCache cache = state.cache();
        int headsOfAGroup = trunk.headsOfAGroup();
        int[] padding = formulation.padding(state.conditions());
        boolean padded = Arrays.stream(padding).anyMatch(count -> count > 0);
        int seen = pass.cached() + pass.settled();
        // Among fewer candidates there are few scores to leave out, and merging would cost more than it saves.
        if (pass.isolated() && pass.queries() > Math.max(1, seen) && !padded && device.isHost()) {
            return new CandidateAttention(cache, pass.settled(), headsOfAGroup);
        }
        Tensor visible = formulation.withoutPadding(PassMask.of(pass), state.conditions());
        Tensor mask = GroupedHeads.forEachHead(Operations.additive(visible, trunk.attentionType()), headsOfAGroup);
        return (layer, query, key, value) ->
                GroupedHeads.attention(query, cache.writeKeys(layer, key), cache.writeValues(layer, value), mask);
    }
}
