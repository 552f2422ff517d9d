package dev.oar.model;

/** The architecture of a network whose blocks are those of {@link BlockSizes}. */
public interface BlockConfig {
    /** The sizes of its blocks. */
    BlockSizes blocks();

    /** Where it drops values in training. */
    Dropouts dropouts();

    /** Width of the residual stream. */
    default int width() {
        return blocks().width();
    }

    /** Number of blocks. */
    default int layers() {
        return blocks().layers();
    }

    /** Number of query heads. */
    default int heads() {
        return blocks().heads();
    }

    /** The number of key and value heads. */
    default int groups() {
        return blocks().groups();
    }

    /** The width of one head. */
    default int headWidth() {
        return blocks().headWidth();
    }

    /** The hidden width of the SwiGLU network. */
    default int feedForwardWidth() {
        return blocks().feedForwardWidth();
    }

    /** Epsilon of the RMS normalisation. */
    default double normEpsilon() {
        return blocks().normEpsilon();
    }

    /** Base of the rotary frequencies. */
    default double ropeBase() {
        return blocks().ropeBase();
    }

    /** Dropout on the input sequence. */
    default double tokenDropout() {
        return dropouts().tokenDropout();
    }

    /** Dropout on the output of each attention. */
    default double residualDropout() {
        return dropouts().residualDropout();
    }

    /** Dropout on the output of each feed-forward network. */
    default double feedForwardDropout() {
        return dropouts().feedForwardDropout();
    }
}
