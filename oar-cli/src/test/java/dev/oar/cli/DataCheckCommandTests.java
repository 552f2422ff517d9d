package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import dev.oar.image.PngFile;
import dev.oar.image.Rgb;
import dev.oar.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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
