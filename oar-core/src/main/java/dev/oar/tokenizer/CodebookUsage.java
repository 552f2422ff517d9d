package dev.oar.tokenizer;

import dev.oar.order.CounterRandom;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * How often each code has been used lately, and the restart of dead ones (as in Dhariwal et al., "Jukebox", 2020, section 3).
 *
 * <p>The state is one tensor, {@code usage: [K]}, the moving average relative to a code's fair share. It belongs into the
 * checkpoint: with it, and because choices are a function of seed and step, an interrupted training goes on exactly.
 */
public final class CodebookUsage implements AutoCloseable {
    private static final String USAGE = "usage";

    private final CodebookUsageConfig config;
    private final Weights state;

    /**
     * Goes on from a state, which belongs to this instance from now on.
     *
     * @throws IllegalArgumentException if the state is not that of a codebook of this size
     */
    public CodebookUsage(CodebookUsageConfig config, int codebookSize, Weights state) {
        state.requireShapes("the codebook usage", Map.of(USAGE, new long[] {codebookSize}));
        this.config = config;
        this.state = state;
    }

    /** The state before the first step. */
    public static CodebookUsage start(CodebookUsageConfig config, int codebookSize) {
        // Below every limit, so that the first batch moves all codes to its latents.
        double usage = config.startFromFirstBatch() ? -1 : 1;
        try (TensorScope ignored = TensorScope.open()) {
            Weights state = Weights.owning(Map.of(USAGE, Tensors.full(usage, torch.ScalarType.Float, codebookSize)));
            return new CodebookUsage(config, codebookSize, state);
        }
    }

    /** The state to be checkpointed. */
    public Weights state() {
        return state;
    }

    /** The moving average of each code's use, 1 being its fair share. */
    public float[] usage() {
        return TensorScope.compute(() -> Tensors.floats(state.get(USAGE)));
    }

    /**
     * Moves dead codes to latents of the current batch, and counts them as used by their fair share.
     *
     * @param vectors {@code [K, width]}, changed in place
     * @param latents {@code [count, width]}, prepared as the codebook compares them
     * @param random keyed by seed and step
     * @return how many codes were moved
     */
    int restart(Tensor vectors, Tensor latents, CounterRandom random) {
        float[] usage = usage();
        int[] dead = IntStream.range(0, usage.length)
                .filter(code -> usage[code] < config.restartBelow())
                .toArray();
        if (dead.length > 0) {
            int[] chosen = distinct(Math.toIntExact(latents.size(0)), dead.length, random);
            TensorScope.run(() -> Tensors.runWithoutGradient(() -> {
                Tensor codes = Tensors.of(dead, dead.length);
                Tensor rows = latents.index_select(0, Tensors.of(chosen, chosen.length));
                vectors.index_copy_(0, codes, rows);
                state.get(USAGE).index_fill_(0, codes, new Scalar(1.0));
            }));
        }
        return dead.length;
    }

    /**
     * Counts what was used in a batch.
     *
     * @param tokens {@code [count]}, int64 in [0, K)
     */
    void count(Tensor tokens) {
        TensorScope.run(() -> Tensors.runWithoutGradient(() -> {
            Tensor usage = state.get(USAGE);
            long codes = usage.size(0);
            Tensor shares = torch.bincount(tokens, new TensorOptional(), codes)
                    .to(torch.ScalarType.Float)
                    .mul(new Scalar((double) codes / tokens.numel()));
            usage.lerp_(shares, new Scalar(1 - config.decay()));
        }));
    }

    @Override
    public void close() {
        state.close();
    }

    /** Some of the numbers below {@code bound}, distinct for as long as there are enough. */
    private static int[] distinct(int bound, int count, CounterRandom random) {
        int[] numbers = IntStream.range(0, bound).toArray();
        int[] chosen = new int[count];
        for (int i = 0; i < count; i++) {
            int place = i % bound;
            int other = place + random.integer(bound - place, i);
            chosen[i] = numbers[other];
            numbers[other] = numbers[place];
            numbers[place] = chosen[i];
        }
        return chosen;
    }
}
