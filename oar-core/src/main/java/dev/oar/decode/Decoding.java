package dev.oar.decode;

import dev.oar.model.AutoregressiveModel;
import dev.oar.order.CounterRandom;
import dev.oar.order.TokenGrid;
import org.bytedeco.pytorch.Tensor;

/**
 * A decoding call as its order policy sees it: which cells are filled, and what the model says of the others. It is valid during the
 * call, on the thread of the call.
 */
public interface Decoding {
    /** The grid of the cells. */
    TokenGrid grid();

    /** How many images are decoded side by side. */
    int batch();

    /** The number of the step, from 0. */
    int step();

    /** How many cells of each row are filled, the known ones included. */
    int filled();

    /** How many cells of each row were known beforehand. */
    int known();

    /** How many cells of each row will be filled in the end, the known ones included. */
    int total();

    /** The cells of a row that are filled, in the sequence in which they were; known cells come first. */
    int[] filledCells(int row);

    /** The cells of each row that are yet to be filled: {@code [batch][open]}, ascending. */
    int[][] open();

    /**
     * The tokens of the filled cells, in the sequence of {@link #filledCells}, as they lie on the device of the model; reading them waits
     * for it.
     *
     * @return {@code [batch, filled]}, int64, in the innermost scope
     */
    Tensor tokens();

    /** What a row is drawn from, see {@link AutoregressiveModel#conditionIds}. */
    int[] conditionIds(int row);

    /**
     * Random numbers for a row in this step, a function of the row's seed and image index, the step and the purpose.
     *
     * @param purpose tells numbers for different uses apart
     */
    CounterRandom random(String purpose, int row);

    /**
     * Asks the model about cells, each for itself, and scores its answers. Of what has been asked in a step, the last counts: if all cells
     * that are chosen were part of it, their tokens come from these answers.
     *
     * @param cells {@code [batch][candidates]}, open ones
     * @param next how many cells of each row the step will fill, which a guidance scale may look at
     * @param confidence scores the answers
     * @param logits which answers are scored
     * @return scores of all candidates, row by row
     * @throws IllegalArgumentException if the confidence looks at the true tokens, and there are none
     * @throws IllegalStateException if it takes guided logits, and the policy {@linkplain OrderPolicy#asks has said} that it asks for none
     * @throws ArithmeticException if a score is no number
     */
    Confidence.Scores scores(int[][] cells, int next, Confidence confidence, OrderPolicy.ConfidenceLogits logits);
}
