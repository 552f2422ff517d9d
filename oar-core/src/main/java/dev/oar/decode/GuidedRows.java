package dev.oar.decode;

import dev.oar.model.AutoregressiveModel;
import dev.oar.model.DecodingState;
import dev.oar.tensor.Tensors;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a batch in a model, each with its condition, and under guidance as many again for every other branch. Branches are dropped
 * as soon as guidance does without them for the rest.
 *
 * <p>Where all branches are asked about the same cells, they run in one pass. A dynamic order that ranks by the conditional distribution
 * needs the others for the cells it chooses alone; there they run apart.
 */
final class GuidedRows implements AutoCloseable {
    private final Guidance guidance;
    private final KnownTokens known;
    private final int batch;
    private final int total;
    private final DecodingState rows;
    private @Nullable DecodingState apart;

    /** How many branches are run, and how many of them, the first ones, in each pass. */
    private int branches;

    private int together;

    /**
     * Begins decoding.
     *
     * @param total how many cells will be filled in the end
     */
    GuidedRows(AutoregressiveModel model, DecodingRequest request, int total) {
        this.guidance = request.guidance();
        this.known = request.known();
        this.batch = request.conditions().length;
        this.total = total;
        OrderPolicy.Asks asks = request.policy().asks();
        // Of real images nothing is drawn, so that guidance matters to the choice of cells alone.
        boolean needed = request.source() instanceof TokenSource.Sampled || asks == OrderPolicy.Asks.GUIDED;
        this.branches = needed ? guidance.branches(0) : 1;
        this.together = asks == OrderPolicy.Asks.CONDITIONAL ? 1 : branches;
        int none = model.space().unconditional();
        this.rows = model.start(conditions(request.conditions(), none, 0, together));
        if (branches > together) {
            try {
                this.apart = model.start(conditions(request.conditions(), none, together, branches));
            } catch (RuntimeException | Error failure) {
                rows.close();
                throw failure;
            }
        }
    }

    private int[] conditions(int[] given, int unconditional, int from, int to) {
        return IntStream.range(from, to)
                .flatMap(branch -> IntStream.of(guidance.conditions(branch, given, unconditional)))
                .toArray();
    }

    /** How many rows a pass that asks about candidates has. */
    int rowsOfAPass() {
        return together * batch;
    }

    /**
     * Predicts a group of cells that are filled together.
     *
     * @return the answers of all branches, {@code [batch, group, vocabulary]} each
     */
    List<Tensor> predictGroup(int[][] cells) {
        dropUnneeded();
        List<Tensor> answers = split(rows.predictGroup(copies(cells, together)), together);
        return apart == null
                ? answers
                : joined(answers, split(apart.predictGroup(copies(cells, branches - together)), branches - together));
    }

    /**
     * Asks about candidates.
     *
     * @param cells {@code [batch][candidates]}
     * @return the answers of the branches that run in one pass, {@code [batch, candidates, vocabulary]} each, the conditional ones first
     */
    List<Tensor> peek(int[][] cells) {
        dropUnneeded();
        return split(rows.peek(copies(cells, together)), together);
    }

    /**
     * The answers of all branches about cells.
     *
     * @param answers of {@link #peek} about these cells
     */
    List<Tensor> withOthers(List<Tensor> answers, int[][] cells) {
        return apart == null
                ? answers
                : joined(answers, split(apart.peek(copies(cells, branches - together)), branches - together));
    }

    /**
     * Guided logits {@code [batch, count, vocabulary]}.
     *
     * @param answers of all branches
     * @param next how many cells are filled in this step
     */
    Tensor guided(List<Tensor> answers, int next) {
        return answers.size() == 1 ? answers.get(0) : guidance.guide(answers, rows.committed(), next, total);
    }

    /** Fills cells; {@code tokens: [batch, count]}, int64. */
    void commit(int[][] cells, Tensor tokens) {
        rows.commit(copies(cells, together), copies(tokens, together));
        if (apart != null) {
            apart.commit(copies(cells, branches - together), copies(tokens, branches - together));
        }
    }

    /** Fills known cells, hidden from the branches that hide some; {@code tokens: [batch][count]}. */
    void commitKnown(int[][] cells, int[][] tokens) {
        commitKnown(rows, cells, tokens, 0, together);
        if (apart != null) {
            commitKnown(apart, cells, tokens, together, branches);
        }
    }

    private void commitKnown(DecodingState state, int[][] cells, int[][] tokens, int from, int to) {
        boolean[][] hidden = new boolean[(to - from) * batch][cells[0].length];
        boolean any = false;
        for (int branch = from; branch < to && !known.hidden().isEmpty(); branch++) {
            for (int row = 0; row < batch && guidance.hides(branch); row++) {
                BitSet ofRow = known.hidden().get(row);
                for (int i = 0; i < cells[row].length; i++) {
                    hidden[(branch - from) * batch + row][i] = ofRow.get(cells[row][i]);
                }
                any = true;
            }
        }
        if (any) {
            state.commitMasked(copies(cells, to - from), copies(tokens, to - from), hidden);
        } else {
            state.commit(copies(cells, to - from), copies(tokens, to - from));
        }
    }

    private void dropUnneeded() {
        int needed = branches == 1 ? 1 : Math.min(branches, guidance.branches(rows.committed()));
        if (needed == branches) {
            return;
        }
        if (needed < together) {
            rows.keepRows(needed * batch);
            together = needed;
        }
        if (apart != null && needed == together) {
            apart.close();
            apart = null;
        } else if (apart != null) {
            apart.keepRows((needed - together) * batch);
        }
        branches = needed;
    }

    private List<Tensor> split(Tensor answers, int count) {
        return count == 1
                ? List.of(answers)
                : IntStream.range(0, count)
                        .mapToObj(branch -> answers.narrow(0, (long) branch * batch, batch))
                        .toList();
    }

    private static List<Tensor> joined(List<Tensor> some, List<Tensor> others) {
        List<Tensor> all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }

    private int[][] copies(int[][] ofBatch, int count) {
        return count == 1
                ? ofBatch
                : IntStream.range(0, count * batch)
                        .mapToObj(row -> ofBatch[row % batch])
                        .toArray(int[][]::new);
    }

    private static Tensor copies(Tensor tokens, int count) {
        return count == 1 ? tokens : Tensors.cat(0, Collections.nCopies(count, tokens));
    }

    @Override
    public void close() {
        rows.close();
        if (apart != null) {
            apart.close();
        }
    }
}
