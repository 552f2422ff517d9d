package dev.oar.testing;

import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import java.util.ArrayList;
import java.util.List;

/** Pictures of two kinds that a small network can tell apart. */
public final class TestPictures {
    private TestPictures() {}

    /** Noisy pictures: the upper half of even images is bright, of odd ones the left part of it alone. */
    public static List<RgbImage> of(long seed, int count) {
        CounterRandom random = CounterRandom.of(seed, "test images");
        List<RgbImage> images = new ArrayList<>();
        for (int image = 0; image < count; image++) {
            byte[] rgb = new byte[8 * 8 * 3];
            for (int i = 0; i < rgb.length; i++) {
                boolean bright = i / 3 / 8 < 4 && (image % 2 == 0 || i / 3 % 8 < 4);
                rgb[i] = (byte) ((bright ? 150 : 30) + random.derive(image).integer(60, i));
            }
            images.add(new RgbImage(8, 8, rgb));
        }
        return images;
    }
}
