package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.preference.PreferenceStudy;
import dev.oar.preference.VoteChoice;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
}
