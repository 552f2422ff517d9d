package dev.oar.model;

import dev.oar.config.Require;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** Which positions the positions of a decoding pass see: tables of bool, true where a position may look. */
final class PassMask {
    private static final long LARGEST = 1L << 28;

    private PassMask() {}

    /**
     * Who sees whom in a pass: all see the cache; positions that settle are causal; queries see everything that settles, and
     * themselves, and in a group the queries before them.
     *
     * @return bool, {@code [settled + queries, cached + settled + queries]}
     * @throws IllegalArgumentException if the table would be larger than is possible
     */
    static Tensor of(PassShape pass) {
        int cached = pass.cached();
        int settled = pass.settled();
        return table(
                cached,
                settled + pass.queries(),
                position -> cached + (pass.isolated() ? Math.min(settled, position) : position));
    }

    /** For positions that all settle: each sees the cache, those before it, and itself. */
    static Tensor causal(int cached, int length) {
        return of(new PassShape(cached, length, 0, false));
    }

    /**
     * A table in which each position sees the first of all positions, and itself.
     *
     * @param cached how many positions stand before those of the pass
     * @param length how many positions the pass has
     * @param seen how many of all positions a position of the pass sees besides itself
     * @return bool, {@code [length, cached + length]}
     * @throws IllegalArgumentException if the table would be larger than is possible
     */
    static Tensor table(int cached, int length, IntUnaryOperator seen) {
        long keys = (long) cached + length;
        Require.that(
                length * keys <= LARGEST,
                "a pass may have at most %s pairs of a position and one that it sees, but %s positions behind %s others have"
                        + " %s; give fewer known cells, or use a model of a smaller grid",
                LARGEST,
                length,
                cached,
                length * keys);
        int width = (int) keys;
        boolean[] visible = new boolean[length * width];
        for (int position = 0; position < length; position++) {
            int from = position * width;
            Arrays.fill(visible, from, from + seen.applyAsInt(position), true);
            visible[from + cached + position] = true;
        }
        return Tensors.of(visible, length, width);
    }
}
