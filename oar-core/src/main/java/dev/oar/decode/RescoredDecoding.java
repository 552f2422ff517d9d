package dev.oar.decode;

import dev.oar.order.CounterRandom;
import dev.oar.order.TokenGrid;
import org.bytedeco.pytorch.Tensor;

/** A call as a policy sees it that is shown other scores than the model's. What the call records stays the model's. */
abstract class RescoredDecoding implements Decoding {
    private final Decoding decoding;

    RescoredDecoding(Decoding decoding) {
        this.decoding = decoding;
    }

    /**
     * The scores that are shown.
     *
     * @param cells {@code [batch][candidates]}
     * @param scores the model's, row by row
     */
    abstract Confidence.Scores shown(int[][] cells, Confidence.Scores scores);

    @Override
    public final Confidence.Scores scores(
            int[][] cells, int next, Confidence confidence, OrderPolicy.ConfidenceLogits logits) {
        return shown(cells, decoding.scores(cells, next, confidence, logits));
    }

    /** The share of the cells that is filled, in [0, 1). */
    final double share() {
        return (double) filled() / total();
    }

    @Override
    public final TokenGrid grid() {
        return decoding.grid();
    }

    @Override
    public final int batch() {
        return decoding.batch();
    }

    @Override
    public final int step() {
        return decoding.step();
    }

    @Override
    public final int filled() {
        return decoding.filled();
    }

    @Override
    public final int known() {
        return decoding.known();
    }

    @Override
    public final int total() {
        return decoding.total();
    }

    @Override
    public final int[] filledCells(int row) {
        return decoding.filledCells(row);
    }

    @Override
    public final int[][] open() {
        return decoding.open();
    }

    @Override
    public Tensor tokens() {
        return decoding.tokens();
    }

    @Override
    public int[] conditionIds(int row) {
        return decoding.conditionIds(row);
    }

    @Override
    public final CounterRandom random(String purpose, int row) {
        return decoding.random(purpose, row);
    }
}
