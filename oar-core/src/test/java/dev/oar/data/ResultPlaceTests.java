package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultPlaceTests {
    @TempDir
    Path folder;

    @BeforeEach
    void make() throws IOException {
        Files.createDirectories(folder.resolve("images/cat"));
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("images/cat"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"images", "images/run", "images/cat/deep/er", "other/../images/run", "link/run", "link/../run"})
    void resultsWithinTheImagesAreRefused(String results) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ResultPlace.requireOutside(folder.resolve(results), folder.resolve("images")))
                .withMessageContaining("may not lie within the images")
                .withMessageEndingWith("choose another place for them");
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "images2", "run", "link/../../run"})
    void resultsBesideTheImagesOrAboveThemAreFine(String results) {
        assertThatCode(() -> ResultPlace.requireOutside(folder.resolve(results), folder.resolve("images")))
                .doesNotThrowAnyException();
    }

    @Test
    void nothingLiesInAFileOrInWhatIsNotThere() throws IOException {
        Path zip = Files.createFile(folder.resolve("images.zip"));

        assertThatCode(() -> ResultPlace.requireOutside(folder.resolve("images.zip"), zip))
                .doesNotThrowAnyException();
        assertThatCode(() -> ResultPlace.requireOutside(folder.resolve("none/run"), folder.resolve("none")))
                .doesNotThrowAnyException();
    }
}
