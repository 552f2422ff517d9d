package dev.oar.decode;

import dev.oar.config.Default;
import dev.oar.config.Require;
import dev.oar.model.AutoregressiveModel;
import dev.oar.model.TrainedOrders;
import dev.oar.order.CounterRandom;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Drawing some tokens anew at the end: those that were least probable when they were drawn, often because little of the image was known by
 * then. They are taken out, and drawn again with all others as known tokens, by the same policy and guidance.
 *
 * @param share of the tokens that are drawn anew in each sweep, in (0, 1]; at least one token is
 * @param sweeps how often, at least 1
 */
public record Remasking(double share, @Default("1") int sweeps) {
    /** Checks the ranges. */
    public Remasking {
        Require.that(
                share > 0 && share <= 1 && sweeps >= 1,
                "remasking needs a share above 0 and up to 1 and at least 1 sweep, but has the share %s and %s sweeps;"
                        + " 0.1 and 1 are usual, and without remasking all tokens stay",
                share,
                sweeps);
    }

    /**
     * Decodes one batch, and draws some of its tokens anew.
     *
     * @param request asks for tokens to be drawn; its listener is told of the steps of the sweeps, too, when all cells count as filled
     * @return as a decoder returns; orders are those in which cells were first filled, probabilities and confidences those of the tokens
     *     that are there in the end
     * @throws IllegalArgumentException if the model was trained for raster order only, or the tokens are those of real images
     */
    public DecodedTokens decode(AutoregressiveModel model, DecodingRequest request) {
        Require.that(
                model.trainedOrders() != TrainedOrders.RASTER,
                "tokens are drawn anew by models that know any order, but this one was trained for raster order only;"
                        + " leave remasking out");
        Require.that(
                request.source() instanceof TokenSource.Sampled,
                "tokens are drawn anew where they were drawn, but these are those of real images; leave remasking out");
        AnyOrderDecoder decoder = new AnyOrderDecoder(model);
        DecodedTokens decoded = decoder.decode(request);
        for (int sweep = 0; sweep < sweeps; sweep++) {
            decoded = swept(decoder, request, decoded, sweep);
        }
        return decoded;
    }

    private DecodedTokens swept(AnyOrderDecoder decoder, DecodingRequest request, DecodedTokens decoded, int sweep) {
        int drawn = drawn(decoded.logProbabilities()[0]).length;
        if (drawn == 0) {
            return decoded;
        }
        int count = (int) Math.max(1, Math.round(share * drawn));
        List<BitSet> kept = IntStream.range(0, decoded.tokens().length)
                .mapToObj(row -> kept(decoded.logProbabilities()[row], count, request.known(), row))
                .toList();
        DecodedTokens anew = decoder.decode(new DecodingRequest(
                request.conditions(),
                request.imageIndices(),
                Arrays.stream(request.seeds())
                        .map(seed -> CounterRandom.of(seed, "remasking").bits(sweep))
                        .toArray(),
                request.policy(),
                request.source(),
                request.guidance(),
                KnownTokens.ofRows(
                        kept,
                        decoded.tokens(),
                        request.known().absent(),
                        decoded.orders(),
                        request.known().hidden()),
                new Sweeping(request.listener())));
        return new DecodedTokens(
                anew.tokens(),
                decoded.orders(),
                replaced(decoded.logProbabilities(), anew.logProbabilities(), kept),
                replaced(decoded.confidences(), anew.confidences(), kept));
    }

    /** The cells whose tokens were drawn. */
    private static int[] drawn(double... logProbabilities) {
        return IntStream.range(0, logProbabilities.length)
                .filter(cell -> !Double.isNaN(logProbabilities[cell]))
                .toArray();
    }

    /** The cells whose tokens stay: known ones, and all drawn ones but the least probable; of equal ones the lowest cells go. */
    private static BitSet kept(double[] logProbabilities, int count, KnownTokens known, int row) {
        BitSet kept = known.cells(row);
        Arrays.stream(drawn(logProbabilities))
                .boxed()
                .sorted(Comparator.comparingDouble(cell -> logProbabilities[cell]))
                .skip(count)
                .forEach(kept::set);
        return kept;
    }

    private static double[][] replaced(double[][] before, double[][] anew, List<BitSet> kept) {
        double[][] values = new double[before.length][];
        for (int row = 0; row < before.length; row++) {
            values[row] = before[row].clone();
            for (int cell = 0; cell < values[row].length; cell++) {
                values[row][cell] = kept.get(row).get(cell) ? before[row][cell] : anew[row][cell];
            }
        }
        return values;
    }

    /** Is told of a sweep as of steps after the last. */
    private record Sweeping(DecodingListener listener) implements DecodingListener {
        @Override
        public void stepped(Progress step) {
            listener.stepped(new Progress(
                    step.total(), step.total(), step.tokens(), step.confidences(), step.candidateConfidences()));
        }

        @Override
        public void predicted(int[][] cells, Tensor logits) {
            listener.predicted(cells, logits);
        }
    }
}
