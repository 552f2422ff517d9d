package dev.oar.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GifTests {
    private static final int RED = 0xFFFF0000;
    private static final int BLUE = 0xFF0000FF;
    private static final int CLEAR = 0;

    @TempDir
    Path folder;

    @Test
    void aStillComesBackUnchanged() throws IOException {
        byte[] gif = gif(picture(6, 4, RED, BLUE));

        assertThat(facts(gif)).isEqualTo(new ImageFacts(new ImageSize(6, 4), Set.of()));
        assertColours(read(gif), 6, RED, BLUE);
    }

    @Test
    void transparentPixelsAreComposedOnTheBackground() throws IOException {
        byte[] gif = gif(picture(6, 4, CLEAR, BLUE));

        assertThat(facts(gif).losses()).containsExactly(ImageLoss.TRANSPARENCY);
        RgbImage read = read(gif).composedOn(new Rgb(1, 2, 3));
        assertThat(Arrays.copyOf(read.rgb(), 6)).containsExactly(1, 2, 3, 0, 0, -1);
    }

    @Test
    void ofAnAnimationTheFirstPictureIsReadAndTheRestIsTold() throws IOException {
        byte[] gif = gif(picture(6, 4, RED, BLUE), picture(6, 4, BLUE, BLUE), picture(6, 4, RED, RED));

        assertThat(facts(gif).losses()).containsExactly(ImageLoss.LATER_PICTURES);
        assertColours(read(gif), 6, RED, BLUE);
    }

    @Test
    void aPictureStandsWhereItIsPutOnTheScreen() throws IOException {
        byte[] gif = gif(picture(2, 2, RED, BLUE));
        // Width and height of the screen, and the place of the picture behind its separator.
        ByteBuffer.wrap(gif)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(6, (short) 5)
                .putShort(8, (short) 4);
        int separator = separator(gif);
        ByteBuffer.wrap(gif)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(separator + 1, (short) 2)
                .putShort(separator + 3, (short) 1);

        RgbaImage read = read(gif);

        assertThat(facts(gif)).isEqualTo(new ImageFacts(new ImageSize(5, 4), Set.of(ImageLoss.TRANSPARENCY)));
        assertThat(pixel(read, 2, 1)).isEqualTo(RED);
        assertThat(pixel(read, 3, 1)).isEqualTo(BLUE);
        assertThat(pixel(read, 1, 1)).isZero();
        assertThat(pixel(read, 4, 1)).isZero();
        assertThat(pixel(read, 2, 3)).isZero();
    }

    @Test
    void aScreenSmallerThanItsPictureGrows() throws IOException {
        byte[] gif = gif(picture(6, 4, RED, BLUE));
        ByteBuffer.wrap(gif)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(6, (short) 0)
                .putShort(8, (short) 0);

        assertThat(facts(gif)).isEqualTo(new ImageFacts(new ImageSize(6, 4), Set.of()));
        assertColours(read(gif), 6, RED, BLUE);
    }

    @Test
    void hugeSizesAreRefusedFromTheHeader() throws IOException {
        byte[] gif = gif(picture(6, 4, RED, BLUE));
        ByteBuffer.wrap(gif).putShort(6, (short) -1).putShort(8, (short) -1);
        Path path = write(gif);

        assertThatIOException()
                .isThrownBy(() -> ImageReader.check(path, ImageLimits.DEFAULT))
                .withMessageContaining("has 65535 x 65535; shrink it");
    }

    @Test
    void everyTruncationIsRefusedByCheck() throws IOException {
        byte[] whole = gif(picture(6, 4, RED, BLUE), picture(6, 4, BLUE, RED));
        for (int length = 0; length < whole.length; length++) {
            Path path = write(Arrays.copyOf(whole, length));
            assertThatIOException()
                    .as("the first %s of %s bytes", length, whole.length)
                    .isThrownBy(() -> ImageReader.check(path, ImageLimits.DEFAULT))
                    .withMessageContaining(path.toString());
        }
    }

    private static int separator(byte[] gif) {
        int at = gif.length - 1;
        while (gif[at] != 0x2C || gif[at + 5] != 2 || gif[at + 7] != 2) {
            at--;
        }
        return at;
    }

    private static void assertColours(RgbaImage image, int width, int first, int second) {
        assertThat(image.width()).isEqualTo(width);
        assertThat(pixel(image, 0, 0)).isEqualTo(first);
        assertThat(pixel(image, 1, 0)).isEqualTo(second);
    }

    private static int pixel(RgbaImage image, int x, int y) {
        int at = 4 * (y * image.width() + x);
        byte[] rgba = image.rgba();
        return (rgba[at + 3] & 255) << 24 | (rgba[at] & 255) << 16 | (rgba[at + 1] & 255) << 8 | rgba[at + 2] & 255;
    }

    /** Columns of two colours in turn. */
    private static BufferedImage picture(int width, int height, int first, int second) {
        boolean transparent = first == CLEAR;
        byte[] reds = {0, (byte) (first >> 16), (byte) (second >> 16), 0};
        byte[] blues = {0, (byte) first, (byte) second, 0};
        IndexColorModel palette = new IndexColorModel(2, 4, reds, new byte[4], blues, transparent ? 0 : -1);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, palette);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int index = x % 2 == 1 ? 2 : transparent ? 0 : 1;
                image.getRaster().setSample(x, y, 0, index);
            }
        }
        return image;
    }

    private static byte[] gif(BufferedImage... pictures) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(output);
            writer.prepareWriteSequence(null);
            for (BufferedImage picture : pictures) {
                writer.writeToSequence(new IIOImage(picture, null, null), null);
            }
            writer.endWriteSequence();
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("image"), bytes);
    }

    private ImageFacts facts(byte[] bytes) throws IOException {
        return ImageReader.facts(write(bytes), ImageLimits.DEFAULT);
    }

    private RgbaImage read(byte[] bytes) throws IOException {
        return ImageReader.readWithAlpha(write(bytes), ImageLimits.DEFAULT);
    }
}
