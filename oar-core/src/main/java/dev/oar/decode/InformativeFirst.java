package dev.oar.decode;

import dev.oar.config.Require;
import dev.oar.model.AnyOrderModel;
import java.util.Arrays;

/**
 * The cell that tells most about the others next, on real images: the one whose true token, once it is known, makes the true tokens of all
 * other open cells likeliest. With L(S) the sum of {@code -log p(token | tokens of S)} over the open cells other than a, the cell a of the
 * largest {@code L(S) - L(S + a)} is filled, in nats; ties go to the lowest cell.
 *
 * <p>Each candidate costs a pass over all cells of the image, so that an order of n cells costs about n / 2 passes per candidate. The
 * information that a cell gives about others is on average at most its entropy, so that few candidates of high entropy hold most of it.
 *
 * @param model that is asked
 * @param conditions one for each row
 * @param tokens {@code [batch][cells]}, the images, raster order
 * @param candidates how many cells, those of the highest entropy, are tried at each step; the number of cells = all, which is exact
 */
public record InformativeFirst(AnyOrderModel model, int[] conditions, int[][] tokens, int candidates)
        implements OrderPolicy {
    /** Copies the rows and checks them. */
    public InformativeFirst {
        conditions = conditions.clone();
        tokens = Arrays.stream(tokens).map(int[]::clone).toArray(int[][]::new);
        Require.that(
                candidates >= 1,
                "an order by information gain needs at least 1 candidate, but has %s; 16 is usual",
                candidates);
        DecodingRequest.requireRows("images", tokens.length, conditions.length);
    }

    @Override
    public Asks asks() {
        return Asks.CONDITIONAL;
    }

    @Override
    public void check(int rows, TokenSource source) {
        Require.that(
                source instanceof TokenSource.GroundTruth truth && Arrays.deepEquals(truth.tokens(), tokens),
                "what a cell tells about others is measured on real images, but these are drawn, or others than the"
                        + " order's own; extract orders of the images that it was made for");
    }

    @Override
    public Steps open(Decoding decoding) {
        return new InformativeSteps(this, decoding);
    }

    @Override
    public String toString() {
        return "InformativeFirst[candidates=" + candidates + "]";
    }
}
