package dev.oar.measure;

import dev.oar.data.Families;
import dev.oar.data.FamilySampler;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.FeatureSpace;
import dev.oar.evaluate.Subsampling;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Real images in the place of drawn ones: as many images that a model was trained on, measured against the same reference. What they come
 * out at is what chance and the number of images leave of a distance; a model that drew as nature does would come out there.
 */
public final class RealSamples {
    /** What {@link EvaluationFigure#drawing} says of them. */
    public static final String WAY = "real images, as many";

    private static final String ARM = "training images";

    private RealSamples() {}

    /**
     * Chooses images: one of every family in shuffled sequence, then a second one, and so on, each image once.
     *
     * @param families the family of each image
     * @param count how many at most; all if there are fewer
     * @return places in the array of families
     */
    public static int[] choose(int[] families, int count, long seed) {
        if (count >= families.length) {
            return IntStream.range(0, families.length).toArray();
        }
        FamilySampler sampler = new FamilySampler(families, seed);
        BitSet taken = new BitSet();
        return IntStream.iterate(0, draw -> draw + 1)
                .map(sampler::image)
                .filter(image -> !taken.get(image))
                .peek(taken::set)
                .limit(count)
                .toArray();
    }

    /**
     * The figures of some of the images that a model was trained on.
     *
     * @param space where and by what drawn images are compared with the reference, without what looks for copies of training images
     * @param reference features of the real images that drawn ones are compared with
     * @param training features of the training images, or of those of them that were chosen
     * @param drawn how many images were drawn; if there are fewer training images, the figures say how many
     */
    public static List<EvaluationFigure> figures(
            FeatureSpace space,
            FeatureSet reference,
            FeatureSet training,
            int drawn,
            Subsampling subsampling,
            long seed) {
        FeatureSet chosen = chosen(training, drawn, seed);
        return EvaluationFigure.ofSamples(label(chosen, drawn), WAY, space, reference, chosen, subsampling, seed);
    }

    /**
     * As many training images as were drawn, each a family of its own, as drawn images are.
     *
     * @param training features of all
     * @param drawn how many images were drawn
     */
    public static FeatureSet chosen(FeatureSet training, int drawn, long seed) {
        return rows(training, choose(training.families().familyOfRow(), drawn, seed));
    }

    /** What the figures of chosen images are labelled by: it says how many they are where there are fewer than drawn ones. */
    public static String label(FeatureSet chosen, int drawn) {
        return chosen.count() < drawn ? ARM + ", only " + chosen.count() : ARM;
    }

    /** Some rows of features, each a family of its own, as drawn images are. */
    private static FeatureSet rows(FeatureSet features, int... rows) {
        int width = features.width();
        float[] values = new float[Math.multiplyExact(rows.length, width)];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(features.row(rows[i]), 0, values, i * width, width);
        }
        return new FeatureSet(width, values, Families.singletons(rows.length));
    }
}
