package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import dev.oar.image.PngFile;
import dev.oar.image.Rgb;
import dev.oar.image.RgbImage;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyTextEncoder;
import dev.oar.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ExtendWith(NativeMemory.class)
class DataCheckCommandTests {
    @TempDir
    private Path folder;

    private Path images = Path.of("");

    @BeforeEach
    void images() throws IOException {
        images = Files.createDirectories(folder.resolve("images"));
        for (int i = 0; i < 6; i++) {
            Path file = images.resolve(i % 2 + "/" + i + ".png");
            Files.createDirectories(file.getParent());
            byte[] rgb = new byte[20 * 20 * 3];
            for (int at = 0; at < rgb.length; at++) {
                rgb[at] = (byte) (at * (i + 3) * 31 % 256);
            }
            Files.write(file, PngFile.encode(new RgbImage(20, 20, rgb)));
        }
    }

    @Test
    void aSoundSetIsTextAndExitCodeZero() throws IOException {
        Session session = new Session();
        Path sheet = folder.resolve("sheet.png");
        assertThat(session.run("data", "check", images.toString(), "--no-cost", "--sheet", sheet.toString()))
                .as(session.err())
                .isZero();
        assertThat(session.out())
                .contains("layout      folder: ", "6 listed, 6 readable; 4 to train on, 2 to test")
                .contains("verdict     a recipe can read this", "wrote " + sheet);
        assertThat(ImageReader.read(sheet, ImageLimits.DEFAULT, Rgb.WHITE).width())
                .isGreaterThan(96);
    }

    @Test
    void aBrokenSetIsExitCodeOneAndItsJsonIsAllOfStandardOutput() throws IOException {
        Files.write(images.resolve("0/empty.png"), new byte[0]);
        Session session = new Session();
        assertThat(session.run("data", "check", images.toString(), "--json", "--quick"))
                .isEqualTo(1);
        JsonNode report = JsonMapper.shared().readTree(session.out());
        assertThat(report.path("images").path("readable").asInt()).isEqualTo(6);
        assertThat(report.path("unreadable").path("is empty").path("count").asInt())
                .isEqualTo(1);
        assertThat(report.path("failures")).hasSize(1);
        Session text = new Session();
        assertThat(text.run("data", "check", images.toString())).isEqualTo(1);
        assertThat(text.out()).contains("unreadable  1: 0/empty.png (is empty)", "verdict     a recipe would fail");
    }

    @Test
    void timeAndDiskOfEveryStageAreSaidAsTheEstimateHasThem() throws IOException {
        Path recipe = Files.writeString(
                folder.resolve("tiny.yaml"), RunCommandTests.RECIPE.replace("path: pictures", "path: images"));
        Session session = new Session();
        assertThat(session.run("data", "check", recipe.toString(), "--json"))
                .as(session.err())
                .isZero();
        JsonNode cost = JsonMapper.shared().readTree(session.out()).path("cost");
        Session estimate = new Session();
        Path file = folder.resolve("estimate.json");
        assertThat(estimate.run("estimate", recipe.toString(), "--device", "t4", "--json", file.toString()))
                .as(estimate.err())
                .isZero();
        JsonNode stages = JsonMapper.shared().readTree(file).path("stages");
        assertThat(cost.path("stages")).hasSameSizeAs(stages).isNotEmpty();
        for (int i = 0; i < stages.size(); i++) {
            JsonNode stage = cost.path("stages").path(i);
            assertThat(stage.path("stage")).isEqualTo(stages.path(i).path("stage"));
            assertThat(stage.path("disk-bytes").asDouble())
                    .isEqualTo(stages.path(i).path("disk").asDouble());
        }
        assertThat(cost.path("stages").path(0).path("hours").asDouble()).isPositive();
    }

    @Test
    void aRecipeIsCheckedWithItsOwnColumnsAndFamilies() {
        Session session = new Session();
        assertThat(session.run("data", "check", "../recipes/noto-emoji-64.yaml", "--quick"))
                .as(session.err())
                .isZero();
        assertThat(session.out()).contains("layout      folder: the recipe says so", "3786 listed, 3786 readable");
        Session both = new Session();
        assertThat(both.run("data", "check", "../recipes/noto-emoji-64.yaml", "--as", "folder"))
                .isEqualTo(1);
        assertThat(both.err()).contains("is a recipe, which names its own").hasLineCount(1);
    }

    @Test
    void captionsAreCountedInTheTokensOfTheRecipesEncoderAndLongerOnesFailUnlessItCutsThem() throws IOException {
        String rows = "file_name,class,caption\n";
        for (int i = 0; i < 6; i++) {
            rows += i % 2 + "/" + i + ".png,x," + (i == 0 ? "one two three four five six seven" : "one two") + "\n";
        }
        Files.writeString(images.resolve("metadata.csv"), rows);
        Session usual = new Session();
        assertThat(usual.run("data", "check", images.toString(), "--no-cost", "--quick"))
                .as(usual.err())
                .isZero();
        assertThat(usual.out())
                .contains("of a learned encoder of up to 1024 ids, trained on these captions")
                .contains("none is longer than the 64 tokens that it takes");
        String captions = RunCommandTests.RECIPE.replace(
                "model: {width: 16, layers: 1, heads: 2}",
                "model: {width: 16, layers: 1, heads: 2, conditioning: {kind: caption, length: 4, too-long: refuse,"
                        + " encoder: {kind: learned, vocabulary-size: 300, width: 16, layers: 1, heads: 2}}}");
        Path refusing = Files.writeString(folder.resolve("refusing.yaml"), captions);
        Path cutting = Files.writeString(folder.resolve("cutting.yaml"), captions.replace("refuse", "cut"));
        Session refused = new Session();
        assertThat(refused.run(
                        "data", "check", images.toString(), "--recipe", refusing.toString(), "--no-cost", "--quick"))
                .isEqualTo(1);
        assertThat(refused.out())
                .contains("of a learned encoder of up to 300 ids")
                .contains("longer than the 4 tokens that it takes: 16.7 % of 6 captions", "0/0.png")
                .contains("fails       a recipe refuses captions of more than the 4 tokens");
        Session cut = new Session();
        assertThat(cut.run("data", "check", images.toString(), "--recipe", cutting.toString(), "--json", "--quick"))
                .as(cut.err())
                .isZero();
        JsonNode encoder =
                JsonMapper.shared().readTree(cut.out()).path("captions").path("encoder");
        assertThat(encoder.path("cut").asBoolean()).isTrue();
        assertThat(encoder.path("too-long").path("count").asInt()).isEqualTo(1);
        assertThat(encoder.path("too-long-share").asDouble()).isEqualTo(1 / 6.0);
    }

    @Test
    void aFrozenEncodersOwnTokenizerCounts() throws IOException {
        Files.writeString(
                images.resolve("metadata.csv"), "file_name,class,caption\n0/0.png,x,one two\n1/1.png,y,three\n");
        Path encoder = TinyTextEncoder.write(folder.resolve("t5"), 1);
        Session session = new Session();
        assertThat(session.run(
                        "data", "check", images.toString(), "--encoder", encoder.toString(), "--quick", "--json"))
                .as(session.err())
                .isZero();
        JsonNode counts =
                JsonMapper.shared().readTree(session.out()).path("captions").path("encoder");
        try (TextTokenizer tokenizer = TextTokenizer.open(encoder)) {
            assertThat(counts.path("tokens").path("maximum").asInt())
                    .isEqualTo(Math.max(tokenizer.tokens("one two").length, tokenizer.tokens("three").length));
        }
        assertThat(counts.path("encoder").asString()).isEqualTo(encoder.toString());
        assertThat(counts.path("length").asInt()).isEqualTo(120);
        Session missing = new Session();
        String nowhere = folder.resolve("none").toString();
        assertThat(missing.run("data", "check", images.toString(), "--encoder", nowhere, "--quick"))
                .isEqualTo(1);
        assertThat(missing.err()).contains("none").hasLineCount(1);
        Session both = new Session();
        assertThat(both.run("data", "check", images.toString(), "--encoder", nowhere, "--recipe", nowhere))
                .isEqualTo(1);
        assertThat(both.err()).contains("give one of the two").hasLineCount(1);
    }

    @Test
    void parquetFilesAreRefusedWithTheCommandThatWritesThemAsShards() throws IOException {
        Path hub = Files.createDirectories(folder.resolve("hub/data"));
        Files.write(hub.resolve("train-00000-of-00001.parquet"), new byte[] {80, 65, 82, 49});
        Session session = new Session();
        assertThat(session.run("data", "check", hub.toString())).isEqualTo(1);
        assertThat(session.out())
                .contains("fails       parquet files give their rows one after the other")
                .contains("oar data export " + hub + " --as webdataset --out SHARDS");
    }

    @Test
    void wrongUseIsOneSentence() {
        Session unknown = new Session();
        assertThat(unknown.run("data", "check", images.toString(), "--as", "imagnet"))
                .isEqualTo(1);
        assertThat(unknown.err()).contains("imagenet").hasLineCount(1);
        Session within = new Session();
        assertThat(within.run(
                        "data",
                        "check",
                        images.toString(),
                        "--sheet",
                        images.resolve("s.png").toString()))
                .isEqualTo(1);
        assertThat(within.err()).contains("may not lie within the images").hasLineCount(1);
        Session group = new Session();
        assertThat(group.run("data")).isZero();
        assertThat(group.out()).startsWith("Usage: oar data").contains("check");
    }
}
