package dev.oar.check;

import dev.oar.data.ImageFolderConfig;
import dev.oar.image.ImageFacts;
import dev.oar.image.ImageLoss;
import dev.oar.image.ImageReader;
import dev.oar.image.ImageSize;
import dev.oar.image.PerceptualHash;
import dev.oar.image.Rgb;
import dev.oar.image.RgbImage;
import dev.oar.layout.FoundImage;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * What is kept of a readable image: a few hundred bytes, whatever its size.
 *
 * @param size of the upright image
 * @param losses what reading leaves out
 * @param pixels what was seen of its pixels; empty: they were not decoded
 */
record ScannedImage(ImageSize size, Set<ImageLoss> losses, Optional<Seen> pixels) {
    /**
     * What pixels tell.
     *
     * @param grey whether every pixel is without colour
     * @param hash tells whether others are the same
     * @param looks tells whether others look alike
     */
    record Seen(boolean grey, PixelHash hash, PerceptualHash looks) {}

    /**
     * Looks at a file.
     *
     * @param quick whether its header is enough
     * @throws IOException in one sentence, if it cannot be read
     */
    static ScannedImage of(FoundImage image, ImageFolderConfig config, boolean quick) throws IOException {
        ImageFacts facts = ImageReader.facts(image.path(), config.limits());
        if (quick) {
            return new ScannedImage(facts.size(), facts.losses(), Optional.empty());
        }
        RgbImage pixels = ImageReader.read(image.path(), config.limits(), Rgb.parse(config.background()));
        Seen seen = new Seen(isGrey(pixels), PixelHash.of(pixels), PerceptualHash.of(pixels));
        return new ScannedImage(facts.size(), facts.losses(), Optional.of(seen));
    }

    private static boolean isGrey(RgbImage image) {
        byte[] rgb = image.rgb();
        for (int at = 0; at < rgb.length; at += 3) {
            if (rgb[at] != rgb[at + 1] || rgb[at] != rgb[at + 2]) {
                return false;
            }
        }
        return true;
    }
}
