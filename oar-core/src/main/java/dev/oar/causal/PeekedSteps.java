package dev.oar.causal;

import dev.oar.decode.Confidence;
import dev.oar.decode.Decoding;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.TokenSource;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.GenerationOrder;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Asks a model about cells before every step, about all open ones where its answers decide which are filled, and fills some of them, each from
 * the answer about itself alone, as exact conditionals are used: no cell of a step sees another one, not even that it is asked for.
 *
 * @param order which cells are filled
 * @param given the order of each row, see {@link StudiedOrder#given}
 * @param schedule how many cells a step fills
 * @param measure what is asked
 */
record PeekedSteps(StudiedOrder order, List<GenerationOrder> given, DecodingSchedule schedule, Confidence measure)
        implements OrderPolicy {
    @Override
    public Asks asks() {
        return Asks.CONDITIONAL;
    }

    @Override
    public void check(int rows, TokenSource source) {
        if (rows != given.size()) {
            throw new IllegalArgumentException("every row has an order, but there are " + rows + " rows and "
                    + given.size() + " orders; give as many");
        }
    }

    @Override
    public Steps open(Decoding decoding) {
        List<int[]> ranks = given.stream().map(GenerationOrder::inverse).toList();
        return () -> {
            int[][] open = decoding.open();
            int count = schedule.cellsPerStep()[decoding.step()];
            if (order.weight() == 0) {
                int[][] chosen = chosen(open, new double[open.length * open[0].length], ranks, count);
                decoding.scores(chosen, count, measure, ConfidenceLogits.CONDITIONAL);
                return chosen;
            }
            Confidence.Scores answers = decoding.scores(open, count, measure, ConfidenceLogits.CONDITIONAL);
            return chosen(open, answers.key(), ranks, count);
        };
    }

    private int[][] chosen(int[][] open, double[] answers, List<int[]> ranks, int count) {
        int[][] chosen = new int[open.length][];
        for (int row = 0; row < open.length; row++) {
            chosen[row] = best(open[row], answers, row * open[row].length, ranks.get(row), count);
        }
        return chosen;
    }

    private int[] best(int[] open, double[] answers, int first, int[] ranks, int count) {
        return IntStream.range(0, open.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(place -> -order.weight() * answers[first + place])
                        .thenComparingInt(place -> ranks[open[place]]))
                .limit(count)
                .mapToInt(place -> open[place])
                .toArray();
    }
}
