package dev.oar.decode;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Which cells are peeked at in each step of a dynamic order: all, or between full scorings those of a {@link Shortlist}. */
final class PeekedCells {
    private final Optional<Shortlist> shortlist;
    private int[][] asked = new int[0][];
    private int[][] listed = new int[0][];
    private int stepsSinceScoring;
    private boolean full = true;

    PeekedCells(Optional<Shortlist> shortlist) {
        this.shortlist = shortlist;
    }

    /**
     * The cells of the next step.
     *
     * @param size how many will be filled
     * @param remaining all cells that are not filled, {@code [batch][cells]}, ascending
     * @return {@code [batch][cells]}, ascending
     */
    int[][] next(int size, Supplier<int[][]> remaining) {
        full = shortlist.isEmpty()
                || listed.length == 0
                || listed[0].length < size
                || stepsSinceScoring >= shortlist.get().rescoreEvery();
        asked = full ? remaining.get() : listed;
        return asked;
    }

    /** How many of the best cells must be ranked, so that those behind the filled ones can be listed. */
    int ranked(int size) {
        return full && shortlist.isPresent()
                ? Math.min(asked[0].length, size + shortlist.get().cells())
                : size;
    }

    /**
     * Keeps what the next step asks about.
     *
     * @param size how many of the best are filled now
     * @param best {@code [batch][ranked]} places among the cells asked about, best first
     */
    void chosen(int size, int[][] best) {
        if (shortlist.isEmpty()) {
            return;
        }
        stepsSinceScoring = full ? 1 : stepsSinceScoring + 1;
        int[][] next = new int[asked.length][];
        for (int row = 0; row < asked.length; row++) {
            int[] cells = asked[row];
            int[] places = best[row];
            IntStream kept = full
                    ? Arrays.stream(places).skip(size)
                    : IntStream.range(0, cells.length)
                            .filter(place -> Arrays.stream(places).limit(size).noneMatch(filled -> filled == place));
            next[row] = kept.map(place -> cells[place]).sorted().toArray();
        }
        listed = next;
    }
}
