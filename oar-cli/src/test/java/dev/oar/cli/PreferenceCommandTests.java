package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import dev.oar.image.PngFile;
import dev.oar.image.Rgb;
import dev.oar.image.RgbImage;
import dev.oar.preference.PreferenceStudy;
import dev.oar.preference.VoteChoice;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A study from images and models to its report, by the command. */
@ExtendWith(NativeMemory.class)
class PreferenceCommandTests {
    @TempDir
    private Path folder;

    private Path model = Path.of("");
    private Path study = Path.of("");

    @BeforeEach
    void makeModel() throws IOException {
        model = folder.resolve("tiny");
        study = folder.resolve("study");
        TinyModelFolder.write(model);
    }

    private Path drawn(String name, String... options) {
        List<String> all = new ArrayList<>(
                List.of("--class", "dogs", "--count", "4", "--seed", "3", "--weight-format", "float32"));
        all.addAll(List.of(options));
        Path images = folder.resolve(name);
        Session session = Session.drawing("generate", model, images, all.toArray(String[]::new));
        assertThat(session.err()).doesNotContain("oar:");
        return images;
    }

    private Session made(String... options) {
        List<String> all = new ArrayList<>(List.of("preference", "--out", study.toString(), "--batch-size", "2"));
        all.addAll(List.of(options));
        Session session = new Session();
        session.run(all.toArray(String[]::new));
        return session;
    }

    @Test
    void aModelDrawsWhatTheImagesOfAFolderTellByTheSameChance() throws IOException {
        String a = drawn("a").toString();
        // The same model, class, seed, index and drawing: nothing to choose between.
        assertThat(made("--a", a, "--b", model + ":any-order", "--catch-share", "0")
                        .err())
                .contains("both images of every one of its 4 pairs are equal to the pixel");
        assertThat(study.resolve("study.yaml")).doesNotExist();
        Session session = made(
                "--a", a, "--b", model + ":any-order", "--temperature", "0.2", "--raters", "2", "--catch-images", a);
        assertThat(session.err()).isEmpty();
        assertThat(session.out()).contains("4 pairs and 1 catch trials for each of 2 raters");
        assertThat(Files.readString(study.resolve("study.yaml"))).contains("tiny:any-order", "temperature: \"0.2\"");
        try (PreferenceStudy opened = PreferenceStudy.open(study)) {
            assertThat(opened.protocol().raters()).hasSize(2);
        }
    }

    @Test
    void modelsAloneDrawAllClassesInTurnAndTheReportSaysWhatWasVoted() throws IOException {
        Path other = folder.resolve("other");
        TinyModelFolder.write(other);
        // Two models of equal weights drawn at equal settings are one.
        assertThat(made("--a", model.toString(), "--b", other.toString(), "--pairs", "5", "--catch-share", "0")
                        .err())
                .contains("equal to the pixel");
        Path a = drawn("a");
        Path b = drawn("b", "--temperature", "0.2");
        Session session = made("--a", a.toString(), "--b", b.toString(), "--catch-share", "0", "--rater", "ann");
        assertThat(session.err()).isEmpty();
        try (PreferenceStudy opened = PreferenceStudy.open(study)) {
            for (int place = 1; place <= 4; place++) {
                assertThat(opened.nextFor("ann").orElseThrow().subject()).isEqualTo("dogs");
                opened.vote("ann", place, VoteChoice.TIE);
            }
        }
        Session report = new Session();
        assertThat(report.run("preference", "report", study.toString())).isZero();
        assertThat(report.out()).contains("all 4 votes on a and b are ties", "report.html");
        assertThat(study.resolve("report/results.json")).isRegularFile();
    }

    @Test
    void whatCannotBecomeAStudyIsOneSentence() throws IOException {
        Session nothing = new Session();
        assertThat(nothing.run("preference", "--a", "x")).isEqualTo(2);
        assertThat(nothing.err()).contains("--a, --b and --out").hasLineCount(1);
        String a = drawn("a").toString();
        assertThat(made("--a", a, "--b", "nowhere:any-order", "--catch-share", "0")
                        .err())
                .contains("--b must be a set of images that is there, or MODEL:ARM")
                .hasLineCount(1);
        assertThat(made("--a", a, "--b", model + ":control", "--catch-share", "0")
                        .err())
                .contains("has the arms any-order, but not 'control'")
                .hasLineCount(1);
        assertThat(made("--a", a, "--b", model.toString()).err())
                .contains("name some by --catch-images")
                .hasLineCount(1);
        assertThat(made("--a", a, "--b", model.toString(), "--class", "dogs", "--catch-share", "0")
                        .err())
                .contains("leave it out")
                .hasLineCount(1);
        Session inside = new Session();
        assertThat(inside.run(
                        "preference", "--a", a, "--b", model.toString(), "--out", a + "/study", "--catch-share", "0"))
                .isEqualTo(1);
        assertThat(inside.err()).contains("may not lie within").hasLineCount(1);
        Session none = new Session();
        assertThat(none.run("preference", "report", folder.resolve("none").toString()))
                .isEqualTo(1);
        assertThat(none.err())
                .contains("has none; make one by `oar preference`")
                .hasLineCount(1);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "SIGKILL")
    void afterAKillMakingTheStudyGoesOnWithThePicturesThatWereFinished() throws Exception {
        Path images = folder.resolve("b");
        assertThat(Session.drawing("generate", model, images, "--class", "dogs", "--count", "100", "--seed", "3")
                        .err())
                .doesNotContain("oar:");
        List<String> options = List.of(
                "--a",
                model + ":any-order",
                "--b",
                images.toString(),
                "--temperature",
                "0.2",
                "--catch-share",
                "0",
                "--rater",
                "ann");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "preference",
                "--out",
                study.toString(),
                "--batch-size",
                "2"));
        command.addAll(options);
        Path log = folder.resolve("killed.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Path unfinished = study.resolve("unfinished");
        // Eight batches are kept together.
        while (process.isAlive() && finished(unfinished).size() <= 16) {
            Thread.sleep(1);
        }
        process.toHandle().destroyForcibly();
        assertThat(process.waitFor()).as(Files.readString(log)).isEqualTo(137);
        assertThat(study.resolve("study.yaml")).doesNotExist();
        // What is shown afterwards was not drawn anew.
        Path kept = finished(unfinished).stream()
                .filter(file -> file.toString().endsWith("-0.png"))
                .findFirst()
                .orElseThrow();
        Files.write(kept, PngFile.encode(new RgbImage(8, 8, new byte[3 * 64])));
        assertThat(made(options.toArray(String[]::new)).err()).isEmpty();
        assertThat(unfinished).doesNotExist();
        try (PreferenceStudy opened = PreferenceStudy.open(study)) {
            assertThat(opened.protocol().matches()).isEqualTo(100);
        }
        int black = 0;
        for (Path image : finished(study.resolve("images"))) {
            byte[] rgb = ImageReader.read(image, ImageLimits.DEFAULT, Rgb.WHITE).rgb();
            black += Arrays.equals(rgb, new byte[rgb.length]) ? 1 : 0;
        }
        assertThat(black).isEqualTo(1);
    }

    private static List<Path> finished(Path pictures) throws IOException {
        if (!Files.isDirectory(pictures)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(pictures)) {
            return files.filter(file -> file.toString().endsWith(".png"))
                    .sorted()
                    .toList();
        }
    }
}
