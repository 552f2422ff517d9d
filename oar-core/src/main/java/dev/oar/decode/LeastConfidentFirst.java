package dev.oar.decode;

import java.util.Arrays;

/**
 * The cells that another policy would fill last, because the model is least sure of them: it is shown all scores with the other sign. So
 * noise and locality work as they do there, and ties go to the lowest cell. The confidences that a call records are the measure's own.
 *
 * @param policy fills the most confident cells first
 */
public record LeastConfidentFirst(OrderPolicy policy) implements OrderPolicy {
    @Override
    public Asks asks() {
        return policy.asks();
    }

    @Override
    public void check(int rows, TokenSource source) {
        policy.check(rows, source);
    }

    @Override
    public Steps open(Decoding decoding) {
        return policy.open(new RescoredDecoding(decoding) {
            @Override
            Confidence.Scores shown(int[][] cells, Confidence.Scores scores) {
                return new Confidence.Scores(negated(scores.value()), negated(scores.log()), negated(scores.key()));
            }
        });
    }

    private static double[] negated(double... scores) {
        // Not -score: a negative zero would rank below a zero, and break a tie.
        return Arrays.stream(scores).map(score -> 0 - score).toArray();
    }
}
