package dev.oar.causal;

import dev.oar.evaluate.Metric;

/** What a study of scenes measures. */
final class SceneMetrics {
    /** {@code -log2 q} less {@code -log2 p}: on average the divergence of what is drawn from what pictures are drawn from. */
    static final Metric EXCESS = new Metric("bits above the exact code", true, Metric.Kind.SCORE);

    /**
     * What filling cells together costs: of the exact conditionals the total correlation of the cells of each step, summed up; of a model its
     * code length less the one of filling one cell a step in its own order of the same kind.
     */
    static final Metric LOST = new Metric("bits lost", true, Metric.Kind.SCORE);

    /** The share of drawn pictures that are of a scene. */
    static final Metric POSSIBLE = new Metric("possible pictures", false, Metric.Kind.SCORE);

    /** {@link dev.oar.scene.SceneDistribution#contradictions} of drawn pictures. */
    static final Metric CONTRADICTIONS = new Metric("contradicting cells", true, Metric.Kind.SCORE);

    /** {@link ExactOrderAgreement#rasterTau}. */
    static final Metric RASTER_TAU = new Metric("tau, ties in raster order", false, Metric.Kind.SCORE);

    /** {@link ExactOrderAgreement#tau}. */
    static final Metric TAU = new Metric("tau, ties as in the order", false, Metric.Kind.SCORE);

    /** {@link ExactOrderAgreement#excessEntropy}. */
    static final Metric EXCESS_ENTROPY = new Metric("bits less certain than the surest cell", true, Metric.Kind.SCORE);

    private SceneMetrics() {}
}
