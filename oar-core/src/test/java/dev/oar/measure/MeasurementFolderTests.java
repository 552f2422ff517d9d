package dev.oar.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasurementFolderTests {
    @TempDir
    private Path folder;

    @Test
    void resultsOfTheSameSettingsAreReplaced() throws IOException {
        assertThat(write("1", 2)).isEmpty();
        assertThat(write("1", 3)).isEmpty();
        assertThat(figure(folder)).isEqualTo(3);
    }

    @Test
    void resultsOfOtherSettingsMoveAsideAndNoneIsLost() throws IOException {
        write("1", 2);
        assertThat(write("2", 3)).contains(folder.resolve("earlier-1"));
        assertThat(write("3", 4)).contains(folder.resolve("earlier-2"));
        assertThat(figure(folder)).isEqualTo(4);
        assertThat(figure(folder.resolve("earlier-1"))).isEqualTo(2);
        assertThat(figure(folder.resolve("earlier-2"))).isEqualTo(3);
        for (String name : List.of(MeasurementFolder.TABLE, MeasurementFolder.REPORT)) {
            assertThat(folder.resolve("earlier-2").resolve(name)).exists();
        }
    }

    @Test
    void aFileOfTheNameThatIsNoResultsMovesAside() throws IOException {
        Files.writeString(folder.resolve(MeasurementFolder.RESULTS), "my own");
        assertThat(write("1", 2)).contains(folder.resolve("earlier-1"));
        assertThat(folder.resolve("earlier-1").resolve(MeasurementFolder.RESULTS))
                .hasContent("my own");
    }

    private Optional<Path> write(String seed, double point) throws IOException {
        EvaluationFigure figure = new EvaluationFigure(
                "samples",
                "images",
                new Metric("FD", true, Metric.Kind.FRECHET_DISTANCE),
                Interval.unbounded(point, 1),
                9,
                1);
        return MeasurementFolder.write(
                folder,
                "title",
                "words",
                new EvaluationReport(Map.of("seed", seed), List.of(figure), List.of()),
                List.of());
    }

    private static double figure(Path folder) throws IOException {
        return EvaluationReport.read(folder.resolve(MeasurementFolder.RESULTS))
                .figures()
                .get(0)
                .value()
                .point();
    }
}
