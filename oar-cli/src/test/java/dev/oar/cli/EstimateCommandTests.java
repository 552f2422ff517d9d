package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EstimateCommandTests {
    private static final String RECIPE =
            Path.of("..", "recipes", "imagenet-256-randar-l.yaml").toString();

    @TempDir
    private Path folder;

    @Test
    void anAcceleratorIsEstimatedFromItsDataSheetAndWrittenAsJson() throws IOException {
        Path json = folder.resolve("estimate.json");
        Session session = new Session();
        assertThat(session.run(
                        "estimate", RECIPE, "--device", "h100-sxm", "--images", "1331167", "--json", json.toString()))
                .as(session.err())
                .isZero();
        assertThat(session.out())
                .contains(
                        "imagenet-256-randar-l on one h100-sxm at 40 %",
                        "1281167 to train on, 50000 to test on, 1000 classes",
                        "what would save time",
                        "its sizes are those of the published randar-l")
                .containsPattern("(?m)^extraction +343 ")
                .containsPattern("(?m)^all ");
        assertThat(Files.readString(json)).contains("\"machine\"", "\"seconds-per-extraction\"", "\"savings\"");
    }

    @Test
    void anUnknownAcceleratorIsRefusedWithTheNearest() {
        Session session = new Session();
        assertThat(session.run("estimate", RECIPE, "--device", "a100", "--images", "5"))
                .isEqualTo(1);
        assertThat(session.err()).hasLineCount(1).contains("no 'a100'", "'a100-80gb'");
    }

    @Test
    void withoutDataTheNumberOfImagesIsAskedFor() throws IOException {
        Path recipe = Files.copy(Path.of(RECIPE), folder.resolve("recipe.yaml"));
        Session session = new Session();
        assertThat(session.run("estimate", recipe.toString(), "--device", "l4")).isEqualTo(1);
        assertThat(session.err()).hasLineCount(1).contains("there is no data set at", "--images N");
    }

    @Test
    void aUtilisationWithoutAnAcceleratorIsRefused() {
        Session session = new Session();
        assertThat(session.run("estimate", RECIPE, "--utilisation", "0.3")).isEqualTo(1);
        assertThat(session.err()).hasLineCount(1).contains("--utilisation goes with --device");
    }
}
