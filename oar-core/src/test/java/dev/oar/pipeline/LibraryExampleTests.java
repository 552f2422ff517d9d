package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.LibraryExample;
import dev.oar.config.RecipeWriter;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class LibraryExampleTests {
    @TempDir
    Path folder;

    @Test
    void theExampleTrainsOnAFolderAndDraws() throws IOException {
        Path images = TinyRecipe.images(folder.resolve("images"), 8);
        Path recipe = Files.writeString(
                folder.resolve("recipe.yaml"),
                RecipeWriter.write(TinyRecipe.of(folder.resolve("elsewhere"), "position-instruction")));
        Path run = folder.resolve("run");

        LibraryExample.trainAndDraw(recipe, images, run);

        for (int index = 0; index < 4; index++) {
            assertThat(ImageIO.read(run.resolve(index + ".png").toFile()).getWidth())
                    .isEqualTo(16);
        }
        assertThat(run.resolve(Pipeline.REPORT)).isNotEmptyFile();
    }

    @Test
    void theDocumentShowsTheExampleAsItIs() throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/oar/LibraryExample.java"));
        String example = source.substring(
                source.indexOf("// docs/library.md: from here\n") + "// docs/library.md: from here\n".length(),
                source.indexOf("// docs/library.md: to here"));

        assertThat(Files.readString(Path.of("../docs/library.md"))).contains("```java\n" + example + "```\n");
    }
}
