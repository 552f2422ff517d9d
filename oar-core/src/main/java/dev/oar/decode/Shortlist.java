package dev.oar.decode;

import dev.oar.config.Require;

/**
 * Asking about few cells between full scorings: the most confident candidates of the last full scoring are asked about again at every
 * step, the others only when all are. Cheaper than asking about all at every step, and no longer exact.
 *
 * @param cells how many candidates are on the list after a full scoring, at least 1; fewer when they have been filled
 * @param rescoreEvery after how many steps all cells are scored again, at least 2; earlier when the list runs out
 */
public record Shortlist(int cells, int rescoreEvery) {
    /** Checks the ranges. */
    public Shortlist {
        Require.that(
                cells >= 1 && rescoreEvery >= 2,
                "a shortlist needs at least 1 cell and a full scoring at most every second step, but was given %s cells and"
                        + " rescore-every %s; leave it out for exact orders",
                cells,
                rescoreEvery);
    }
}
