package dev.oar.decode;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * How the answers of several branches become the logits that tokens are drawn from. Every branch is a row of the batch anew, with a
 * condition of its own; all are filled with the same tokens. The first branch knows what the image's condition is, and it is what a
 * dynamic order calls the conditional distribution.
 */
public interface Guidance {
    /**
     * How many branches are run from here on: 1 where guidance is off, and never more than earlier.
     *
     * @param filled how many cells hold a token
     */
    int branches(int filled);

    /**
     * Guided logits.
     *
     * @param branches the answers of all branches that are run, each {@code [batch, cells, vocabulary]}
     * @param filled how many cells hold a token; known cells count as filled
     * @param next how many cells this step fills
     * @param cells how many cells hold a token in the end; absent ones do not count
     * @return {@code [batch, cells, vocabulary]}
     */
    Tensor guide(List<Tensor> branches, int filled, int next, int cells);

    /**
     * The conditions of a branch: by default those of the images for the first, none for the others.
     *
     * @param branch counted from 0
     * @param given of the images, one per row
     * @param unconditional stands for no condition
     */
    default int[] conditions(int branch, int[] given, int unconditional) {
        int[] conditions = given.clone();
        if (branch > 0) {
            Arrays.fill(conditions, unconditional);
        }
        return conditions;
    }

    /** Whether a branch does not see the known tokens that are {@linkplain KnownTokens#hidden hidden}; by default all see all. */
    default boolean hides(int branch) {
        return false;
    }
}
