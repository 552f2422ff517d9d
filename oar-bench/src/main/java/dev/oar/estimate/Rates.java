package dev.oar.estimate;

import dev.oar.config.Require;

/**
 * How fast a machine does the work of a recipe.
 *
 * @param training operations of the transformer's forward and backward passes per second
 * @param optimiserSeconds seconds of a step of the optimiser per parameter
 * @param extraction operations of extraction per second
 * @param drawing operations of drawing and of predicting test images per second
 * @param convolutions operations of convolutional networks per second
 * @param bandwidth bytes of weights per second that a pass reads
 * @param host what starting operations takes at least, where that is not part of the others
 */
public record Rates(
        double training,
        double optimiserSeconds,
        double extraction,
        double drawing,
        double convolutions,
        double bandwidth,
        HostSeconds host) {
    /**
     * The seconds that a processor needs to start the operations of an accelerator, which small networks are bound by.
     *
     * @param trainingPerLayer of the forward and backward pass of a layer of the transformer
     * @param passPerLayer of a pass through a layer in extraction and drawing
     * @param convolutionalStep of a step of training of a convolutional network
     */
    public record HostSeconds(double trainingPerLayer, double passPerLayer, double convolutionalStep) {
        /** Of a machine whose other rates were measured, this among them. */
        static final HostSeconds MEASURED = new HostSeconds(0, 0, 0);

        /**
         * As measured beside other work on an H100 (docs/results/noto-emoji-64-captions.md, docs/results/captions.md): 38 ms a step and 6.6 ms a
         * pass with 6 layers, 45 ms a step of the tokenizer.
         */
        static final HostSeconds OF_ACCELERATORS = new HostSeconds(0.0063, 0.0011, 0.045);
    }

    /** Those of no machine; what is estimated by them has no seconds to be told. */
    static final Rates UNKNOWN = new Rates(1, 0, 1, 1, 1, 1, HostSeconds.MEASURED);

    /** Checks that all are positive. */
    public Rates {
        Require.that(
                training > 0
                        && optimiserSeconds >= 0
                        && extraction > 0
                        && drawing > 0
                        && convolutions > 0
                        && bandwidth > 0,
                "the rates of a machine must be positive, but are %s, %s, %s, %s, %s and %s; measure again",
                training,
                optimiserSeconds,
                extraction,
                drawing,
                convolutions,
                bandwidth);
    }

    static void requireUtilisation(double utilisation) {
        Require.that(
                utilisation > 0 && utilisation <= 1,
                "a utilisation is the fraction of a data sheet's figures that is reached, above 0 and at most 1, but is %s;"
                        + " 0.4 is usual of large trainings",
                utilisation);
    }
}
