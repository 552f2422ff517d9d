package dev.oar.evaluate;

/**
 * How far images lie from the training image nearest to each: drawn ones that lie nearer than held-out real ones do look copied. The mean
 * distance is neither better nor worse for being large; it is read beside that of test images, and so is the share of images that lie
 * nearer than almost all test images ({@link Memorisation}).
 */
public final class NearestTraining {
    private NearestTraining() {}

    /**
     * The mean distance, families weighing the same.
     *
     * @param space where images are compared
     * @param images features of drawn or of held-out images
     * @param training features of the images that the model was trained on
     * @param seed the seed that images were drawn with
     * @throws IllegalArgumentException if the widths differ
     */
    public static EvaluationFigure figure(
            String arm, String drawing, FeatureSpace space, FeatureSet images, FeatureSet training, long seed) {
        double[] distances = NearestNeighbours.of(images, training).distances();
        Interval mean = FamilyValues.of(images.families(), distances).mean();
        return new EvaluationFigure(arm, drawing, metric(space), mean, images.count(), seed);
    }

    /** What the figure is called. */
    public static Metric metric(FeatureSpace space) {
        return new Metric(space.caption("distance to the nearest training image"), false, Metric.Kind.DESCRIPTION);
    }
}
