package dev.oar.edit;

import dev.oar.config.Require;
import dev.oar.generate.Drawing;
import dev.oar.generate.GenerationRequest;
import dev.oar.image.RgbaImage;

/**
 * Other images like one: some of its cells are kept, the others are drawn anew.
 *
 * <p>Kept cells lie scattered, so a variation is shown as the tokenizer draws it, the kept cells included.
 *
 * @param image the image; seen whole, at the model's size
 * @param keep fraction of the cells that are kept, 0 to 1
 * @param keepBy which
 * @param condition the class, or {@link dev.oar.model.TokenSpace#unconditional()} for none
 * @param firstIndex index of the first result; with the seed, an index determines its result
 * @param count how many results, at least 1
 * @param seed the seed
 * @param batchSize results drawn together; at equal batch size a result is the same whatever is drawn with it
 * @param drawing how cells are drawn
 */
public record VariationRequest(
        RgbaImage image,
        double keep,
        KeptCells keepBy,
        int condition,
        long firstIndex,
        int count,
        long seed,
        int batchSize,
        Drawing drawing) {
    /** Checks the ranges. */
    public VariationRequest {
        Require.that(
                keep >= 0 && keep <= 1, "the fraction of cells to keep lies in 0 .. 1, but is %s; 0.4 is usual", keep);
        GenerationRequest.requireRange("a variation", firstIndex, count, batchSize);
    }

    /** The same with other results. */
    public VariationRequest withResults(long first, int some) {
        return new VariationRequest(image, keep, keepBy, condition, first, some, seed, batchSize, drawing);
    }
}
