package dev.oar.generate;

import dev.oar.image.RgbImage;
import dev.oar.order.GenerationOrder;

/**
 * One drawn image.
 *
 * @param index its index
 * @param classIndex its class
 * @param image the pixels
 * @param tokens its tokens in raster order
 * @param order the order its cells were filled in
 */
public record GeneratedImage(long index, int classIndex, RgbImage image, int[] tokens, GenerationOrder order) {}
