package dev.oar.decode;

import dev.oar.data.CalibrationTable;

/**
 * Another policy as it is, whose scores are counted on the way, for a {@link CalibrationTable}. The sums are those of one call at a time.
 *
 * @param policy ranks cells by scores
 * @param sums get the scores of all candidates at every step
 * @param rows how many rows, the first ones, count
 */
public record ObservedScores(OrderPolicy policy, CalibrationTable.Sums sums, int rows) implements OrderPolicy {
    @Override
    public Asks asks() {
        return policy.asks();
    }

    @Override
    public void check(int batch, TokenSource source) {
        policy.check(batch, source);
    }

    @Override
    public Steps open(Decoding decoding) {
        return policy.open(new RescoredDecoding(decoding) {
            @Override
            Confidence.Scores shown(int[][] cells, Confidence.Scores scores) {
                int candidates = cells[0].length;
                for (int i = 0; i < rows * candidates; i++) {
                    sums.add(
                            share(),
                            cells[i / candidates][i % candidates],
                            scores.value()[i],
                            scores.log()[i],
                            scores.key()[i]);
                }
                return scores;
            }
        });
    }
}
