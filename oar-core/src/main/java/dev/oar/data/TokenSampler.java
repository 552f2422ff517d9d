package dev.oar.data;

import dev.oar.order.CounterRandom;
import java.util.List;

/**
 * Draws training samples from tokens: families equally often, each flipped half of the time where its class may be, and the captions of
 * an image equally often. A pure function of seed and draw, so that resuming needs no state.
 */
public final class TokenSampler {
    private final TokenShards tokens;
    private final FamilySampler images;
    private final CounterRandom flips;
    private final CounterRandom captions;

    /** Samples whose choice is a function of the seed. */
    public TokenSampler(TokenShards tokens, long seed) {
        this.tokens = tokens;
        this.images = new FamilySampler(tokens.families(), seed);
        this.flips = CounterRandom.of(seed, "flips");
        this.captions = CounterRandom.of(seed, "captions");
    }

    /**
     * A run of samples.
     *
     * @param firstDraw the number of samples drawn before; with accumulation, {@code (step * microBatches + microBatch) * size}
     * @param size the number of samples, at least 1
     */
    public TokenBatch batch(long firstDraw, int size) {
        int[] chosen = new int[size];
        int[] views = new int[size];
        int[] conditions = new int[size];
        int[][] rows = new int[size][];
        for (int i = 0; i < size; i++) {
            long draw = firstDraw + i;
            chosen[i] = images.image(draw);
            conditions[i] = condition(chosen[i], draw);
            views[i] = tokens.set().flips(tokens.classIndex(chosen[i])) && flips.integer(2, draw) == 1 ? 1 : 0;
            rows[i] = tokens.tokens(chosen[i], views[i]);
        }
        return new TokenBatch(firstDraw, chosen, views, conditions, rows);
    }

    private int condition(int image, long draw) {
        List<Integer> further = tokens.furtherConditions(image);
        int which = further.isEmpty() ? 0 : captions.integer(further.size() + 1, draw);
        return which == 0 ? tokens.condition(image) : further.get(which - 1);
    }
}
