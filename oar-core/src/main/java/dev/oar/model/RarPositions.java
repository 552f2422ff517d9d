package dev.oar.model;

import dev.oar.tensor.Operations;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * RAR's formulation (arXiv 2411.00776): the sequence of an order {@code pi}, position by position; the logits at position t, 1 to N,
 * predict the cell {@code pi_t}:
 *
 * <pre>
 *     0        cls_token               + pos_embed[0]
 *     1        embeddings[class]       + pos_embed[1]          + target_aware_pos_embed[2 + pi_1]
 *     1 + t    embeddings[x at pi_t]   + pos_embed[2 + pi_t]   + target_aware_pos_embed[2 + pi_(t+1)]
 * </pre>
 *
 * <p>Each position is modulated by {@code embeddings[class] + timesteps_embeddings[position]}, which depends on how many cells
 * are filled, not on which. The token committed last is pending until the next cell is known, as in {@link DualPosition}: a candidate
 * is the pending token's input with another next cell.
 */
final class RarPositions implements CellFormulation<Tensor> {
    static final String CLS = "cls_token";
    private static final String OWN_POSITIONS = "pos_embed";
    private static final String NEXT_POSITIONS = "target_aware_pos_embed";
    private static final String STEPS = "timesteps_embeddings";
    private static final String EMBEDDINGS = "embeddings.weight";

    /** Rows of the joint vocabulary beside codes and classes: a mask token in between, never used, and no class at the end. */
    private static final long OTHER_ROWS = 2;

    /** Rows of the position tables in front of those of the cells: the cls token's and the class's. */
    private static final int PREFIX = 2;

    /** Rows that the published tables have beyond one per cell. */
    private static final int SPARE_POSITIONS = 1024;

    private static final int SPARE_STEPS = 100;

    private final TokenSpace space;
    private final Weights weights;

    /** Uses the weights of the transformer around it. */
    RarPositions(TokenSpace space, Weights weights) {
        this.space = space;
        this.weights = weights;
    }

    static Map<String, long[]> shapes(RarConfig config, TokenSpace space) {
        long width = config.width();
        long positions = space.cells() + SPARE_POSITIONS;
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put(CLS, new long[] {1, 1, width});
        shapes.put(OWN_POSITIONS, new long[] {1, positions, width});
        shapes.put(NEXT_POSITIONS, new long[] {1, positions, width});
        shapes.put(STEPS, new long[] {1, space.cells() + SPARE_STEPS, width});
        shapes.put(EMBEDDINGS, new long[] {space.vocabularySize() + OTHER_ROWS + space.classCount(), width});
        return shapes;
    }

    /** The cls token's alone. The class is the first token that is pending. */
    @Override
    public int prefix() {
        return 1;
    }

    @Override
    public int positionsPerCell() {
        return 1;
    }

    @Override
    public void requireConditions(int[] conditions) {
        space.requireConditions(conditions);
    }

    @Override
    public SequenceInputs<Tensor> training(Tensor tokens, Tensor conditions, Tensor orders) {
        Tensor classes = classRows(conditions);
        Tensor asking =
                inputs(tokens, classes, orders).narrow(1, 0, space.cells()).add(targets(orders));
        return modulated(behindCls(asking), classes);
    }

    /**
     * As {@link #training}, with one position more, which holds the token that comes last and asks for nothing.
     *
     * @return {@code [batch, 2 + cells, width]}
     */
    SequenceInputs<Tensor> toTheEnd(Tensor tokens, Tensor conditions, Tensor orders) {
        Tensor classes = classRows(conditions);
        Tensor inputs = inputs(tokens, classes, orders);
        Tensor asking = inputs.narrow(1, 0, space.cells()).add(targets(orders));
        return modulated(Tensors.cat(1, behindCls(asking), inputs.narrow(1, space.cells(), 1)), classes);
    }

    private SequenceInputs<Tensor> modulated(Tensor embeddings, Tensor classes) {
        return new SequenceInputs<>(embeddings, modulation(classes, Tensors.range(0, embeddings.size(1))));
    }

    /** Class and tokens with their own positions: {@code [batch, 1 + cells, width]}. */
    private Tensor inputs(Tensor tokens, Tensor classes, Tensor orders) {
        Tensor classPosition = Tensors.full(1, torch.ScalarType.Long, classes.shape());
        Tensor rows = Tensors.cat(1, classes, tokens.gather(1, orders));
        return inputs(rows, Tensors.cat(1, classPosition, orders.add(new Scalar(PREFIX))));
    }

    private Tensor inputs(Tensor rows, Tensor positions) {
        return Operations.embedding(weights.get(EMBEDDINGS), rows)
                .add(Operations.embedding(table(OWN_POSITIONS), positions));
    }

    /** The target positions: {@code [batch, cells, width]}. */
    private Tensor targets(Tensor cells) {
        return Operations.embedding(table(NEXT_POSITIONS), cells.add(new Scalar(PREFIX)));
    }

    private Tensor behindCls(Tensor others) {
        return Tensors.cat(1, clsTokens(others.size(0)), others);
    }

    private Tensor clsTokens(long batch) {
        Tensor first = weights.get(CLS).add(weights.get(OWN_POSITIONS).narrow(1, 0, 1));
        return first.expand(batch, 1, first.size(2));
    }

    /** What modulates: {@code [batch, steps, width]} of {@code classes: [batch, 1]} in the joint vocabulary. */
    private Tensor modulation(Tensor classes, Tensor steps) {
        return Operations.embedding(weights.get(EMBEDDINGS), classes).add(Operations.embedding(table(STEPS), steps));
    }

    /** Classes in the joint vocabulary, where they stand behind the codes and the mask token: {@code [batch, 1]}. */
    private Tensor classRows(Tensor conditions) {
        return conditions.add(new Scalar(space.vocabularySize() + 1)).unsqueeze(1);
    }

    private Tensor table(String name) {
        return weights.get(name).select(0, 0);
    }

    @Override
    public SequenceInputs<Tensor> embed(List<SequenceEntry> entries, TransformerState state, PassShape pass) {
        Tensor classes = classRows(Tensors.of(state.conditions(), state.batch()));
        int[] steps = steps(pass);
        Tensor modulation = modulation(classes, Tensors.of(steps, steps.length));
        if (entries.isEmpty()) {
            return new SequenceInputs<>(clsTokens(state.batch()), modulation);
        }
        Tensor asking = asking(entries, state, classes);
        return new SequenceInputs<>(state.atStart() ? behindCls(asking) : asking, modulation);
    }

    /**
     * The step of each position of a pass; a single one if all stand at the same, as candidates do when nothing else runs. Queries of a
     * group stand at steps of their own.
     */
    private static int[] steps(PassShape pass) {
        int cached = pass.cached();
        if (pass.isolated() && pass.settled() == 0) {
            return new int[] {cached};
        }
        int last = pass.isolated() ? cached + pass.settled() : Integer.MAX_VALUE;
        return IntStream.range(cached, cached + pass.settled() + pass.queries())
                .map(step -> Math.min(step, last))
                .toArray();
    }

    private Tensor asking(List<SequenceEntry> entries, TransformerState state, Tensor classes) {
        int[][] positions = new int[state.batch()][entries.size()];
        int[][] next = new int[state.batch()][entries.size()];
        for (int i = 0; i < entries.size(); i++) {
            SequenceEntry entry = entries.get(i);
            for (int row = 0; row < state.batch(); row++) {
                positions[row][i] = entry.index() < 0 ? 1 : PREFIX + entry.cells()[row];
                next[row][i] = entry.nextCells()[row];
            }
        }
        return inputs(rows(entries, state, classes), Tensors.of(positions)).add(targets(Tensors.of(next)));
    }

    /** What positions tell, in the joint vocabulary: the class before anything is committed, else a token. */
    private static Tensor rows(List<SequenceEntry> entries, TransformerState state, Tensor classes) {
        int[] indices = entries.stream().mapToInt(SequenceEntry::index).toArray();
        int ofClass = (int) Arrays.stream(indices).filter(index -> index < 0).count();
        List<Tensor> rows = new ArrayList<>();
        if (ofClass > 0) {
            rows.add(classes.expand(state.batch(), ofClass));
        }
        if (ofClass < indices.length) {
            rows.add(state.tokens().at(Arrays.copyOfRange(indices, ofClass, indices.length)));
        }
        return Tensors.cat(1, rows);
    }
}
