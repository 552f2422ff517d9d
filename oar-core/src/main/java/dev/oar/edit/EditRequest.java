package dev.oar.edit;

import dev.oar.config.Require;
import dev.oar.generate.Drawing;
import dev.oar.generate.GenerationRequest;
import dev.oar.image.RgbaImage;
import java.util.OptionalInt;

/**
 * What to paint anew in an image: inpainting, outpainting (with {@link Outpainting} as the image) and, under another class, editing.
 *
 * @param image the image
 * @param mask what is painted anew; as large as the image
 * @param condition the class, or {@link dev.oar.model.TokenSpace#unconditional()} for none
 * @param firstIndex index of the first result; with the seed, an index determines its result
 * @param count how many results, at least 1
 * @param seed the seed
 * @param batchSize results drawn together; at equal batch size a result is the same whatever is drawn with it
 * @param drawing how cells are drawn, and in which order within the hole
 * @param feather width of the rim inside the mask on which new pixels fade in, in pixels; 0 = none
 * @param windowSide pixels of the image that the model sees at once, each way; empty: the whole image of up to twice the model's size,
 *     else twice the hole, at least twice the model's size
 */
public record EditRequest(
        RgbaImage image,
        PixelMask mask,
        int condition,
        long firstIndex,
        int count,
        long seed,
        int batchSize,
        Drawing drawing,
        int feather,
        OptionalInt windowSide) {
    /** Checks the ranges, and that the mask fits the image and marks something. */
    public EditRequest {
        GenerationRequest.requireRange("an edit", firstIndex, count, batchSize);
        Require.that(
                feather >= 0 && feather <= 10_000,
                "a feather is 0 to 10000 pixels wide, but is to be %s; 0 is none",
                feather);
        mask.requireSize(image.width(), image.height());
        mask.requireMarked();
    }

    /** One result, without feather, in the usual window. */
    public static EditRequest of(RgbaImage image, PixelMask mask, int condition, long seed, Drawing drawing) {
        return new EditRequest(image, mask, condition, 0, 1, seed, 1, drawing, 0, OptionalInt.empty());
    }

    /** The same with other results. */
    public EditRequest withResults(long first, int some) {
        return new EditRequest(image, mask, condition, first, some, seed, batchSize, drawing, feather, windowSide);
    }

    /** The index behind the last result. */
    long endIndex() {
        return firstIndex + count;
    }
}
