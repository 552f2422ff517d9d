package dev.oar.edit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.EditingExample;
import dev.oar.artifact.ModelFolder;
import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.image.RgbaImage;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class EditingExampleTests {
    @TempDir
    private Path folder;

    @Test
    void theExampleInpaintsWithTheBundledModel() throws IOException {
        RgbaImage image = RandomPictures.image(1, 64, 64);
        byte[] marked = new byte[3 * 64 * 64];
        Arrays.fill(marked, 3 * 64 * 32, marked.length, (byte) 255);
        Path file = Files.write(folder.resolve("image.png"), PngFile.encode(image, Map.of()));
        Path mask = Files.write(folder.resolve("mask.png"), PngFile.encode(new RgbImage(64, 64, marked)));

        EditingExample.inpaint(ModelFolder.open(Path.of("../models/noto-emoji-64")), file, mask, folder);

        RgbaImage edited = ImageReader.readWithAlpha(folder.resolve("0.png"), ImageLimits.DEFAULT);
        int half = 4 * 64 * 32;
        assertThat(Arrays.copyOf(edited.rgba(), half)).isEqualTo(Arrays.copyOf(image.rgba(), half));
        assertThat(edited.rgba()).isNotEqualTo(image.rgba());
    }

    @Test
    void theDocumentShowsTheExampleAsItIs() throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/oar/EditingExample.java"));
        String method = source.substring(source.indexOf("    public static void"), source.lastIndexOf("\n}"))
                .stripIndent()
                .strip();
        assertThat(Files.readString(Path.of("../docs/editing.md"))).contains("```java\n" + method + "\n```\n");
    }
}
