package dev.oar.model;

import dev.oar.tensor.Operations;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * LlamaGen's formulation (arXiv 2406.06525): {@code [c, x_0, x_1, ...]} in raster order, the logits at one position predicting the next
 * token. No position names the cell that is asked for, so there is no other order; the class is pending until the first cell is asked
 * for, and each token until the next one is.
 */
final class RasterTokens implements CellFormulation<RotaryRows> {
    private final TokenSpace space;
    private final Weights weights;
    private final ClassToken classes;

    /** Uses the weights of the transformer around it. */
    RasterTokens(TokenSpace space, Weights weights) {
        this.space = space;
        this.weights = weights;
        this.classes = new ClassToken(space, weights);
    }

    @Override
    public int prefix() {
        return 0;
    }

    @Override
    public int positionsPerCell() {
        return 1;
    }

    @Override
    public void requireConditions(int[] conditions) {
        classes.require(conditions);
    }

    @Override
    public SequenceInputs<RotaryRows> training(Tensor tokens, Tensor conditions, Tensor orders) {
        int cells = space.cells();
        Tensor before = embedded(tokens.narrow(1, 0, cells - 1L));
        Tensor rows = Tensors.range(0, cells).expand(tokens.size(0), cells);
        return new SequenceInputs<>(Tensors.cat(1, classes.embed(conditions), before), new RotaryRows(rows, rows));
    }

    @Override
    public SequenceInputs<RotaryRows> embed(List<SequenceEntry> entries, TransformerState state, PassShape pass) {
        int[] indices = entries.stream().mapToInt(SequenceEntry::index).toArray();
        int first = indices[0];
        // In raster order a token's index is the number of its cell, and the tokens of a pass are consecutive.
        Tensor rows = Tensors.range(first + 1L, first + 1L + indices.length).expand(state.batch(), indices.length);
        Tensor tokens = embedded(state.tokens().range(Math.max(0, first), first + indices.length));
        return new SequenceInputs<>(
                first < 0 ? Tensors.cat(1, classes.embed(state.conditions()), tokens) : tokens,
                new RotaryRows(rows, rows));
    }

    private Tensor embedded(Tensor tokens) {
        return Operations.embedding(weights.get(AnyOrderTransformer.TOKENS), tokens);
    }
}
