package dev.oar.decode;

import dev.oar.config.Require;
import dev.oar.data.CalibrationTable;

/**
 * Another policy, which ranks cells by how much surer the model is of them than it usually is: every score is less the mean score of its cell
 * at the share of the cells that is filled. Cells that are always easy, as those at borders may be, do not come first for that alone. The
 * confidences that a call records are the measure's own.
 *
 * @param policy ranks cells by scores
 * @param table the means, of the policy's own measure
 */
public record Calibrated(OrderPolicy policy, CalibrationTable table) implements OrderPolicy {
    @Override
    public Asks asks() {
        return policy.asks();
    }

    @Override
    public void check(int rows, TokenSource source) {
        policy.check(rows, source);
    }

    /** Opens the steps of the other policy. */
    @Override
    public Steps open(Decoding decoding) {
        Require.that(
                table.grid().equals(decoding.grid()),
                "a calibration is of the grid that images are filled on, but that is %s and the calibration of %s; extract"
                        + " orders by this model",
                decoding.grid(),
                table.grid());
        return policy.open(new Lessened(decoding, table));
    }

    /** A call whose scores are less what is usual. */
    private static final class Lessened extends RescoredDecoding {
        private final CalibrationTable table;

        Lessened(Decoding decoding, CalibrationTable table) {
            super(decoding);
            this.table = table;
        }

        @Override
        Confidence.Scores shown(int[][] cells, Confidence.Scores scores) {
            return new Confidence.Scores(
                    lessened(0, cells, scores.value()),
                    lessened(1, cells, scores.log()),
                    lessened(2, cells, scores.key()));
        }

        private double[] lessened(int scale, int[][] cells, double... scores) {
            int candidates = cells[0].length;
            double[] less = new double[scores.length];
            for (int i = 0; i < scores.length; i++) {
                less[i] = scores[i] - table.mean(scale, share(), cells[i / candidates][i % candidates]);
            }
            return less;
        }
    }
}
