package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.data.ImageFolder;
import dev.oar.data.ImageFolderConfig;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class SceneCommandsTests {
    @TempDir
    private Path folder;

    @Test
    void scenesAreADataSetThatRecipesRead() throws IOException {
        Session session = new Session();
        Path out = folder.resolve("scenes");
        assertThat(session.run("scenes", "--out", out.toString(), "--count", "40", "--seed", "3"))
                .as(session.err())
                .isZero();
        assertThat(session.out()).contains("wrote 40 pictures of 6144 possible scenes");
        try (ImageFolder images = ImageFolder.open(ImageFolderConfig.of(out.toString(), 32), folder)) {
            assertThat(images.images()).hasSize(40);
            assertThat(images.classes()).isSubsetOf("morning", "noon", "evening", "night");
            assertThat(images.unreadable()).isEmpty();
        }
    }

    @Test
    void aStudyLeavesResultsAPageAndTables() throws IOException {
        Session session = new Session();
        Path out = folder.resolve("study");
        assertThat(session.run(
                        "scene-study",
                        "--out",
                        out.toString(),
                        "--steps",
                        "2",
                        "--further-steps",
                        "1",
                        "--samples",
                        "2",
                        "--pictures",
                        "20",
                        "--further-pictures",
                        "3"))
                .as(session.err())
                .isZero();
        assertThat(session.out())
                .contains("| exact, other ties | 1.00")
                .endsWith("report.html" + System.lineSeparator());
        assertThat(Files.readString(out.resolve("tables.md"))).contains("Several cells a step");
        EvaluationReport report = EvaluationReport.read(out.resolve("results.json"));
        assertThat(report.settings()).containsEntry("held-out pictures", "2").containsEntry("steps", "2");
    }
}
