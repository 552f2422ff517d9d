package dev.oar.model;

import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A formulation whose cells stand behind the tokens of a condition, which stand nowhere on the grid. */
abstract class PrefixedFormulation implements CellFormulation<RotaryRows> {
    final TransformerConfig config;
    final Weights weights;
    private final ConditionPrefix condition;

    /** Cells behind this condition; uses the weights of the transformer around it. */
    PrefixedFormulation(TransformerConfig config, Weights weights, ConditionPrefix condition) {
        this.config = config;
        this.weights = weights;
        this.condition = condition;
    }

    /** As {@link #training}, without the condition. */
    abstract SequenceInputs<RotaryRows> cells(Tensor tokens, Tensor orders);

    /** As {@link #embed}, without the condition; there is at least one position. */
    abstract SequenceInputs<RotaryRows> cells(List<SequenceEntry> entries, TransformerState state);

    @Override
    public final int prefix() {
        return condition.length();
    }

    @Override
    public final int positionsPerCell() {
        return config.formulation().positionsPerCell();
    }

    @Override
    public final void requireConditions(int[] conditions) {
        condition.require(conditions);
    }

    @Override
    public final int[] padding(int[] conditions) {
        return condition.padding(conditions);
    }

    @Override
    public final int[] padding(Tensor conditions) {
        return condition.padding(conditions);
    }

    @Override
    public final SequenceInputs<RotaryRows> training(Tensor tokens, Tensor conditions, Tensor orders) {
        return behind(condition.embed(conditions), cells(tokens, orders));
    }

    @Override
    public final SequenceInputs<RotaryRows> embed(
            List<SequenceEntry> entries, TransformerState state, PassShape pass) {
        if (!state.atStart()) {
            return cells(entries, state);
        }
        Tensor first = condition.embed(state.conditions());
        if (entries.isEmpty()) {
            Tensor nowhere = nowhere(first);
            return new SequenceInputs<>(first, new RotaryRows(nowhere, nowhere));
        }
        return behind(first, cells(entries, state));
    }

    private static SequenceInputs<RotaryRows> behind(Tensor first, SequenceInputs<RotaryRows> cells) {
        Tensor nowhere = nowhere(first);
        RotaryRows rows = cells.positions();
        Tensor queries = Tensors.cat(1, nowhere, rows.queries());
        Tensor keys = rows.keys() == rows.queries() ? queries : Tensors.cat(1, nowhere, rows.keys());
        return new SequenceInputs<>(Tensors.cat(1, first, cells.embeddings()), new RotaryRows(queries, keys));
    }

    private static Tensor nowhere(Tensor first) {
        return Tensors.zeros(torch.ScalarType.Long, first.size(0), first.size(1));
    }
}
