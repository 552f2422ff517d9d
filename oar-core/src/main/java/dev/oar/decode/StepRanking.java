package dev.oar.decode;

import dev.oar.order.CounterRandom;
import java.util.Arrays;

/** How the candidates of a call rank, step by step, which hangs on what has been filled so far. */
final class StepRanking {
    private final OrderPolicy.MostConfidentFirst policy;
    private final Decoding decoding;
    private final NearestFilled distances;

    /** The ranking at the beginning of a call, whose known cells are filled. */
    StepRanking(OrderPolicy.MostConfidentFirst policy, Decoding decoding) {
        this.policy = policy;
        this.decoding = decoding;
        this.distances = new NearestFilled(decoding.grid(), decoding.batch());
        int[][] known = new int[decoding.batch()][];
        Arrays.setAll(known, decoding::filledCells);
        fill(known);
    }

    /** The ranking of this step. */
    CellRanking now() {
        // Known cells are none of those to be drawn.
        double drawn = decoding.filled() - decoding.known();
        double shareLeft = 1 - drawn / (decoding.total() - decoding.known());
        CounterRandom[] random = new CounterRandom[decoding.batch()];
        Arrays.setAll(random, row -> decoding.random("order noise", row));
        double share = policy.noise().annealing().share(shareLeft);
        return new CellRanking(policy, share, distances, (row, cell) -> random[row].gumbel(cell));
    }

    /** Cells of each row are filled from now on. */
    void fill(int[][] cells) {
        for (int row = 0; row < cells.length && policy.localityWeight() > 0; row++) {
            for (int cell : cells[row]) {
                distances.fill(row, cell);
            }
        }
    }
}
