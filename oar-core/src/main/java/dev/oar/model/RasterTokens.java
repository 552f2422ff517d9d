package dev.oar.model;

import dev.oar.tensor.Operations;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * LlamaGen's formulation (arXiv 2406.06525): {@code [c, x_0, x_1, ...]} in raster order, the logits at one position predicting the next
 * token. No position names the cell that is asked for, so there is no other order; the last token of the condition is pending until the
 * first cell is asked for, and each token until the next one is. The condition's tokens in front of its last one are the prefix.
 */
final class RasterTokens implements CellFormulation<RotaryRows> {
    private final TokenSpace space;
    private final Weights weights;
    private final ConditionPrefix condition;

    /** Cells behind this condition; uses the weights of the transformer around it. */
    RasterTokens(TokenSpace space, Weights weights, ConditionPrefix condition) {
        this.space = space;
        this.weights = weights;
        this.condition = condition;
    }

    @Override
    public int prefix() {
        return condition.length() - 1;
    }

    @Override
    public int positionsPerCell() {
        return 1;
    }

    @Override
    public void requireConditions(int[] conditions) {
        condition.require(conditions);
    }

    @Override
    public int[] padding(int[] conditions) {
        return condition.padding(conditions);
    }

    @Override
    public int[] padding(Tensor conditions) {
        return condition.padding(conditions);
    }

    @Override
    public Tensor withoutPadding(Tensor mask, int[] conditions) {
        return ConditionPrefix.withoutPadding(
                mask, condition.padding(conditions), condition.paddingBehind(conditions), condition.length());
    }

    @Override
    public SequenceInputs<RotaryRows> training(Tensor tokens, Tensor conditions, Tensor orders) {
        return behind(condition.embed(conditions), embedded(tokens.narrow(1, 0, space.cells() - 1L)), 0);
    }

    @Override
    public SequenceInputs<RotaryRows> embed(List<SequenceEntry> entries, TransformerState state, PassShape pass) {
        int[] indices = entries.stream().mapToInt(SequenceEntry::index).toArray();
        if (indices.length == 0) {
            return behind(condition.embed(state.conditions()).narrow(1, 0, prefix()), none(state), 0);
        }
        // In raster order a token's index is the number of its cell, and the tokens of a pass are consecutive.
        int first = indices[0];
        Tensor tokens = embedded(state.tokens().range(Math.max(0, first), first + indices.length));
        if (first >= 0) {
            return behind(none(state), tokens, first);
        }
        Tensor whole = condition.embed(state.conditions());
        return behind(state.atStart() ? whole : whole.narrow(1, prefix(), 1), tokens, 0);
    }

    /**
     * Tokens of a condition and of cells, one behind the other.
     *
     * @param front {@code [batch, any, width]}; they stand nowhere
     * @param tokens {@code [batch, any, width]}
     * @param cell that of the first of the tokens
     */
    private static SequenceInputs<RotaryRows> behind(Tensor front, Tensor tokens, int cell) {
        Tensor nowhere = Tensors.zeros(torch.ScalarType.Long, front.size(1));
        Tensor cells = Tensors.range(1L + cell, 1L + cell + tokens.size(1));
        Tensor rows = Tensors.cat(0, nowhere, cells).expand(tokens.size(0), front.size(1) + tokens.size(1));
        return new SequenceInputs<>(Tensors.cat(1, front, tokens), new RotaryRows(rows, rows));
    }

    private Tensor none(TransformerState state) {
        return embedded(Tensors.zeros(torch.ScalarType.Long, state.batch(), 0));
    }

    private Tensor embedded(Tensor tokens) {
        return Operations.embedding(weights.get(AnyOrderTransformer.TOKENS), tokens);
    }
}
