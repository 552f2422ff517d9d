package dev.oar.decode;

import dev.oar.order.CounterRandom;
import java.util.Arrays;

/** The steps of an order that is found by asking the model: the most confident cells next. */
final class MostConfidentSteps implements OrderPolicy.Steps {
    private final OrderPolicy.MostConfidentFirst policy;
    private final Decoding decoding;
    private final PeekedCells peeked;
    private final NearestFilled distances;

    MostConfidentSteps(OrderPolicy.MostConfidentFirst policy, Decoding decoding) {
        this.policy = policy;
        this.decoding = decoding;
        this.peeked = new PeekedCells(policy.shortlist());
        this.distances = new NearestFilled(decoding.grid(), decoding.batch());
        int[][] known = new int[decoding.batch()][];
        Arrays.setAll(known, decoding::filledCells);
        fill(known);
    }

    @Override
    public int[][] next() {
        int size = Math.min(policy.cellsPerStep(), decoding.total() - decoding.filled());
        int[][] asked = peeked.next(size, decoding::open);
        Confidence.Scores scores = decoding.scores(asked, size, policy.measure(), policy.logits());
        int[][] best = ranking().best(scores, asked, peeked.ranked(size));
        peeked.chosen(size, best);
        int[][] chosen = CellRows.at(asked, CellRows.columns(best, 0, size));
        fill(chosen);
        return chosen;
    }

    private CellRanking ranking() {
        // Known cells are none of those to be drawn.
        double drawn = decoding.filled() - decoding.known();
        double shareLeft = 1 - drawn / (decoding.total() - decoding.known());
        CounterRandom[] random = new CounterRandom[decoding.batch()];
        Arrays.setAll(random, row -> decoding.random("order noise", row));
        return new CellRanking(policy, shareLeft, distances, (row, cell) -> random[row].gumbel(cell));
    }

    private void fill(int[][] cells) {
        for (int row = 0; row < cells.length && policy.localityWeight() > 0; row++) {
            for (int cell : cells[row]) {
                distances.fill(row, cell);
            }
        }
    }
}
