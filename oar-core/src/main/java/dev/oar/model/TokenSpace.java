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
}
