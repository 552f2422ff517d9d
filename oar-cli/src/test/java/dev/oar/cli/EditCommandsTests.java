package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.generate.ImageOrigin;
import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import dev.oar.image.PngFile;
import dev.oar.image.RgbaImage;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModelFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class EditCommandsTests {
    @TempDir
    private static Path models;

    @TempDir
    private Path out;

    @BeforeAll
    static void writeModel() throws IOException {
        TinyModelFolder.write(models.resolve("tiny"));
    }

    @BeforeEach
    void writeImage() throws IOException {
        BufferedImage image = new BufferedImage(12, 8, BufferedImage.TYPE_INT_ARGB);
        for (int i = 0; i < 96; i++) {
            image.setRGB(i % 12, i / 12, i * 0x01A2B3C5);
        }
        ImageIO.write(image, "png", out.resolve("image.png").toFile());
    }

    private Session run(String command, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                command,
                "--model",
                models.resolve("tiny").toString(),
                "--image",
                out.resolve("image.png").toString(),
                "--out",
                out.resolve(command).toString()));
        arguments.addAll(List.of(options));
        Session session = new Session();
        session.run(arguments.toArray(String[]::new));
        return session;
    }

    private RgbaImage read(String file) throws IOException {
        return ImageReader.readWithAlpha(out.resolve(file), ImageLimits.DEFAULT);
    }

    private static int pixel(RgbaImage image, int x, int y) {
        byte[] rgba = image.rgba();
        int at = 4 * (y * image.width() + x);
        return (rgba[at] & 255) << 24 | (rgba[at + 1] & 255) << 16 | (rgba[at + 2] & 255) << 8 | rgba[at + 3] & 255;
    }

    @Test
    void inpaintingChangesRectanglesOnlyAndTellsHow() throws IOException {
        Session session =
                run("inpaint", "--rect", "2,1,3,4", "--rect", "9,6,3,2", "--seed", "4", "--count", "2", "--animate");
        assertThat(session.err()).isEmpty();
        assertThat(session.out()).contains("drew 2 of image.png (class none) with tiny (any-order)");
        RgbaImage before = read("image.png");
        RgbaImage after = read("inpaint/4-1.png");
        for (int i = 0; i < 96; i++) {
            int x = i % 12;
            int y = i / 12;
            boolean marked = x >= 2 && x < 5 && y >= 1 && y < 5 || x >= 9 && y >= 6;
            if (!marked) {
                assertThat(pixel(after, x, y)).as("%s, %s", x, y).isEqualTo(pixel(before, x, y));
            }
        }
        assertThat(names("inpaint"))
                .containsExactlyInAnyOrder(
                        "4-0.png", "4-1.png", "4-0-animation.gif", "4-1-animation.gif", "4-0-1-sheet.png");
        Map<String, String> text = PngFile.text(out.resolve("inpaint/4-1.png"));
        assertThat(text.get(PngFile.PARAMETERS))
                .contains("edit: inpaint, ", "sha256 image: ", "sha256 mask: ", "feather: 0, ", "windows: 0,-1,12, ")
                .contains("class: none, seed: 4, index: 1, ", "order: dynamic, ", "order-noise: 0.0, ");
        Assertions.assertThatThrownBy(() -> ImageOrigin.read(out.resolve("inpaint/4-1.png")))
                .hasMessageContaining("it was edited from another image");
    }

    @Test
    void aMaskFileSaysTheSameAsItsRectangle() throws IOException {
        BufferedImage mask = new BufferedImage(12, 8, BufferedImage.TYPE_BYTE_GRAY);
        mask.getRaster()
                .setSamples(
                        2,
                        1,
                        3,
                        4,
                        0,
                        Collections.nCopies(12, 255).stream()
                                .mapToInt(Integer::intValue)
                                .toArray());
        ImageIO.write(mask, "png", out.resolve("mask.png").toFile());
        run("edit", "--class", "dogs", "--mask", out.resolve("mask.png").toString());
        Files.move(out.resolve("edit"), out.resolve("by-mask"));
        run("edit", "--class", "dogs", "--rect", "2,1,3,4");
        assertThat(out.resolve("by-mask/0-0.png")).hasSameBinaryContentAs(out.resolve("edit/0-0.png"));
    }

    @Test
    void outpaintingKeepsTheImageInTheMiddle() throws IOException {
        Session session = run("outpaint", "--left", "5", "--bottom", "3", "--class", "cats", "--feather", "2");
        assertThat(session.err()).isEmpty();
        RgbaImage before = read("image.png");
        RgbaImage after = read("outpaint/0-0.png");
        assertThat(after.width()).isEqualTo(17);
        assertThat(after.height()).isEqualTo(11);
        for (int i = 0; i < 96; i++) {
            assertThat(pixel(after, 5 + i % 12, i / 12)).isEqualTo(pixel(before, i % 12, i / 12));
        }
        for (int y = 0; y < 11; y++) {
            assertThat(pixel(after, 0, y) & 255).as("what is added is opaque").isEqualTo(255);
        }
    }

    @Test
    void variationsKeepTheSizeAndDiffer() throws IOException {
        for (String by : List.of("uncertain", "confident", "random")) {
            Session session = run("vary", "--keep", "0.5", "--keep-by", by, "--count", "2");
            assertThat(session.err()).isEmpty();
            RgbaImage first = read("vary/0-0.png");
            assertThat(first.width()).isEqualTo(12);
            assertThat(first.rgba()).isNotEqualTo(read("vary/0-1.png").rgba());
            Files.move(out.resolve("vary"), out.resolve(by));
        }
    }

    @Test
    void sixteenBitAndPaletteImagesAreReadAndKeptAsEightBit() throws IOException {
        BufferedImage deep = new BufferedImage(12, 8, BufferedImage.TYPE_USHORT_GRAY);
        BufferedImage palette = new BufferedImage(12, 8, BufferedImage.TYPE_BYTE_INDEXED);
        for (int i = 0; i < 96; i++) {
            deep.getRaster().setSample(i % 12, i / 12, 0, 683 * i);
            palette.getRaster().setSample(i % 12, i / 12, 0, 2 * i);
        }
        for (BufferedImage image : List.of(deep, palette)) {
            ImageIO.write(image, "png", out.resolve("image.png").toFile());
            assertThat(run("inpaint", "--rect", "0,0,12,4").err()).isEmpty();
            RgbaImage before = read("image.png");
            RgbaImage after = read("inpaint/0-0.png");
            for (int i = 48; i < 96; i++) {
                assertThat(pixel(after, i % 12, i / 12)).isEqualTo(pixel(before, i % 12, i / 12));
            }
            Files.move(out.resolve("inpaint"), out.resolve("inpainted of type " + image.getType()));
        }
    }

    @Test
    void aResultReplacesOnlyOneThatWasMadeAlike() throws IOException {
        run("inpaint", "--rect", "0,0,4,4", "--class", "dogs");
        Path result = out.resolve("inpaint/0-0.png");
        byte[] before = Files.readAllBytes(result);
        assertThat(run("inpaint", "--rect", "0,0,4,4", "--class", "dogs").err()).isEmpty();
        refused(
                run("inpaint", "--rect", "0,0,4,4", "--class", "cats"),
                "was made with class dogs and is to be made with class cats; choose another folder, seed or first index");
        refused(run("inpaint", "--rect", "0,0,4,5", "--class", "dogs"), "was made with another sha256 mask");
        refused(run("inpaint", "--rect", "0,0,4,4", "--class", "dogs", "--feather", "1"), "made with feather 0 and ");
        refused(run("inpaint", "--rect", "0,0,4,4", "--class", "dogs", "--window", "4"), "was made with windows ");
        BufferedImage other = new BufferedImage(12, 8, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(other, "png", out.resolve("image.png").toFile());
        refused(run("inpaint", "--rect", "0,0,4,4", "--class", "dogs"), "was made with another sha256 image");
        assertThat(result).hasBinaryContent(before);
    }

    @Test
    void showingTheMaskDrawsNothing() throws IOException {
        Session session = run("inpaint", "--rect", "2,1,3,4", "--show-mask");
        assertThat(session.out()).contains("nothing was drawn yet: ");
        assertThat(names("inpaint")).containsExactly("mask-preview.png");
        RgbaImage preview = read("inpaint/mask-preview.png");
        assertThat(preview.width()).isEqualTo(12 * (512 / 12));
    }

    @Test
    void aFullMaskSaysThatNothingIsKnown() {
        assertThat(run("inpaint", "--rect", "0,0,12,8").out())
                .contains("the mask marks the whole image, so nothing of it was known: it was drawn from scratch");
    }

    @Test
    void aResultNeverTakesThePlaceOfWhatItIsMadeFrom() throws IOException {
        run("inpaint", "--rect", "0,0,4,4");
        Path first = out.resolve("inpaint/0-0.png");
        byte[] before = Files.readAllBytes(first);
        Session session = new Session();
        session.run(
                "inpaint",
                "--model",
                models.resolve("tiny").toString(),
                "--image",
                first.toString(),
                "--rect",
                "0,0,4,4",
                "--out",
                out.resolve("inpaint").toString());
        refused(session, "a result must not take the place of what it is made from, but ");
        assertThat(first).hasBinaryContent(before);
        Files.copy(out.resolve("image.png"), out.resolve("inpaint/mask-preview.png"));
        refused(
                run(
                        "inpaint",
                        "--show-mask",
                        "--mask",
                        out.resolve("inpaint/mask-preview.png").toString()),
                "a result must not take the place of what it is made from, but ");
    }

    @Test
    void outpaintingTellsItsMargins() throws IOException {
        run("outpaint", "--left", "5", "--bottom", "3");
        assertThat(PngFile.text(out.resolve("outpaint/0-0.png")).get(PngFile.PARAMETERS))
                .contains("edit: outpaint, ", "margins: 5,0,0,3, ");
    }

    @Test
    void badInputIsOneSentence() throws IOException {
        refused(run("inpaint"), "--mask or --rect must say what is to be painted anew; give one of them");
        refused(run("inpaint", "--rect", "1,2"), "a rectangle is written as left,top,width,height in pixels");
        refused(run("inpaint", "--rect", "1,2,30,1"), "a rectangle must lie within the image of 12 x 8 pixels");
        refused(
                run("inpaint", "--rect", "0,0,12,8", "--invert-mask"),
                "a mask must mark at least one pixel, but this one of 12 x 8 marks none");
        refused(
                run("inpaint", "--rect", "0,0,1,1", "--class", "dog"),
                "model tiny has no class 'dog'; did you mean one of dogs, cats (of 2; their numbers do as well)?");
        refused(run("inpaint", "--rect", "0,0,1,1", "--window", "3"), "a window has 4 to 12 pixels each way");
        Files.writeString(out.resolve("vary"), "not a folder");
        refused(run("vary"), "a folder is needed at ");
        Files.delete(out.resolve("vary"));
        refused(run("outpaint"), "outpainting adds pixels on at least one side");
        refused(run("outpaint", "--left", "90000000"), "an image may have up to 50000000 pixels");
        refused(run("vary", "--keep", "1.5"), "the fraction of cells to keep lies in 0 .. 1, but is 1.5");
        Files.write(out.resolve("image.png"), new byte[] {1, 2, 3});
        refused(run("inpaint", "--rect", "0,0,1,1"), "image.png");
        Files.delete(out.resolve("image.png"));
        refused(run("inpaint", "--rect", "0,0,1,1"), "there is no image file ");
    }

    private static void refused(Session session, String sentence) {
        assertThat(session.err()).startsWith("oar: ").contains(sentence);
        assertThat(session.err().lines().filter(line -> line.startsWith("oar: ")))
                .hasSize(1);
    }

    private List<String> names(String folder) throws IOException {
        try (Stream<Path> files = Files.list(out.resolve(folder))) {
            return files.map(path -> path.getFileName().toString()).toList();
        }
    }
}
