package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.image.PngFile;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModelFolder;
import dev.oar.testing.TinyTextEncoder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Models that draw from captions by a text encoder that they do not bring along. */
@ExtendWith(NativeMemory.class)
class TextEncoderOptionTests {
    @TempDir
    private static Path models;

    @TempDir
    private Path out;

    @BeforeAll
    static void writeModels() throws IOException {
        TinyTextEncoder.write(models.resolve("t5"), 1);
        TinyTextEncoder.write(models.resolve("wide"), 16, TinyTextEncoder.VOCABULARY, 1);
        TinyTextEncoder.write(models.resolve("few"), TinyTextEncoder.WIDTH, 100, 1);
        TinyModelFolder.write(models.resolve("classes"));
        TinyModelFolder.writeCaptioned(models.resolve("learned"));
        TinyModelFolder.writeFrozen(models.resolve("frozen"), false, "");
        TinyModelFolder.writeFrozen(models.resolve("raster"), true, "");
        TinyModelFolder.writeFrozen(models.resolve("named"), false, "../t5");
    }

    private Session run(String command, String model, String folder, String... options) {
        return Session.drawing(command, models.resolve(model), out.resolve(folder), options);
    }

    private Session drawn(String model, String folder, String... further) {
        List<String> options = new ArrayList<>(List.of("--order", "raster", "--caption", "a red cat"));
        options.addAll(List.of(further));
        return run("generate", model, folder, options.toArray(String[]::new));
    }

    private String pixels(String file) throws IOException {
        return Arrays.toString(ImageIO.read(out.resolve(file).toFile()).getRGB(0, 0, 8, 8, null, 0, 8));
    }

    private static String encoder(String name) {
        return models.resolve(name).toString();
    }

    @Test
    void aModelThatNamesNoEncoderDrawsByTheOneThatIsGiven() throws IOException {
        for (String model : List.of("frozen", "raster")) {
            assertThat(drawn(model, model, "--text-encoder", encoder("t5")).err())
                    .as(model)
                    .isEmpty();
            assertThat(PngFile.text(out.resolve(model + "/0-0.png")).get(PngFile.PARAMETERS))
                    .startsWith("caption: a red cat, ");
        }
    }

    @Test
    void aModelThatNamesItsEncoderBesideItNeedsNoOption() throws IOException {
        assertThat(drawn("named", "named").err()).isEmpty();
        drawn("frozen", "given", "--text-encoder", encoder("t5"));
        assertThat(pixels("named/0-0.png")).isEqualTo(pixels("given/0-0.png"));
    }

    @Test
    void aGuidedImageOfACaptionIsTheSameWhateverOthersAreDrawnWithIt() throws IOException {
        String[] guided = {"--text-encoder", encoder("t5"), "--guidance-scale", "3"};
        drawn("frozen", "alone", guided);
        List<String> beside = new ArrayList<>(List.of(guided));
        beside.addAll(List.of("--caption", "a cat and two dogs"));
        drawn("frozen", "beside", beside.toArray(String[]::new));
        assertThat(pixels("beside/0-1.png")).isNotEqualTo(pixels("beside/0-0.png"));
        assertThat(pixels("beside/0-0.png")).isEqualTo(pixels("alone/0-0.png"));
    }

    @Test
    void aNegativeCaptionEqualToTheCaptionLeavesGuidanceNothingToDo() throws IOException {
        for (String model : List.of("frozen", "raster")) {
            String[] t5 = {"--text-encoder", encoder("t5")};
            drawn(model, model + "-unguided", t5);
            drawn(model, model + "-guided", t5[0], t5[1], "--guidance-scale", "4");
            drawn(model, model + "-negative", t5[0], t5[1], "--guidance-scale", "4", "--negative-caption", "a red cat");
            assertThat(pixels(model + "-negative/0-0.png")).isEqualTo(pixels(model + "-unguided/0-0.png"));
            assertThat(pixels(model + "-guided/0-0.png")).isNotEqualTo(pixels(model + "-unguided/0-0.png"));
        }
    }

    @Test
    void editsTakeIt() throws IOException {
        Path image = out.resolve("image.png");
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", image.toFile());
        Session session = run(
                "inpaint",
                "frozen",
                "inpaint",
                "--image",
                image.toString(),
                "--rect",
                "0,0,4,4",
                "--caption",
                "a green cat",
                "--text-encoder",
                encoder("t5"));
        assertThat(session.err()).isEmpty();
        assertThat(session.out()).contains("(caption 'a green cat') with tiny");
    }

    @Test
    void whatDoesNotFitIsRefusedInOneSentence() {
        assertRefused(
                "needs a text encoder of width 8, but model.yaml names none; name it by --text-encoder", "frozen");
        assertRefused("must have the width 8, but that of", "frozen", "--text-encoder", encoder("wide"));
        assertRefused("has 100 embeddings for 814 tokens", "frozen", "--text-encoder", encoder("few"));
        assertRefused("there is no file", "frozen", "--text-encoder", encoder("nowhere"));
        assertRefused("is named by owner and repository", "frozen", "--text-encoder", "hf://nobody");
        assertRefused("by an encoder of its own", "learned", "--text-encoder", encoder("t5"));
        assertRefused(
                "was given the text encoder hf://nobody/nothing;", "learned", "--text-encoder", "hf://nobody/nothing");
        assertRefused("draws from classes, but was asked for captions", "classes", "--text-encoder", encoder("t5"));
        assertThat(out.resolve("refused/0-0.png")).doesNotExist();
    }

    private void assertRefused(String sentence, String model, String... options) {
        // The first drawing on a machine also says what it measured there.
        assertThat(drawn(model, "refused", options)
                        .err()
                        .lines()
                        .filter(line -> !line.startsWith("measured this machine")))
                .as("%s %s", model, List.of(options))
                .singleElement(InstanceOfAssertFactories.STRING)
                .startsWith("oar: ")
                .contains(sentence);
    }
}
