package dev.oar.holes;

import dev.oar.edit.PixelMask;
import dev.oar.image.RgbImage;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * How well the holes of a batch were filled, image by image.
 *
 * @param accuracy the fraction of the hole's cells that have the image's own token; of what is not made of tokens, empty
 * @param squared mean squared error of the hidden pixels, colours lying in [0, 1]
 * @param absolute their mean absolute error
 * @param features of the completed images, row by row
 * @param completed the completed images
 */
record BatchScores(
        Optional<double[]> accuracy, double[] squared, double[] absolute, float[] features, List<RgbImage> completed) {

    /**
     * Scores a batch.
     *
     * @param tokens {@code [rows][cells]} what was filled in, if it is made of tokens
     * @param completed the completed images
     * @param features of those rows that count
     */
    static BatchScores of(HoledBatch batch, Optional<int[][]> tokens, List<RgbImage> completed, float[] features) {
        double[] squared = new double[batch.size()];
        double[] absolute = new double[batch.size()];
        for (int row = 0; row < batch.size(); row++) {
            RgbImage image = batch.pictures().get(row);
            squared[row] = error(image, completed.get(row), batch.hole().mask(), 2);
            absolute[row] = error(image, completed.get(row), batch.hole().mask(), 1);
        }
        Optional<double[]> accuracy = tokens.map(filled -> {
            double[] shares = new double[batch.size()];
            for (int row = 0; row < shares.length; row++) {
                shares[row] =
                        accuracy(filled[row], batch.truth()[row], batch.hole().cells());
            }
            return shares;
        });
        return new BatchScores(accuracy, squared, absolute, features, List.copyOf(completed.subList(0, batch.size())));
    }

    /** The fraction of cells that have the same token. */
    static double accuracy(int[] tokens, int[] truth, BitSet cells) {
        return (double) cells.stream()
                        .filter(cell -> tokens[cell] == truth[cell])
                        .count()
                / cells.cardinality();
    }

    /** The mean of a power of the differences of the masked pixels' colours, which lie in [0, 1]. */
    static double error(RgbImage image, RgbImage other, PixelMask mask, int power) {
        double sum = 0;
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                for (int channel = 0; channel < 3 && mask.marks(x, y); channel++) {
                    int at = 3 * (y * image.width() + x) + channel;
                    double difference = Math.abs((image.rgb()[at] & 255) - (other.rgb()[at] & 255)) / 255.0;
                    sum += power == 1 ? difference : difference * difference;
                }
            }
        }
        return sum / (3.0 * mask.count());
    }
}
