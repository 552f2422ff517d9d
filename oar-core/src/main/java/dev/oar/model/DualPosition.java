package dev.oar.model;

import dev.oar.tensor.Operations;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The dual-position formulation (sigma-GPT, arXiv 2404.09562; OAR, arXiv 2504.17069, first version): the input at step t is the
 * token committed last (a zero token before the first) plus its own position plus the position of the cell asked for next; the
 * logits there predict that next cell. The sequence is half as long as RandAR's.
 *
 * <p>Both positions are learned vectors. In attention a key is rotated to the cell its token stands at and a query to the cell it
 * asks for, so that scores see the offset between the two (docs/decisions/0003-dual-position-rotation.md).
 */
final class DualPosition extends PrefixedFormulation {
    static final String OWN_POSITION = "own_position_embeddings.weight";
    static final String NEXT_POSITION = "next_position_embeddings.weight";

    /** Uses the weights of the transformer around it. */
    DualPosition(TransformerConfig config, Weights weights, ConditionPrefix condition) {
        super(config, weights, condition);
    }

    static Map<String, long[]> shapes(TransformerConfig config, TokenSpace space) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put(OWN_POSITION, new long[] {space.cells(), config.width()});
        shapes.put(NEXT_POSITION, new long[] {space.cells(), config.width()});
        return shapes;
    }

    @Override
    SequenceInputs<RotaryRows> cells(Tensor tokens, Tensor orders) {
        long batch = orders.size(0);
        long cells = orders.size(1);
        Tensor next = Operations.embedding(weights.get(NEXT_POSITION), orders);
        Tensor previousCells = orders.narrow(1, 0, cells - 1);
        Tensor previous = Operations.embedding(
                        weights.get(AnyOrderTransformer.TOKENS),
                        tokens.gather(1, orders).narrow(1, 0, cells - 1))
                .add(Operations.embedding(weights.get(OWN_POSITION), previousCells));
        Tensor zero = Tensors.zeros(previous.scalar_type(), batch, 1, config.width());
        Tensor nowhere = Tensors.zeros(torch.ScalarType.Long, batch, 1);
        Tensor ownRows = Tensors.cat(1, nowhere, previousCells.add(new Scalar(1)));
        return new SequenceInputs<>(
                Tensors.cat(1, zero, previous).add(next), new RotaryRows(orders.add(new Scalar(1)), ownRows));
    }

    @Override
    SequenceInputs<RotaryRows> cells(List<SequenceEntry> entries, TransformerState state) {
        int batch = entries.get(0).cells().length;
        int[] indices = new int[entries.size()];
        int[][] own = new int[batch][entries.size()];
        int[][] ownRows = new int[batch][entries.size()];
        int[][] next = new int[batch][entries.size()];
        int[][] nextRows = new int[batch][entries.size()];
        boolean[] known = new boolean[batch * entries.size()];
        for (int i = 0; i < entries.size(); i++) {
            SequenceEntry entry = entries.get(i);
            indices[i] = entry.index();
            for (int b = 0; b < batch; b++) {
                known[b * entries.size() + i] = entry.cells()[b] >= 0;
                own[b][i] = Math.max(0, entry.cells()[b]);
                ownRows[b][i] = 1 + entry.cells()[b];
                next[b][i] = entry.nextCells()[b];
                nextRows[b][i] = 1 + next[b][i];
            }
        }
        Tensor previous = Operations.embedding(
                        weights.get(AnyOrderTransformer.TOKENS), state.tokens().at(indices))
                .add(Operations.embedding(weights.get(OWN_POSITION), Tensors.of(own)))
                .mul(Tensors.of(known, batch, entries.size(), 1));
        return new SequenceInputs<>(
                previous.add(Operations.embedding(weights.get(NEXT_POSITION), Tensors.of(next))),
                new RotaryRows(Tensors.of(nextRows), Tensors.of(ownRows)));
    }
}
