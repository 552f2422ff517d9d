package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.image.PngFile;
import dev.oar.model.CaptionConditioning;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModelFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Drawing and painting from captions, by the same options in all commands. */
@ExtendWith(NativeMemory.class)
class CaptionOptionsTests {
    @TempDir
    private static Path models;

    @TempDir
    private Path out;

    @BeforeAll
    static void writeModels() throws IOException {
        TinyModelFolder.write(models.resolve("classes"));
        TinyModelFolder.writeCaptioned(models.resolve("captions"));
        TinyModelFolder.writeCaptioned(models.resolve("cutting"), CaptionConditioning.TooLong.CUT);
    }

    private Session run(String command, String model, String folder, String... options) {
        return Session.drawing(command, models.resolve(model), out.resolve(folder), options);
    }

    private String pixels(String file) throws IOException {
        return Arrays.toString(ImageIO.read(out.resolve(file).toFile()).getRGB(0, 0, 8, 8, null, 0, 8));
    }

    private String told(String file) throws IOException {
        return PngFile.text(out.resolve(file)).getOrDefault(PngFile.PARAMETERS, "");
    }

    @Test
    void everyCaptionIsDrawnOnceAndToldInItsImage() throws IOException {
        Session session = run("generate", "captions", "two", "--caption", "a red  cat", "--caption", "a green dog");
        assertThat(session.err()).isEmpty();
        assertThat(session.out()).contains("drew 2 from 2 captions with tiny");
        assertThat(told("two/0-0.png")).startsWith("caption: a red cat, seed: 0, index: 0, ");
        assertThat(told("two/0-1.png")).startsWith("caption: a green dog, ");
        assertThat(told("two/0-0-1-sheet.png")).contains("a red cat; a green dog");
    }

    @Test
    void captionsOfAFileAreTakenInTurnAndEqualThoseGivenOneByOne() throws IOException {
        Path file = Files.writeString(out.resolve("captions.txt"), "a red cat\n a green dog\n");
        assertThat(run("generate", "captions", "file", "--captions", file.toString(), "--count", "4")
                        .err())
                .isEmpty();
        run("generate", "captions", "given", "--caption", "a red cat", "--caption", "a green dog", "--count", "4");
        for (int index = 0; index < 4; index++) {
            assertThat(out.resolve("file/0-" + index + ".png"))
                    .hasSameBinaryContentAs(out.resolve("given/0-" + index + ".png"));
        }
        assertThat(told("file/0-2.png")).contains("caption: a red cat");
    }

    @Test
    void anImageOfACaptionIsTheSameWhateverOthersAreDrawnWithIt() throws IOException {
        run("generate", "captions", "alone", "--caption", "a red cat", "--order", "raster");
        run("generate", "captions", "beside", "--caption", "a red cat", "--caption", "a dog", "--order", "raster");
        assertThat(pixels("beside/0-0.png")).isEqualTo(pixels("alone/0-0.png"));
    }

    @Test
    void aNegativeCaptionEqualToTheCaptionLeavesGuidanceNothingToDo() throws IOException {
        String[] raster = {"--order", "raster", "--caption", "a red cat"};
        run("generate", "captions", "unguided", raster);
        List<String> guided = new ArrayList<>(List.of(raster));
        guided.addAll(List.of("--guidance-scale", "3"));
        run("generate", "captions", "guided", guided.toArray(String[]::new));
        guided.addAll(List.of("--negative-caption", "a red cat"));
        run("generate", "captions", "negative", guided.toArray(String[]::new));
        assertThat(pixels("guided/0-0.png")).isNotEqualTo(pixels("unguided/0-0.png"));
        assertThat(pixels("negative/0-0.png")).isEqualTo(pixels("unguided/0-0.png"));
        assertThat(told("negative/0-0.png")).contains("caption: a red cat, negative-caption: a red cat, ");
    }

    @Test
    void captionsThatAreCutAreToldOnce() {
        String[] captions = {"--caption", "a red cat", "--caption", "猫猫猫猫猫", "--guidance-scale", "2"};
        assertThat(run("generate", "cutting", "one", captions).err())
                .hasLineCount(1)
                .startsWith("warning: 1 of 2 captions has more than the 12 tokens that tiny reads");
        List<String> more = new ArrayList<>(List.of(captions));
        more.addAll(List.of("--negative-caption", "犬犬犬犬犬"));
        assertThat(run("generate", "cutting", "two", more.toArray(String[]::new))
                        .err())
                .hasLineCount(1)
                .startsWith("warning: 2 of 3 captions have more than the 12 tokens that tiny reads");
        assertThat(run("generate", "cutting", "none", "--caption", "a red cat").err())
                .isEmpty();
    }

    @Test
    void aNegativeCaptionNeedsGuidance() throws IOException {
        String refusal = "--negative-caption is what guidance leads away from, but guidance is off";
        String[] asked = {"--caption", "a red cat", "--negative-caption", "a dog"};
        assertRefused(refusal, "captions", asked);
        List<String> off = new ArrayList<>(List.of(asked));
        off.addAll(List.of("--guidance-scale", "1"));
        assertRefused(refusal, "captions", off.toArray(String[]::new));
        Path file = out.resolve("image.png");
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
        off.addAll(List.of("--image", file.toString()));
        assertThat(run("vary", "captions", "varied", off.toArray(String[]::new)).err())
                .startsWith("oar: " + refusal);
    }

    @Test
    void editsTakeCaptionsAsClassesAreTaken() throws IOException {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        Path file = out.resolve("image.png");
        ImageIO.write(image, "png", file.toFile());
        for (String command : List.of("inpaint", "edit")) {
            Session session = run(
                    command,
                    "captions",
                    command,
                    "--image",
                    file.toString(),
                    "--rect",
                    "0,0,4,4",
                    "--caption",
                    "a green cat");
            assertThat(session.err()).isEmpty();
            assertThat(session.out()).contains("(caption 'a green cat') with tiny");
            assertThat(told(command + "/0-0.png")).contains("caption: a green cat");
        }
        assertThat(run("vary", "captions", "vary", "--image", file.toString(), "--caption", "a dog")
                        .err())
                .isEmpty();
        assertThat(run("outpaint", "captions", "outpaint", "--image", file.toString(), "--left", "2")
                        .out())
                .contains("(class none)");
        assertThat(run("edit", "captions", "none", "--image", file.toString(), "--rect", "0,0,4,4")
                        .err())
                .startsWith("oar: --caption must say what the masked part becomes");
        assertThat(run(
                                "inpaint",
                                "captions",
                                "none",
                                "--image",
                                file.toString(),
                                "--rect",
                                "0,0,4,4",
                                "--caption",
                                "a dog",
                                "--caption",
                                "a cat")
                        .err())
                .startsWith("oar: an image is painted from one caption, but 2 were given");
    }

    @Test
    void whatAModelCannotDrawIsRefusedInOneSentence() throws IOException {
        assertRefused("draws from classes, but was asked for captions", "classes", "--caption", "a cat");
        assertRefused("draws from captions, but was asked for the class 'cats'", "captions", "--class", "cats");
        assertRefused("--caption must say what tiny is to draw", "captions");
        assertRefused("--caption must say what tiny is to draw", "captions", "--negative-caption", "a cat");
        assertRefused("a caption must say something", "captions", "--caption", " ");
        assertRefused("is the control character U+0007", "captions", "--caption", "a\u0007cat");
        assertRefused("up to 12 tokens for this model", "captions", "--caption", "猫猫猫猫猫");
        Path lines = Files.writeString(out.resolve("bad.txt"), "a cat\n".repeat(9_999) + "\na dog\n");
        assertRefused("line 10000 of " + lines + " is no caption", "captions", "--captions", lines.toString());
        Path empty = Files.writeString(out.resolve("empty.txt"), "");
        assertRefused("must hold a caption on each line, but is empty", "captions", "--captions", empty.toString());
        assertThat(out.resolve("refused")).doesNotExist();
    }

    private void assertRefused(String sentence, String model, String... options) {
        Session session = run("generate", model, "refused", options);
        assertThat(session.err())
                .as("%s", List.of(options))
                .startsWith("oar: ")
                .contains(sentence)
                .hasLineCount(1);
        assertThat(session.out()).isEmpty();
    }
}
