package dev.oar.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import dev.oar.image.Rgb;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PixelMaskTests {
    @TempDir
    private Path folder;

    private PixelMask read(BufferedImage picture) throws IOException {
        Path file = folder.resolve("mask.png");
        ImageIO.write(picture, "png", file.toFile());
        return PixelMask.ofWhite(ImageReader.read(file, ImageLimits.DEFAULT, Rgb.WHITE));
    }

    @Test
    void whiteAndTransparentPixelsAreMarked() throws IOException {
        BufferedImage picture = new BufferedImage(4, 1, BufferedImage.TYPE_INT_ARGB);
        picture.setRGB(0, 0, 0xFFFFFFFF);
        picture.setRGB(1, 0, 0xFF000000);
        picture.setRGB(2, 0, 0x00000000);
        picture.setRGB(3, 0, 0xFF404040);
        PixelMask mask = read(picture);
        assertThat(new boolean[] {mask.marks(0, 0), mask.marks(1, 0), mask.marks(2, 0), mask.marks(3, 0)})
                .containsExactly(true, false, true, false);
    }

    @Test
    void sixteenBitAndPaletteMasksMarkWhatTheyShow() throws IOException {
        BufferedImage deep = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
        deep.getRaster().setSample(0, 0, 0, 65_535);
        deep.getRaster().setSample(1, 0, 0, 255);
        byte[] levels = {0, (byte) 255};
        BufferedImage palette = new BufferedImage(
                2, 1, BufferedImage.TYPE_BYTE_INDEXED, new IndexColorModel(1, 2, levels, levels, levels));
        palette.getRaster().setSample(0, 0, 0, 1);
        for (BufferedImage picture : List.of(deep, palette)) {
            PixelMask mask = read(picture);
            assertThat(mask.count()).isEqualTo(1);
            assertThat(mask.marks(0, 0)).isTrue();
        }
    }

    @Test
    void rectanglesMarkTheirPixels() {
        PixelMask mask = PixelMask.ofRectangles(
                6, 4, List.of(PixelRectangle.parse("1,1,2,2"), PixelRectangle.parse("5, 0, 1, 4")));
        assertThat(mask.count()).isEqualTo(8);
        assertThat(mask.inverted().count()).isEqualTo(16);
        assertThat(mask.bounds()).isEqualTo(new PixelRectangle(1, 0, 5, 4));
        assertThat(mask.marksAny(3, 0, 5, 4)).isFalse();
        assertThat(mask.marksAny(-4, -4, 2, 2)).isTrue();
    }

    @Test
    void aRectangleBeyondTheImageIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PixelMask.ofRectangles(6, 4, List.of(new PixelRectangle(1, 1, 2, 4))))
                .withMessageStartingWith(
                        "a rectangle must lie within the image of 6 x 4 pixels, but 1,1,2,4 does not;");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1,2,3", "1,2,3,x", "1,2,3,4,5", "1,2,3,99999999999"})
    void anythingElseIsNoRectangle(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PixelRectangle.parse(text))
                .withMessageStartingWith(
                        "a rectangle is written as left,top,width,height in pixels, but is '" + text + "';");
    }
}
