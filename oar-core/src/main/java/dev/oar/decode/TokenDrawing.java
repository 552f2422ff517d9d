package dev.oar.decode;

import dev.oar.config.Require;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** What the cells of a decoding call are filled with, each by a random number that depends on seed, image, step and cell alone. */
final class TokenDrawing {
    private final TokenSource source;
    private final CounterRandom[] random;

    TokenDrawing(DecodingRequest request) {
        this.source = request.source();
        this.random = new CounterRandom[request.conditions().length];
        Arrays.setAll(
                random, row -> CounterRandom.of(request.seeds()[row], "tokens").derive(request.imageIndices()[row]));
    }

    /**
     * Draws a token for each cell.
     *
     * @param logits {@code [batch, count, vocabulary]}
     * @param cells {@code [batch][count]}
     * @return tokens and logarithms of their probabilities, each {@code [batch, count]}
     */
    TokenFilter.Drawn drawn(Tensor logits, int[][] cells, int step) {
        return drawn(((TokenSource.Sampled) source).filters(), logits, cells, step);
    }

    /** As {@link #drawn}, but on real images, whose tokens no filter drops, from the model's own distribution. */
    TokenFilter.Drawn ofCandidates(Tensor logits, int[][] cells, int step) {
        return source instanceof TokenSource.Sampled
                ? drawn(logits, cells, step)
                : drawn(List.of(SamplingFilter.NONE), logits, cells, step);
    }

    private TokenFilter.Drawn drawn(List<TokenFilter> filters, Tensor logits, int[][] cells, int step) {
        int size = cells[0].length;
        double[][] uniforms = new double[cells.length][size];
        for (int row = 0; row < cells.length; row++) {
            CounterRandom numbers = random[row].derive(step);
            int[] own = cells[row];
            Arrays.setAll(uniforms[row], i -> numbers.uniform(own[i]));
        }
        if (filters.stream().allMatch(filters.get(0)::equals)) {
            TokenFilter.Drawn all = filters.get(0)
                    .drawn(
                            logits.flatten(0, 1),
                            Arrays.stream(uniforms)
                                    .flatMapToDouble(Arrays::stream)
                                    .toArray());
            return new TokenFilter.Drawn(
                    all.tokens().view(cells.length, size),
                    all.logProbabilities().view(cells.length, size));
        }
        List<Tensor> tokens = new ArrayList<>();
        List<Tensor> logProbabilities = new ArrayList<>();
        for (int row = 0; row < cells.length; row++) {
            TokenFilter.Drawn own = filters.get(row).drawn(logits.select(0, row), uniforms[row]);
            tokens.add(own.tokens());
            logProbabilities.add(own.logProbabilities());
        }
        return new TokenFilter.Drawn(Tensors.stack(tokens), Tensors.stack(logProbabilities));
    }

    /** The images' own tokens of cells: {@code [batch, count]}, int64. */
    Tensor groundTruth(int[][] cells) {
        Require.that(
                source instanceof TokenSource.GroundTruth,
                "a confidence that looks at the true tokens needs images that have some, but these are being drawn;"
                        + " choose another");
        return Tensors.of(CellRows.at(((TokenSource.GroundTruth) source).tokens(), cells));
    }

    /**
     * The images' own tokens of cells, and the logarithms of their probabilities.
     *
     * @param logits {@code [batch, count, vocabulary]}
     */
    TokenFilter.Drawn groundTruth(Tensor logits, int[][] cells) {
        Tensor tokens = groundTruth(cells);
        Tensor wide = logits.to(torch.ScalarType.Double);
        Tensor own = wide.gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
        return new TokenFilter.Drawn(tokens, own.sub(wide.logsumexp(-1)));
    }
}
