package dev.oar.edit;

import dev.oar.config.Require;
import dev.oar.decode.DecodedTokens;
import dev.oar.decode.DecodingListener;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.TokenSource;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.DrawingOrders;
import dev.oar.image.RgbImage;
import dev.oar.order.GenerationOrder;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Draws the cells of a hole in pictures of the model's own size, from the tokens of all other cells. Safe for use by several threads, each
 * with batches of its own.
 */
public final class HolePainter {
    private final DrawingModel model;

    /** A painter with this model, which stays the caller's. */
    public HolePainter(DrawingModel model) {
        this.model = model;
    }

    /**
     * A drawing whose orders have been read.
     *
     * @param drawing how cells are drawn
     * @param orders its orders on this painter's grid
     */
    public record Brush(Drawing drawing, DrawingOrders orders) {}

    /**
     * Reads the orders of a drawing, for any number of batches.
     *
     * @throws IllegalArgumentException if the order needs what the model has not, or does not fit the grid
     * @throws IOException if the order stands in a file that cannot be read
     */
    public Brush brush(Drawing drawing) throws IOException {
        Require.that(
                drawing.enlargement().isEmpty(),
                "holes are painted on the model's own grid, but the drawing is on a larger one; leave its enlargement"
                        + " out");
        return new Brush(drawing, drawing.order().on(model.model().space().grid(), model.folderOrders()));
    }

    /**
     * One batch.
     *
     * @param conditions the class of each row
     * @param indices the index of each row: with the seed it determines all random numbers of the row
     * @param seed the seed
     * @param brush how cells are drawn; this painter's own
     */
    public record Rows(int[] conditions, long[] indices, long seed, Brush brush) {}

    /**
     * A picture in which what a mask hides is a smooth continuation of the rest, so that tokens of cells beside the hole tell nothing of
     * what was in it.
     *
     * @param picture as large as the mask
     */
    public static RgbImage hidden(RgbImage picture, PixelMask mask) {
        mask.requireSize(picture.width(), picture.height());
        return PullPush.fill(picture, mask.pixels());
    }

    /**
     * The tokens of pictures.
     *
     * @param pictures of the model's size
     * @return {@code [pictures][cells]}
     */
    public int[][] encode(List<RgbImage> pictures) {
        return model.tokenizer().tokens(pictures);
    }

    /** The pictures of tokens, {@code [pictures][cells]}. */
    public List<RgbImage> decode(int[][] tokens) {
        return model.tokenizer().images(tokens);
    }

    /**
     * Draws the cells that are neither known nor absent.
     *
     * @param known the known cells and all tokens, one row each
     * @return all tokens; those of absent cells as they were given
     */
    public DecodedTokens paint(KnownTokens known, Rows rows, DecodingListener listener) {
        Drawing drawing = rows.brush().drawing();
        DecodedTokens decoded = drawing.decode(
                model.model(),
                new DecodingRequest(
                        rows.conditions(),
                        rows.indices(),
                        rows.seed(),
                        policy(known, rows),
                        new TokenSource.Sampled(drawing.sampling().filter()),
                        drawing.guidance().classifierFree(),
                        known,
                        listener));
        return decoded.withTokens(completed(decoded.tokens(), known));
    }

    /** The orders that cells are filled in, one for each row; empty if they are found while drawing. */
    static List<GenerationOrder> givenOrders(KnownTokens known, Rows rows) {
        return policy(known, rows) instanceof OrderPolicy.GivenOrders given ? given.orders() : List.of();
    }

    private static OrderPolicy policy(KnownTokens known, Rows rows) {
        long[] seeds = new long[rows.indices().length];
        Arrays.fill(seeds, rows.seed());
        return rows.brush()
                .orders()
                .policy(new DrawingOrders.Rows(
                        rows.conditions(), rows.indices(), seeds, known.cells(), known.absent()));
    }

    /** Tokens with those that are not decoded, and those of absent cells, as they were given. */
    static int[][] completed(int[][] decoded, KnownTokens known) {
        BitSet absent = known.absent();
        int[][] tokens = new int[decoded.length][];
        for (int row = 0; row < decoded.length; row++) {
            tokens[row] = decoded[row].clone();
            for (int cell = 0; cell < tokens[row].length; cell++) {
                if (absent.get(cell) || tokens[row][cell] == DecodingListener.UNFILLED) {
                    tokens[row][cell] = known.tokens()[row][cell];
                }
            }
        }
        return tokens;
    }
}
