package dev.oar.image;

import dev.oar.order.CounterRandom;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Small images for tests, and their files. */
public final class Pictures {
    private Pictures() {}

    /** Uniform noise, a function of the seed. */
    public static RgbImage noise(int width, int height, long seed) {
        CounterRandom random = CounterRandom.of(seed, "test image");
        byte[] rgb = new byte[width * height * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) random.integer(256, i);
        }
        return new RgbImage(width, height, rgb);
    }

    /** The bytes of an image file. */
    public static byte[] encoded(RgbImage image, String format) {
        BufferedImage buffered = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                int i = (y * image.width() + x) * 3;
                byte[] rgb = image.rgb();
                buffered.setRGB(x, y, (rgb[i] & 0xff) << 16 | (rgb[i + 1] & 0xff) << 8 | rgb[i + 2] & 0xff);
            }
        }
        return encoded(buffered, format);
    }

    /** The bytes of an image file. */
    public static byte[] encoded(BufferedImage image, String format) {
        try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
            if (!ImageIO.write(image, format, bytes)) {
                throw new IllegalArgumentException("no writer for " + format + " images of type " + image.getType());
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
