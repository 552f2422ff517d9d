package dev.oar.model;

import dev.oar.config.Require;
import dev.oar.tensor.Operations;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Some images on their way from empty to full, as an {@link OrderNetwork} sees them: the keys and values of the cells that are filled, so that
 * a step costs a pass over its own cells alone. Belongs to one thread, and its tensors to the scope in which it is opened.
 */
public final class OrderHistory {
    private final OrderNetwork network;
    private final Tensor conditions;
    private final int capacity;

    /** Of every layer {@code [batch, heads, 1 + cells, headWidth]}. */
    private final List<Tensor> keys = new ArrayList<>();

    private final List<Tensor> values = new ArrayList<>();
    private int seen;

    /**
     * Images without a filled cell.
     *
     * @param network outlives this
     * @param conditionIds what each is drawn from, see {@link AutoregressiveModel#conditionIds}
     * @throws IllegalArgumentException if an id is out of range
     */
    public OrderHistory(OrderNetwork network, int[][] conditionIds) {
        this.network = network;
        this.capacity = 1 + network.inputs().grid().cells();
        this.conditions = TensorScope.tensor(() -> Tensors.withoutGradient(() -> network.conditions(conditionIds)));
        OrderNetworkConfig config = network.config();
        torch.ScalarType type = network.trunk().attentionType();
        for (int layer = 0; layer < config.layers(); layer++) {
            keys.add(Tensors.empty(type, conditionIds.length, config.heads(), capacity, config.headWidth()));
            values.add(Tensors.empty(type, conditionIds.length, config.heads(), capacity, config.headWidth()));
        }
    }

    /**
     * Takes in cells that have been filled since the last question.
     *
     * @param cells {@code [batch, count]}, int64, in the sequence in which they were filled; at the first question there may be none
     * @param tokens {@code [batch, count]}, int64: their codes
     * @return {@code [batch, cells]}: the scores of all cells, in the innermost scope; those of filled cells mean nothing
     * @throws IllegalArgumentException if nothing is new, or more cells were filled than there are
     */
    public Tensor scores(Tensor cells, Tensor tokens) {
        int count = Math.toIntExact(cells.size(1)) + (seen == 0 ? 1 : 0);
        Require.that(
                count >= 1 && seen + count <= capacity,
                "the history of an order network takes in at least one cell a step and %s in all, but has %s and was given"
                        + " %s; ask once a step",
                capacity - 1,
                Math.max(0, seen - 1),
                cells.size(1));
        return TensorScope.tensor(() -> Tensors.withoutGradient(() -> {
            SequenceInputs<RotaryRows> filled = network.embedded(cells, tokens, conditions);
            Tensor states = network.trunk()
                    .forward(
                            seen == 0 ? network.behindStart(filled, conditions) : filled,
                            count - 1,
                            1,
                            attention(count),
                            false,
                            Trunk.Probe.NONE);
            seen += count;
            return network.trunk().predictions(states).squeeze(1);
        }));
    }

    private Attention attention(int count) {
        int before = seen;
        if (count == 1) {
            return (layer, query, key, value) -> Operations.fullAttention(
                    query, write(keys.get(layer), key, before), write(values.get(layer), value, before));
        }
        Tensor mask = Operations.additive(
                PassMask.causal(before, count), network.trunk().attentionType());
        return (layer, query, key, value) -> Operations.attention(
                query, write(keys.get(layer), key, before), write(values.get(layer), value, before), mask);
    }

    /** Writes behind what is there, and returns both. */
    private static Tensor write(Tensor buffer, Tensor added, int before) {
        var unused = buffer.narrow(2, before, added.size(2)).copy_(added);
        return buffer.narrow(2, 0, before + added.size(2));
    }
}
