package dev.oar.edit;

import dev.oar.image.RgbaImage;
import dev.oar.order.GenerationOrder;
import java.util.List;

/**
 * One result of an edit.
 *
 * @param index its index
 * @param image the image; outside of the mask equal to the one given, to the byte
 * @param windows the windows it was painted in, one after the other
 * @param orders the order in which cells were filled, one for each window
 * @param toldOrder the order that tells how to draw it again: the one given of a fixed order, else that of the first window
 * @param appearance when each pixel could be seen
 */
public record EditedImage(
        long index,
        RgbaImage image,
        List<Window> windows,
        List<GenerationOrder> orders,
        GenerationOrder toldOrder,
        Appearance appearance) {}
