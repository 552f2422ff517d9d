package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.FamilyValues;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.Metric;
import dev.oar.evaluate.PairedComparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results that were made before, taken together and compared by the command. */
class VerdictCommandTests {
    private static final Metric BITS = BitsPerToken.METRIC;

    @TempDir
    private Path folder;

    @Test
    void severalTrainingsAreTakenTogether() throws IOException {
        Session session = new Session();
        assertThat(session.run("verdict", run(1, -0.5), run(2, -0.6), run(3, -0.7)))
                .as(session.err())
                .isZero();
        assertThat(session.out())
                .isEqualTo("random: specialised minus any-order, bits per token%n  by seed -0.5000, -0.6000, -0.7000%n"
                                .formatted()
                        + "  mean -0.6000 [-0.8484, -0.3516]: specialised is better by 0.600 (± 0.25), over 3 training seeds%n"
                                .formatted());
        assertThat(session.err()).isEmpty();
    }

    @Test
    void oneTrainingAloneAndMissingResultsAreOneSentence() throws IOException {
        Session twice = new Session();
        String first = run(1, -0.5);
        assertThat(twice.run("verdict", first, first)).isEqualTo(1);
        assertThat(twice.err()).contains("are of the same weights").hasLineCount(1);
        Session missing = new Session();
        assertThat(missing.run("verdict", first, folder.resolve("none").toString()))
                .isEqualTo(1);
        assertThat(missing.err()).contains("there is no").hasLineCount(1);
    }

    @Test
    void figuresOfTheSameImagesAreComparedInPairs() throws IOException {
        Session session = new Session();
        assertThat(session.run("compare", run(1, -0.5), run(2, -0.6)))
                .as(session.err())
                .isZero();
        assertThat(session.out()).contains("first minus second 0.1000 [0.1000, 0.1000]: the second is better");
    }

    private String run(int seed, double difference) throws IOException {
        Path directory = Files.createDirectories(folder.resolve("run-" + seed));
        double[] bits = {5 + difference, 6 + difference, 9 + difference};
        EvaluationFigure figure = EvaluationFigure.ofFamilies(
                "specialised", "random", BITS, new FamilyValues(new int[] {1, 2, 4}, bits), 3, 1);
        Interval interval = new Interval(difference, difference - 1, difference + 1, 0, 0);
        new EvaluationReport(
                        Map.of("images", "i", "weights of specialised", "w" + seed),
                        List.of(figure),
                        List.of(new PairedComparison("specialised", "any-order", "random", BITS, interval, 3, 1)))
                .write(directory.resolve("results.json"));
        return directory.toString();
    }
}
