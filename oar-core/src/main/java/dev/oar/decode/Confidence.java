package dev.oar.decode;

import org.bytedeco.pytorch.Tensor;

/**
 * How sure a model is of what stands in a cell: a function of the logits that it answers with. {@link ConfidenceMeasure} holds those that
 * recipes and commands know by name; any other can be given to an order policy.
 */
@FunctionalInterface
public interface Confidence {
    /** Which token of a candidate a measure looks at. */
    enum Tokens {
        /** None. */
        NONE,
        /** The image's own, so that the measure cannot be reproduced when drawing. */
        TRUE,
        /** One that is drawn for the candidate, and committed if the candidate is chosen. */
        DRAWN
    }

    /**
     * The scores of candidates, in three scales.
     *
     * @param value the measure itself
     * @param log its logarithm, the scale that order noise is added to (negative entropy is a mean logarithm already)
     * @param key a strictly growing function of the measure that does not saturate
     */
    record Scores(double[] value, double[] log, double[] key) {}

    /**
     * The scores of candidates on their device, each worked out for itself.
     *
     * @param logits {@code [candidates, vocabulary]}
     * @param tokens {@code [candidates]}, int64, as {@link #tokens} says; empty if it says none
     * @return {@code [3, candidates]} or {@code [candidates]}: value, logarithm and key, see {@link Scores}, or one scale that is all three
     */
    Tensor scales(Tensor logits, Tensor tokens);

    /** Which token of a candidate the measure looks at. */
    default Tokens tokens() {
        return Tokens.NONE;
    }

    /**
     * Scores candidates.
     *
     * @param logits {@code [batch, candidates, vocabulary]}
     * @param tokens {@code [batch, candidates]}, int64, as {@link #tokens} says; ignored if it says none
     * @return arrays of {@code batch * candidates} numbers in row-major order
     */
    default Scores score(Tensor logits, Tensor tokens) {
        return ConfidenceScores.of(this, logits, tokens, ConfidenceScores.SCORED_AT_ONCE);
    }
}
