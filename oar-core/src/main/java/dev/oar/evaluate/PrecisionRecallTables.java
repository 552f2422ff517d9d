package dev.oar.evaluate;

import dev.oar.data.Families;
import java.util.Arrays;

/** {@link PrecisionRecall} of many choices of families, from the distances of all pairs of images, computed once. */
final class PrecisionRecallTables implements SampleStatistic.OfFamilies {
    private final Families realFamilies;
    private final Families drawnFamilies;
    private final double[][] realToReal;
    private final double[][] drawnToDrawn;
    private final double[][] drawnToReal;
    private final double[] realRounding;
    private final double[] drawnRounding;

    PrecisionRecallTables(FeatureSet reference, FeatureSet samples) {
        this.realFamilies = reference.families();
        this.drawnFamilies = samples.families();
        this.realToReal = SquaredDistances.table(reference, reference);
        this.drawnToDrawn = SquaredDistances.table(samples, samples);
        this.drawnToReal = SquaredDistances.table(samples, reference);
        this.realRounding = SquaredDistances.rounding(reference);
        this.drawnRounding = SquaredDistances.rounding(samples);
    }

    @Override
    public double[] of(int[] real, int[] drawn) {
        int[] realRows = realFamilies.rowsOf(real);
        int[] drawnRows = drawnFamilies.rowsOf(drawn);
        double[] realShares = realFamilies.shares();
        double[] drawnShares = drawnFamilies.shares();
        double[][] ofReal = radii(realToReal, realRows, realFamilies.familyOfRow());
        double[][] ofDrawn = radii(drawnToDrawn, drawnRows, drawnFamilies.familyOfRow());
        boolean[] recalled = new boolean[realRows.length];
        boolean[] covered = new boolean[realRows.length];
        double precision = 0;
        double density = 0;
        for (int i = 0; i < drawnRows.length; i++) {
            int sample = drawnRows[i];
            boolean inside = false;
            double around = 0;
            for (int j = 0; j < realRows.length; j++) {
                int image = realRows[j];
                double distance = drawnToReal[sample][image] - realRounding[image] - drawnRounding[sample];
                inside |= distance <= ofReal[j][PrecisionRecall.NEIGHBOURS - 1];
                recalled[j] |= distance <= ofDrawn[i][PrecisionRecall.NEIGHBOURS - 1];
                if (distance <= ofReal[j][PrecisionRecall.DENSITY_NEIGHBOURS - 1]) {
                    covered[j] = true;
                    around += realShares[image];
                }
            }
            precision += inside ? drawnShares[sample] : 0;
            density += around * drawnShares[sample];
        }
        return new PrecisionRecall.Result(
                        precision / drawn.length,
                        share(recalled, realRows, realShares) / real.length,
                        density / drawn.length / PrecisionRecall.DENSITY_NEIGHBOURS,
                        share(covered, realRows, realShares) / real.length)
                .values();
    }

    private static double share(boolean[] counted, int[] rows, double[] shares) {
        double sum = 0;
        for (int i = 0; i < rows.length; i++) {
            sum += counted[i] ? shares[rows[i]] : 0;
        }
        return sum;
    }

    /** Per row, the squared distances to its nearest rows of other families, ascending. */
    private static double[][] radii(double[][] distances, int[] rows, int[] familyOfRow) {
        double[][] nearest = new double[rows.length][PrecisionRecall.DENSITY_NEIGHBOURS];
        for (int i = 0; i < rows.length; i++) {
            Arrays.fill(nearest[i], Double.POSITIVE_INFINITY);
            for (int other : rows) {
                if (familyOfRow[other] != familyOfRow[rows[i]]) {
                    PrecisionRecall.insert(nearest[i], distances[rows[i]][other]);
                }
            }
        }
        return nearest;
    }
}
