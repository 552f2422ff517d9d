package dev.oar.benchmark;

import dev.oar.image.Resize;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * JPEG files that cost a decoder what photographs do: random fields whose amplitude falls with their frequency, as it does in natural images (D. J. Field,
 * "Relations between the statistics of natural images and the response properties of cortical cells", 1987), colours varying less than brightness.
 *
 * @param width in pixels
 * @param height in pixels
 * @param count how many different ones there are
 */
record Photographs(int width, int height, int count) {
    /** As cameras and the web have them; files then take about as many bytes per pixel as those of ImageNet. */
    private static final float QUALITY = 0.9F;

    private static final int COARSEST = 3;
    private static final double CONTRAST = 70;
    private static final double COLOUR = 0.3;
    private static final int MIDDLE = 128;

    /** Their sizes, as in names. */
    String label() {
        return width + "x" + height;
    }

    /** Writes all of them into a folder. */
    void write(Path folder) throws IOException {
        for (int number = 0; number < count; number++) {
            write(folder.resolve(String.format(Locale.ROOT, "%04d.jpg", number)), picture(number));
        }
    }

    private static void write(Path file, RgbImage image) throws IOException {
        BufferedImage pixels = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = image.rgb();
        int[] row = new int[image.width()];
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < row.length; x++) {
                int at = 3 * (y * row.length + x);
                row[x] = (rgb[at] & 0xFF) << 16 | (rgb[at + 1] & 0xFF) << 8 | rgb[at + 2] & 0xFF;
            }
            pixels.setRGB(0, y, row.length, 1, row, 0, row.length);
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            settings.setCompressionQuality(QUALITY);
            writer.setOutput(out);
            writer.write(null, new IIOImage(pixels, null, null), settings);
        } finally {
            writer.dispose();
        }
    }

    /** A sum of random fields, each of twice the frequency and half the amplitude of the one before. */
    private RgbImage picture(int number) {
        float[] sum = new float[3 * width * height];
        CounterRandom random = CounterRandom.of(number, "photographs");
        double amplitude = CONTRAST;
        for (int cells = COARSEST; cells <= Math.max(width, height); cells *= 2) {
            RgbImage field = Resize.bicubic(noise(cells, random.derive(cells)), width, height);
            byte[] rgb = field.rgb();
            for (int at = 0; at < rgb.length; at++) {
                sum[at] += (float) (amplitude * ((rgb[at] & 0xFF) - MIDDLE) / MIDDLE);
            }
            amplitude /= 2;
        }
        byte[] rgb = new byte[sum.length];
        for (int at = 0; at < rgb.length; at++) {
            rgb[at] = (byte) Math.max(0, Math.min(255, Math.round(MIDDLE + sum[at])));
        }
        return new RgbImage(width, height, rgb);
    }

    private static RgbImage noise(int cells, CounterRandom random) {
        byte[] rgb = new byte[3 * cells * cells];
        for (int at = 0; at < rgb.length; at++) {
            double brightness = random.uniform(at / 3) * 2 - 1;
            double own = random.uniform(rgb.length + at) * 2 - 1;
            rgb[at] = (byte) Math.round(MIDDLE + (MIDDLE - 1) * ((1 - COLOUR) * brightness + COLOUR * own));
        }
        return new RgbImage(cells, cells, rgb);
    }
}
