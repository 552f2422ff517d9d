package dev.oar.decode;

import dev.oar.decode.Confidence.Scores;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;

/**
 * What a model says of the candidates of one step.
 *
 * @param cells {@code [batch][candidates]}
 * @param scores of all candidates, row by row
 * @param drawn the candidates' tokens and their logarithmic probabilities, each {@code [batch, candidates]}, where tokens were drawn for
 *     them
 * @param branches the answers of the branches that were asked, each {@code [batch, candidates, vocabulary]}; empty where they were too
 *     many to be kept
 */
record Candidates(int[][] cells, Scores scores, Optional<TokenFilter.Drawn> drawn, List<Tensor> branches) {
    /** Candidates that were asked about one part after the other, in each row; their logits are not kept. */
    static Candidates joined(int[][] cells, List<Candidates> parts) {
        Optional<TokenFilter.Drawn> drawn = parts.get(0).drawn().isEmpty()
                ? Optional.empty()
                : Optional.of(new TokenFilter.Drawn(
                        joined(parts, TokenFilter.Drawn::tokens), joined(parts, TokenFilter.Drawn::logProbabilities)));
        Scores scores = new Scores(
                joined(parts, cells.length, Scores::value),
                joined(parts, cells.length, Scores::log),
                joined(parts, cells.length, Scores::key));
        return new Candidates(cells, scores, drawn, List.of());
    }

    private static Tensor joined(List<Candidates> parts, Function<TokenFilter.Drawn, Tensor> which) {
        return Tensors.cat(
                1,
                parts.stream()
                        .map(part -> which.apply(part.drawn().orElseThrow()))
                        .toList());
    }

    private static double[] joined(List<Candidates> parts, int batch, Function<Scores, double[]> scale) {
        double[] joined = new double
                [parts.stream()
                        .mapToInt(part -> scale.apply(part.scores()).length)
                        .sum()];
        int candidates = joined.length / batch;
        int from = 0;
        for (Candidates part : parts) {
            double[] values = scale.apply(part.scores());
            int count = values.length / batch;
            for (int row = 0; row < batch; row++) {
                System.arraycopy(values, row * count, joined, row * candidates + from, count);
            }
            from += count;
        }
        return joined;
    }

    /** The places of chosen cells among the candidates; empty if one of them was no candidate. */
    Optional<int[][]> places(int[][] chosen) {
        int[][] places = new int[chosen.length][chosen[0].length];
        for (int row = 0; row < chosen.length; row++) {
            for (int i = 0; i < places[row].length; i++) {
                places[row][i] = place(cells[row], chosen[row][i]);
                if (places[row][i] < 0) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(places);
    }

    private static int place(int[] candidates, int cell) {
        for (int i = 0; i < candidates.length; i++) {
            if (candidates[i] == cell) {
                return i;
            }
        }
        return -1;
    }

    /** The tokens that were drawn at some places, with their logarithmic probabilities; empty where none were drawn. */
    Optional<TokenFilter.Drawn> drawn(int[][] places) {
        return drawn.map(all -> {
            Tensor index = Tensors.of(places);
            return new TokenFilter.Drawn(
                    all.tokens().gather(1, index), all.logProbabilities().gather(1, index));
        });
    }

    /** The cells and their scores alone, which need no tensors. */
    Candidates withoutAnswers() {
        return new Candidates(cells, scores, Optional.empty(), List.of());
    }

    /** Puts the confidences of all candidates where their cells are, {@code [batch][cells]}. */
    void putConfidences(double[]... byCell) {
        for (int row = 0; row < cells.length; row++) {
            for (int i = 0; i < cells[row].length; i++) {
                byCell[row][cells[row][i]] = scores.value()[row * cells[row].length + i];
            }
        }
    }

    /** The confidences at some places, {@code [batch][places]}. */
    double[][] confidences(int[][] places) {
        double[][] values = new double[places.length][];
        for (int row = 0; row < places.length; row++) {
            int first = row * cells[row].length;
            values[row] = Arrays.stream(places[row])
                    .mapToDouble(place -> scores.value()[first + place])
                    .toArray();
        }
        return values;
    }
}
