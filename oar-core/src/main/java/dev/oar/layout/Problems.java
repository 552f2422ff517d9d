package dev.oar.layout;

import dev.oar.file.CorruptFileException;

/** What happens where a set is listed and one row, file or image of it cannot be: it is refused, or it is noted and left out. */
@FunctionalInterface
public interface Problems {
    /** The first problem refuses the set. */
    Problems REFUSED = (problem, item, reason) -> {
        throw reason;
    };

    /**
     * Hears of a problem. When this returns, the item is left out and the others are listed.
     *
     * @param item the image, or where the row stands
     * @param reason the sentence that refuses the set
     * @throws CorruptFileException the reason, where problems are refused
     */
    void found(ListingProblem problem, String item, CorruptFileException reason) throws CorruptFileException;
}
