package dev.oar.data;

import dev.oar.order.TokenGrid;
import java.util.List;

/**
 * What a set of tokens is and what made it.
 *
 * @param split the side of the split its images are on
 * @param grid the grid of one image
 * @param vocabularySize number of codes, K; tokens lie in [0, K)
 * @param views 1, or 2 if the second view of each image is the horizontally flipped one
 * @param classes names of the classes
 * @param neverFlip names of the classes whose second view is the first again
 * @param tokenizerFingerprint of the tokenizer that made the tokens
 * @param imagesFingerprint of the images they were made from
 */
public record TokenSet(
        Split split,
        TokenGrid grid,
        int vocabularySize,
        int views,
        List<String> classes,
        List<String> neverFlip,
        String tokenizerFingerprint,
        String imagesFingerprint) {
    /** Checks the ranges. */
    public TokenSet {
        if (vocabularySize < 2 || views < 1 || views > 2 || classes.isEmpty()) {
            throw new IllegalArgumentException(
                    "tokens need a vocabulary of at least 2, 1 or 2 views and a class, but have " + vocabularySize
                            + ", " + views + " and " + classes.size() + "; correct these");
        }
        classes = List.copyOf(classes);
        neverFlip = List.copyOf(neverFlip);
    }

    /** Whether the second view of this class is a flipped image. */
    public boolean flips(int classIndex) {
        return views == 2 && !neverFlip.contains(classes.get(classIndex));
    }
}
