package dev.oar.model;

import dev.oar.tensor.Operations;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * RandAR's formulation (arXiv 2412.01827): {@code [c, P(pi_1), x_1, P(pi_2), x_2, ...]}, where the position instruction token
 * P(l) is one shared learned vector, rotated head by head to cell l. The logits at P(l) predict the token of l. P(l) and the
 * token at l are rotated to l in attention, too.
 */
final class PositionInstruction extends PrefixedFormulation {
    static final String SHARED_QUERY = "pos_instruct_embeddings";

    private final Tensor rotations;

    /** Uses the weights and the rotary table of the transformer around it; owns neither. */
    PositionInstruction(TransformerConfig config, Weights weights, Tensor rotations, ConditionPrefix condition) {
        super(config, weights, condition);
        this.rotations = rotations;
    }

    static Map<String, long[]> shapes(TransformerConfig config) {
        return Map.of(SHARED_QUERY, new long[] {1, config.width()});
    }

    @Override
    SequenceInputs<RotaryRows> cells(Tensor tokens, Tensor orders) {
        long batch = orders.size(0);
        long cells = orders.size(1);
        Tensor rows = orders.add(new Scalar(1));
        Tensor queries = positionTokens(rows);
        Tensor images = Operations.embedding(weights.get(AnyOrderTransformer.TOKENS), tokens.gather(1, orders));
        Tensor interleaved = torch.stack(new org.bytedeco.pytorch.TensorVector(queries, images), 2)
                .reshape(batch, 2 * cells, config.width());
        Tensor bothRows = torch.stack(new org.bytedeco.pytorch.TensorVector(rows, rows), 2)
                .reshape(batch, 2 * cells);
        return new SequenceInputs<>(interleaved, new RotaryRows(bothRows, bothRows));
    }

    @Override
    public Tensor predicting(Tensor states) {
        return states.reshape(states.size(0), states.size(1) / 2, 2, config.width())
                .select(2, 0);
    }

    @Override
    public SequenceEntry query(SequenceEntry last, int[] cells) {
        return new SequenceEntry(-1, none(cells.length), cells);
    }

    @Override
    public List<SequenceEntry> afterQuery(int[] cells, int index) {
        return List.of(new SequenceEntry(index, cells, none(cells.length)));
    }

    @Override
    public boolean masksTokens() {
        return true;
    }

    @Override
    SequenceInputs<RotaryRows> cells(List<SequenceEntry> entries, TransformerState state) {
        List<Tensor> embeddings = new ArrayList<>();
        int[][] rows = new int[entries.get(0).cells().length][entries.size()];
        for (int at = 0; at < entries.size(); ) {
            boolean queries = isQuery(entries.get(at));
            int end = at;
            while (end < entries.size() && isQuery(entries.get(end)) == queries) {
                end++;
            }
            int[][] runRows = new int[rows.length][end - at];
            int[] indices = new int[end - at];
            for (int i = at; i < end; i++) {
                SequenceEntry entry = entries.get(i);
                indices[i - at] = entry.index();
                for (int b = 0; b < rows.length; b++) {
                    rows[b][i] = 1 + (queries ? entry.nextCells()[b] : entry.cells()[b]);
                    runRows[b][i - at] = rows[b][i];
                }
            }
            embeddings.add(
                    queries
                            ? positionTokens(Tensors.of(runRows))
                            : imageTokens(state.tokens().at(indices), state.masked()));
            at = end;
        }
        Tensor allRows = Tensors.of(rows);
        return new SequenceInputs<>(Tensors.cat(1, embeddings), new RotaryRows(allRows, allRows));
    }

    /** The embeddings of tokens {@code [batch, length]}, zeros for {@link SequenceEntry#MASKED}, if there may be some. */
    private Tensor imageTokens(Tensor ids, boolean masked) {
        Tensor table = weights.get(AnyOrderTransformer.TOKENS);
        if (!masked) {
            return Operations.embedding(table, ids);
        }
        Tensor hidden = ids.eq(new Scalar(SequenceEntry.MASKED));
        Tensor embeddings = Operations.embedding(table, ids.masked_fill(hidden, new Scalar(0)));
        return embeddings.masked_fill(hidden.unsqueeze(-1), new Scalar(0));
    }

    /** P(l): the shared vector rotated to each row of the table; {@code rows: [batch, length]}. */
    Tensor positionTokens(Tensor rows) {
        long batch = rows.size(0);
        long length = rows.size(1);
        Tensor shared = weights.get(SHARED_QUERY)
                .view(1, 1, config.heads(), config.headWidth())
                .expand(batch, length, config.heads(), config.headWidth());
        return RotaryEmbedding2d.rotate(shared, Operations.embedding(rotations, rows))
                .reshape(batch, length, config.width());
    }

    private static boolean isQuery(SequenceEntry entry) {
        return entry.cells()[0] < 0;
    }

    private static int[] none(int length) {
        int[] none = new int[length];
        Arrays.fill(none, -1);
        return none;
    }
}
