package dev.oar.model;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.Require;
import java.util.Arrays;
import java.util.List;

/**
 * Captions as the ids of a text tokenizer, for a transformer with an encoder of its own ({@link LearnedEncoder}). Unconditional rows see
 * the empty caption, or a negative one where it was given.
 */
public final class TokenizedCaptions implements Captions {
    private static final int[] EMPTY = new int[0];

    private final int[][] ids;
    private final int[] negative;

    private TokenizedCaptions(int[][] ids, int[] negative) {
        this.ids = ids;
        this.negative = negative;
    }

    /**
     * Captions whose unconditional rows see the empty caption.
     *
     * @param ids per caption its ids, each at least 0
     * @throws IllegalArgumentException if there is no caption, or an id is negative
     */
    public static TokenizedCaptions of(List<int[]> ids) {
        return of(ids, EMPTY);
    }

    /**
     * Captions whose unconditional rows see a caption of their own.
     *
     * @param ids per caption its ids, each at least 0
     * @param negative the ids of what images shall not show; none: the empty caption
     * @throws IllegalArgumentException if there is no caption, or an id is negative
     */
    public static TokenizedCaptions of(List<int[]> ids, int[] negative) {
        Require.that(!ids.isEmpty(), "a model draws from at least %s caption, but was given none; give it some", 1);
        int[][] copies = ids.stream().map(int[]::clone).toArray(int[][]::new);
        for (int[] caption : copies) {
            requireIds(caption);
        }
        requireIds(negative);
        return new TokenizedCaptions(copies, negative.clone());
    }

    private static void requireIds(int[] caption) {
        Require.that(
                Arrays.stream(caption).allMatch(id -> id >= 0),
                "the ids of a caption are at least 0, but are %s; take them from the tokenizer of the model",
                Arrays.toString(caption));
    }

    @Override
    public int count() {
        return ids.length;
    }

    /** The ids of a caption, or those that unconditional rows see if {@code caption} is {@link #count()}; not to be changed. */
    int[] ids(int caption) {
        return caption == ids.length ? negative : ids[caption];
    }

    /** The number of ids of the longest caption. */
    int longest() {
        return Math.max(
                negative.length,
                Arrays.stream(ids).mapToInt(caption -> caption.length).max().orElseThrow());
    }

    /** The largest id, or -1 if all captions are empty. */
    int largest() {
        int largest = Arrays.stream(negative).max().orElse(-1);
        for (int[] caption : ids) {
            largest = Math.max(largest, Arrays.stream(caption).max().orElse(-1));
        }
        return largest;
    }

    @Override
    public String fingerprint() {
        Fingerprint.Accumulator accumulator = new Fingerprint.Accumulator().add(ids.length);
        for (int caption = 0; caption <= ids.length; caption++) {
            accumulator.add(Arrays.toString(ids(caption)));
        }
        return accumulator.fingerprint();
    }

    /** Nothing: ids lie on the Java heap. */
    @Override
    public void close() {}
}
