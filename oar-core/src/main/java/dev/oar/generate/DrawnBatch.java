package dev.oar.generate;

import dev.oar.decode.DecodedTokens;
import dev.oar.decode.DecodingListener;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.TokenFilter;
import dev.oar.decode.TokenSource;
import dev.oar.image.RgbImage;
import dev.oar.order.TokenGrid;
import dev.oar.tokenizer.ImageTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Images that are decoded together. A batch is always full; only some of its rows need be asked for.
 *
 * @param drawing what all rows share
 * @param filters which tokens may be drawn, one for each row or one for all
 * @param policy the orders of all rows
 * @param rows condition, index and seed of each row
 * @param first the first row that is asked for
 * @param end the row behind the last one
 */
record DrawnBatch(
        Drawing drawing, List<TokenFilter> filters, OrderPolicy policy, DrawingOrders.Rows rows, int first, int end) {
    private static final byte EMPTY = (byte) 0xDA;

    /**
     * Draws the batch.
     *
     * @return the images that are asked for
     */
    List<GeneratedImage> draw(DrawingModel packed, DrawingProgress progress) {
        DecodedTokens decoded = drawing.decode(
                packed.model(),
                new DecodingRequest(
                        rows.conditions(),
                        rows.indices(),
                        rows.seeds(),
                        policy,
                        new TokenSource.Sampled(filters),
                        drawing.guidance().classifierFree(),
                        KnownTokens.none(),
                        listener(packed.tokenizer(), progress)));
        return images(decoded, packed.tokenizer());
    }

    /** Tells of the steps of this batch. */
    DecodingListener listener(ImageTokenizer tokenizer, DrawingProgress progress) {
        int[] before = {0};
        return step -> {
            int drawn = step.filled() - before[0];
            before[0] = step.filled();
            progress.stepped(
                    Arrays.copyOfRange(rows.indices(), first, end),
                    (long) drawn * (end - first),
                    () -> asked(step.tokens().get()),
                    () -> asked(step.confidences().get()),
                    () -> asked(step.candidateConfidences().get()),
                    image -> preview(tokenizer, step.tokens().get()[first + image]));
        };
    }

    /** The images that are asked for, of what was decoded. */
    List<GeneratedImage> images(DecodedTokens decoded, ImageTokenizer tokenizer) {
        List<RgbImage> pictures = tokenizer.images(decoded.tokens());
        List<GeneratedImage> images = new ArrayList<>();
        for (int row = first; row < end; row++) {
            images.add(new GeneratedImage(
                    rows.indices()[row],
                    rows.conditions()[row],
                    pictures.get(row),
                    decoded.tokens()[row],
                    decoded.orders().get(row)));
        }
        return images;
    }

    private <T> T[] asked(T[] rows) {
        return Arrays.copyOfRange(rows, first, end);
    }

    private static RgbImage preview(ImageTokenizer tokenizer, int... tokens) {
        int[] some = Arrays.stream(tokens)
                .map(token -> token == DecodingListener.UNFILLED ? 0 : token)
                .toArray();
        RgbImage picture = tokenizer.images(new int[][] {some}).get(0);
        TokenGrid grid = tokenizer.grid();
        byte[] rgb = picture.rgb().clone();
        int wide = picture.width() / grid.width();
        int high = picture.height() / grid.height();
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                if (tokens[y / high * grid.width() + x / wide] == DecodingListener.UNFILLED) {
                    int at = 3 * (y * picture.width() + x);
                    Arrays.fill(rgb, at, at + 3, EMPTY);
                }
            }
        }
        return new RgbImage(picture.width(), picture.height(), rgb);
    }
}
