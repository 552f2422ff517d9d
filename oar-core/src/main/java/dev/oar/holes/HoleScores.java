package dev.oar.holes;

import dev.oar.data.Families;
import dev.oar.evaluate.FamilyValues;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.Metric;
import dev.oar.image.RgbImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How well the holes of all images were filled with one thing. Of completed images only features and the first few are kept. */
final class HoleScores {
    /** The fraction of the hole's cells that have the image's own token. */
    static final Metric ACCURACY = new Metric("token accuracy in the hole", false, Metric.Kind.HOLE);

    /** Mean squared error of the hidden pixels, colours lying in [0, 1]. */
    static final Metric SQUARED_ERROR = new Metric("squared error in the hole", true, Metric.Kind.HOLE);

    /** Mean absolute error of the hidden pixels, colours lying in [0, 1]. */
    static final Metric ABSOLUTE_ERROR = new Metric("absolute error in the hole", true, Metric.Kind.HOLE);

    /** How many completed images are kept to be shown. */
    static final int SHOWN = 8;

    private final Families families;
    private final int width;
    private final Map<Metric, double[]> values = new LinkedHashMap<>();
    private final float[] features;
    private final List<RgbImage> shown = new ArrayList<>();
    private int count;

    /**
     * Scores of no image yet.
     *
     * @param families of all images
     * @param width features per image
     */
    HoleScores(Families families, int width) {
        this.families = families;
        this.width = width;
        this.features = new float[families.rows() * width];
    }

    /** Adds the next images. */
    void add(BatchScores batch) {
        batch.accuracy().ifPresent(shares -> put(ACCURACY, shares));
        put(SQUARED_ERROR, batch.squared());
        put(ABSOLUTE_ERROR, batch.absolute());
        System.arraycopy(batch.features(), 0, features, count * width, batch.features().length);
        batch.completed().stream().limit(SHOWN - shown.size()).forEach(shown::add);
        count += batch.squared().length;
    }

    private void put(Metric metric, double[] ofBatch) {
        double[] all = values.computeIfAbsent(metric, key -> new double[families.rows()]);
        System.arraycopy(ofBatch, 0, all, count, ofBatch.length);
    }

    /** Adds one value of every image, measured elsewhere. */
    void add(Metric metric, double[] ofImages) {
        values.put(metric, ofImages.clone());
    }

    /** How many images were added. */
    int count() {
        return count;
    }

    /** What was measured of every image, by metric. */
    Map<Metric, double[]> values() {
        return values;
    }

    /** Features of the completed images. */
    FeatureSet features() {
        return new FeatureSet(width, features, families);
    }

    /** The first completed images. */
    List<RgbImage> shown() {
        return shown;
    }

    /** The value of each family of variants. */
    FamilyValues familyValues(double[] ofImages) {
        return FamilyValues.of(families, ofImages);
    }

    /** Scores of the same images in several kinds of holes as one; the completions of an image are variants of it. */
    static HoleScores pooled(List<HoleScores> kinds) {
        HoleScores first = kinds.get(0);
        int[] ofRow = first.families.familyOfRow();
        int[] repeated = new int[ofRow.length * kinds.size()];
        for (int row = 0; row < repeated.length; row++) {
            repeated[row] = ofRow[row % ofRow.length];
        }
        HoleScores pooled = new HoleScores(Families.of(repeated), first.width);
        for (int kind = 0; kind < kinds.size(); kind++) {
            HoleScores scores = kinds.get(kind);
            int place = kind * ofRow.length;
            System.arraycopy(scores.features, 0, pooled.features, place * first.width, scores.features.length);
            scores.values.forEach((metric, ofImages) -> System.arraycopy(
                    ofImages,
                    0,
                    pooled.values.computeIfAbsent(metric, key -> new double[repeated.length]),
                    place,
                    ofImages.length));
        }
        pooled.count = repeated.length;
        return pooled;
    }
}
