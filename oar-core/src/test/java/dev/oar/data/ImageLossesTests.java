package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.image.ImageLimits;
import dev.oar.image.ImageLoss;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageLossesTests {
    @TempDir
    Path folder;

    @Test
    void imagesOfWhichSomethingIsLeftOutAreCountedByReason() throws IOException {
        for (int i = 0; i < 5; i++) {
            write("clear" + i + ".png", BufferedImage.TYPE_INT_ARGB);
        }
        write("deep.png", BufferedImage.TYPE_USHORT_GRAY);
        write("plain.png", BufferedImage.TYPE_INT_RGB);
        List<String> notes = List.of(
                folder + " holds images with transparency, which is composed on the background, 5: clear0.png,"
                        + " clear1.png, clear2.png and 2 more",
                folder + " holds images of 16 bits per sample, which are rounded to 8, 1: deep.png");

        try (ImageFolder images = ImageFolder.open(ImageFolderConfig.of(folder.toString(), 8), folder)) {
            assertThat(images.losses().images()).containsOnlyKeys(ImageLoss.TRANSPARENCY, ImageLoss.DEPTH);
            assertThat(images.notes()).containsAll(notes);
        }
        try (ImageFiles files = ImageFiles.open(folder, ImageLimits.DEFAULT)) {
            assertThat(files.losses().notes(folder)).isEqualTo(notes);
        }
    }

    @Test
    void nothingIsSaidOfImagesThatLoseNothing() throws IOException {
        write("plain.png", BufferedImage.TYPE_INT_RGB);

        try (ImageFiles files = ImageFiles.open(folder, ImageLimits.DEFAULT)) {
            assertThat(files.losses()).isEqualTo(ImageLosses.NONE);
            assertThat(files.losses().notes(folder)).isEmpty();
        }
    }

    private void write(String name, int type) throws IOException {
        Path file = Files.createFile(folder.resolve(name));
        ImageIO.write(new BufferedImage(8, 8, type), "png", file.toFile());
    }
}
