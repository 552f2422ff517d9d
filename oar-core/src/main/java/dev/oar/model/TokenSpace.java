package dev.oar.model;

import dev.oar.order.TokenGrid;

/**
 * What a model predicts: tokens of a vocabulary on a grid, for images of some classes.
 *
 * @param grid the cells of one image
 * @param vocabularySize number of discrete codes, K
 * @param classCount number of classes, at least 1
 */
public record TokenSpace(TokenGrid grid, int vocabularySize, int classCount) {
    /** Checks the sizes. */
    public TokenSpace {
        if (vocabularySize < 2 || classCount < 1) {
            throw new IllegalArgumentException("a model needs at least 2 codes and 1 class, but was given "
                    + vocabularySize + " codes and " + classCount + " classes");
        }
    }

    /** The condition that stands for no class, learned by class dropout. */
    public int unconditional() {
        return classCount;
    }

    /** The number of cells of one image, N. */
    public int cells() {
        return grid.cells();
    }

    /**
     * Checks the conditions of a batch.
     *
     * @throws IllegalArgumentException if one is neither a class nor {@link #unconditional()}
     */
    public void requireConditions(int[] conditions) {
        for (int condition : conditions) {
            if (condition < 0 || condition > classCount) {
                throw new IllegalArgumentException("a condition must lie in 0 .. " + classCount + " (" + classCount
                        + " for none), but is " + condition);
            }
        }
    }
}
