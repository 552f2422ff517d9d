package dev.oar.model;

import dev.oar.config.Require;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * What stands in front of the cells: the tokens that a condition becomes. They stand nowhere on the grid, and each sees those before
 * it.
 */
sealed interface ConditionPrefix permits ClassToken, CaptionTokens, LearnedCaptionTokens {
    /** The number of tokens, the same for every condition. */
    int length();

    /**
     * Checks the conditions of a batch.
     *
     * @throws IllegalArgumentException if one has no tokens
     */
    void require(int[] conditions);

    /**
     * The tokens.
     *
     * @param conditions {@code [batch]}, int64
     * @return {@code [batch, length, width]}
     */
    Tensor embed(Tensor conditions);

    /** The tokens of {@code conditions: [batch]}. */
    default Tensor embed(int[] conditions) {
        return embed(Tensors.of(conditions, conditions.length));
    }

    /**
     * How many of the first positions only fill up: none but they themselves may see them.
     *
     * @param conditions {@code [batch]}
     * @return {@code [batch]}, each in {@code 0 .. length - 1}
     */
    default int[] padding(int[] conditions) {
        return new int[conditions.length];
    }

    /** The same for {@code conditions: [batch]}, int64; where padding depends on the condition, this waits for them. */
    default int[] padding(Tensor conditions) {
        return new int[Math.toIntExact(conditions.size(0))];
    }

    /**
     * How many of the last positions only fill up: none but they themselves may see them.
     *
     * @param conditions {@code [batch]}
     * @return {@code [batch]}, each in {@code 0 .. length - 1}
     */
    default int[] paddingBehind(int[] conditions) {
        return new int[conditions.length];
    }

    /**
     * Checks the conditions of a batch whose tokens come of captions.
     *
     * @param given whether there are captions; without them none but the unconditional condition has tokens
     * @throws IllegalArgumentException if a condition is out of range, or is a caption that nobody gave
     */
    static void requireCaptions(int[] conditions, TokenSpace space, boolean given) {
        space.requireConditions(conditions);
        Require.that(
                given || Arrays.stream(conditions).allMatch(condition -> condition == space.unconditional()),
                "this transformer draws from captions, but has been given none for the conditions %s; give it some by"
                        + " withCaptions, or draw under the unconditional condition %s",
                Arrays.toString(conditions),
                space.unconditional());
    }

    /** Hides what only fills up the first positions, see {@link #withoutPadding(Tensor, int[], int[], int)}. */
    static Tensor withoutPadding(Tensor mask, int[] padding) {
        return withoutPadding(mask, padding, new int[padding.length], 0);
    }

    /**
     * Hides padding from a mask that all rows share; where there is none, the mask stays as it is.
     *
     * @param mask bool, {@code [positions, keys]}, the positions being the last of the keys
     * @param padding {@code [batch]} how many of the first keys are hidden
     * @param behind {@code [batch]} how many keys are hidden at the end of the condition
     * @param length how many keys are the condition's
     * @return the mask, or bool {@code [batch, 1, positions, keys]}
     */
    static Tensor withoutPadding(Tensor mask, int[] padding, int[] behind, int length) {
        if (isNone(padding) && isNone(behind)) {
            return mask;
        }
        long positions = mask.size(0);
        long keys = mask.size(1);
        Tensor key = Tensors.range(0, keys);
        Tensor shown = key.ge(Tensors.of(padding, padding.length, 1, 1, 1));
        if (!isNone(behind)) {
            int[] ends = Arrays.stream(behind).map(count -> length - count).toArray();
            shown = shown.bitwise_and(
                    key.lt(Tensors.of(ends, ends.length, 1, 1, 1)).bitwise_or(key.ge(new Scalar(length))));
        }
        Tensor itself = key.eq(Tensors.range(keys - positions, keys).unsqueeze(1));
        return mask.bitwise_and(shown.bitwise_or(itself));
    }

    private static boolean isNone(int[] counts) {
        return Arrays.stream(counts).allMatch(count -> count == 0);
    }
}
