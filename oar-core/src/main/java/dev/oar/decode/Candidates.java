package dev.oar.decode;

import dev.oar.decode.ConfidenceMeasure.Scores;
import dev.oar.tensor.Tensors;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;

/**
 * What a model says of the candidates of one step.
 *
 * @param scores of all candidates, row by row
 * @param tokens the candidates' tokens {@code [batch, candidates]}, int64, where the measure looks at them
 * @param logits {@code [batch, candidates, vocabulary]}; empty where they were too many to be kept
 */
record Candidates(Scores scores, Optional<Tensor> tokens, Optional<Tensor> logits) {
    /** Candidates that were asked about one part after the other, in each row; their logits are not kept. */
    static Candidates joined(List<Candidates> parts, int batch) {
        Optional<Tensor> tokens = parts.get(0).tokens().isEmpty()
                ? Optional.empty()
                : Optional.of(Tensors.cat(
                        1,
                        parts.stream().map(part -> part.tokens().orElseThrow()).toList()));
        Scores scores = new Scores(
                joined(parts, batch, Scores::value),
                joined(parts, batch, Scores::log),
                joined(parts, batch, Scores::key));
        return new Candidates(scores, tokens, Optional.empty());
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
}
