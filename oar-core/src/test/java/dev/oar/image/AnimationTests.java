package dev.oar.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnimationTests {
    private static final Duration DELAY = Duration.ofMillis(60);
    private static final Duration LAST = Duration.ofSeconds(2);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void framesOfUpTo255ColoursComeBackExactly(long seed) throws IOException {
        RgbImage image = Images.noise(8, 8, 200, seed);
        GenerationOrder order = GenerationOrder.uniform(16, CounterRandom.of(seed, "order"));
        List<RgbImage> frames = Animation.appearing(image, order, TokenGrid.square(4), 1);
        List<RgbImage> shown = played(Animation.gif(frames, 3, DELAY, LAST));
        assertThat(shown).as("seed %d", seed).hasSameSizeAs(frames);
        for (int index = 0; index < frames.size(); index++) {
            RgbImage expected = ContactSheet.enlarged(frames.get(index), 3);
            assertThat(Arrays.equals(shown.get(index).rgb(), expected.rgb()))
                    .as("seed %d, frame %d", seed, index)
                    .isTrue();
        }
    }

    @Test
    void manyColoursStayCloseAndTheBackgroundStaysExact() throws IOException {
        Pixels pixels = new Pixels(64, 64, 0xFFFFFF);
        for (int y = 8; y < 56; y++) {
            for (int x = 8; x < 56; x++) {
                pixels.set(x, y, x * 4 << 16 | y * 4 << 8 | (x + y) * 2);
            }
        }
        RgbImage image = pixels.toImage();
        RgbImage shown = played(Animation.gif(List.of(image), 1, DELAY, LAST)).get(0);
        double squares = 0;
        for (int index = 0; index < image.rgb().length; index++) {
            squares += Math.pow((image.rgb()[index] & 255) - (shown.rgb()[index] & 255), 2);
        }
        assertThat(Math.sqrt(squares / image.rgb().length)).isLessThan(4);
        assertThat(Pixels.colour(shown, 0, 0)).isEqualTo(0xFFFFFF);
        assertThat(Pixels.colour(shown, 60, 3)).isEqualTo(0xFFFFFF);
    }

    @Test
    void theImageAppearsCellByCell() {
        RgbImage image = Images.noise(4, 4, 99, 5);
        List<RgbImage> frames = Animation.appearing(image, GenerationOrder.of(3, 0, 2, 1), TokenGrid.square(2), 3);
        assertThat(frames).hasSize(3);
        assertThat(frames.get(2).rgb()).isEqualTo(image.rgb());
        assertThat(Pixels.colour(frames.get(1), 3, 3)).isEqualTo(Pixels.colour(image, 3, 3));
        assertThat(Pixels.colour(frames.get(1), 3, 0)).isEqualTo(Pixels.colour(frames.get(0), 3, 0));
    }

    @Test
    void itLoopsForEverAndHoldsTheLastFrame() throws IOException {
        RgbImage image = Images.noise(4, 4, 9, 1);
        byte[] bytes = Animation.gif(List.of(image, image, image), 2, DELAY, LAST);
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).contains("NETSCAPE2.0\3\1\0\0");
        assertThat(delays(bytes)).containsExactly(6, 6, 200);
        assertThat(Animation.gif(List.of(image, image, image), 2, DELAY, LAST)).isEqualTo(bytes);
    }

    @Test
    void thePaletteIsStoredOnce() {
        List<RgbImage> frames =
                Animation.appearing(Images.noise(16, 16, 256, 1), GenerationOrder.raster(64), TokenGrid.square(8), 1);
        assertThat(Animation.gif(frames, 1, DELAY, LAST).length).isLessThan(65 * 100);
    }

    @Test
    void impossibleAnimationsAreRefused() {
        RgbImage image = Images.plain(4, 4, 0);
        assertThatIllegalArgumentException().isThrownBy(() -> Animation.gif(List.of(), 1, DELAY, LAST));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Animation.gif(List.of(image, Images.plain(4, 5, 0)), 1, DELAY, LAST))
                .withMessageContaining("4 x 4 and 4 x 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Animation.gif(List.of(image), 20_000, DELAY, LAST))
                .withMessageContaining("65535");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Animation.appearing(image, GenerationOrder.raster(9), TokenGrid.square(3), 1));
    }

    /** What a viewer shows after each frame: every frame painted over those before it. */
    private static List<RgbImage> played(byte[] gif) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream input = ImageIO.createImageInputStream(new ByteArrayInputStream(gif))) {
            reader.setInput(input);
            Pixels screen = new Pixels(reader.getWidth(0), reader.getHeight(0), 0x00FF00);
            List<RgbImage> shown = new ArrayList<>();
            for (int index = 0; index < reader.getNumImages(true); index++) {
                BufferedImage frame = reader.read(index);
                IIOMetadataNode place = node(reader, index, "ImageDescriptor");
                int left = Integer.parseInt(place.getAttribute("imageLeftPosition"));
                int top = Integer.parseInt(place.getAttribute("imageTopPosition"));
                for (int y = 0; y < frame.getHeight(); y++) {
                    for (int x = 0; x < frame.getWidth(); x++) {
                        if (frame.getRGB(x, y) >>> 24 != 0) {
                            screen.set(left + x, top + y, frame.getRGB(x, y) & 0xFFFFFF);
                        }
                    }
                }
                shown.add(screen.toImage());
            }
            return shown;
        } finally {
            reader.dispose();
        }
    }

    private static List<Integer> delays(byte[] gif) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream input = ImageIO.createImageInputStream(new ByteArrayInputStream(gif))) {
            reader.setInput(input);
            List<Integer> delays = new ArrayList<>();
            for (int index = 0; index < reader.getNumImages(true); index++) {
                String delay = node(reader, index, "GraphicControlExtension").getAttribute("delayTime");
                delays.add(Integer.parseInt(delay));
            }
            return delays;
        } finally {
            reader.dispose();
        }
    }

    private static IIOMetadataNode node(ImageReader reader, int index, String name) throws IOException {
        IIOMetadataNode root =
                (IIOMetadataNode) reader.getImageMetadata(index).getAsTree("javax_imageio_gif_image_1.0");
        return (IIOMetadataNode) root.getElementsByTagName(name).item(0);
    }
}
