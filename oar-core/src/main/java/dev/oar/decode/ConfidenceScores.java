package dev.oar.decode;

import dev.oar.config.Require;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Scores candidates in parts of bounded size, and reads the scores of all at once. */
final class ConfidenceScores {
    static final long SCORED_AT_ONCE = 1L << 22;

    private ConfidenceScores() {}

    /**
     * The scores of candidates by a measure.
     *
     * @param logits {@code [batch, candidates, vocabulary]}
     * @param tokens {@code [batch, candidates]}, int64, if the measure looks at tokens
     * @param atOnce how many logits are scored at once, at least one candidate's; what is worked out of them in float64 takes some ten
     *     times their room
     */
    static Confidence.Scores of(Confidence measure, Tensor logits, Tensor tokens, long atOnce) {
        long vocabulary = logits.size(-1);
        Tensor candidates = logits.reshape(-1, vocabulary);
        long count = candidates.size(0);
        long size = Math.max(1, atOnce / vocabulary);
        boolean looksAtTokens = measure.tokens() != Confidence.Tokens.NONE;
        Tensor ofCandidates = looksAtTokens ? tokens.reshape(-1) : tokens;
        List<Tensor> parts = new ArrayList<>();
        for (long from = 0; from < count; from += size) {
            long first = from;
            long length = Math.min(size, count - from);
            parts.add(TensorScope.tensor(() -> measure.scales(
                            candidates.narrow(0, first, length),
                            looksAtTokens ? ofCandidates.narrow(0, first, length) : ofCandidates)
                    .reshape(-1, length)));
        }
        // Read at once, since a GPU is waited for at each reading.
        double[] all = Tensors.doubles(Tensors.cat(1, parts));
        int each = Math.toIntExact(count);
        int scales = all.length / each;
        Require.that(
                scales == 1 || scales == 3,
                "a confidence gives one scale or three for each candidate, but %s candidates were given %s numbers;"
                        + " return value, logarithm and key, or one scale that is all three",
                each,
                all.length);
        return new Confidence.Scores(
                Arrays.copyOf(all, each),
                Arrays.copyOfRange(all, (scales - 1) / 2 * each, ((scales - 1) / 2 + 1) * each),
                Arrays.copyOfRange(all, (scales - 1) * each, scales * each));
    }
}
