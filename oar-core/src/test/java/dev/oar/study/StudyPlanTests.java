package dev.oar.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.config.ConfigException;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.generate.DrawingOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudyPlanTests {
    private static final String PLAN = """
            name: tiny
            recipe: tiny.yaml
            seeds: [1, 2]
            baseline: further
            primary: ordered
            drawings: [{kind: random}]
            arms:
              - {name: further, orders: {kind: known, order: {kind: random}}}
              - {name: ordered, orders: {kind: recorded}}
              - {name: means, orders: {kind: mean-ranks}, seeds: [2]}
            """;

    private static StudyPlan plan(String text) {
        return RecipeReader.parse("study.yaml", text, StudyPlan.class);
    }

    @Test
    void armsAreMeasuredUnderTheirSeedsAndDrawnInTheirOwnOrderFirst() {
        StudyPlan plan = plan(PLAN);
        assertThat(plan.armsOf(1)).extracting(StudyArm::name).containsExactly("further", "ordered");
        assertThat(plan.armsOf(2)).extracting(StudyArm::name).containsExactly("further", "ordered", "means");
        assertThat(plan.drawn(plan.arm("ordered")))
                .extracting(DrawingOrder::label)
                .containsExactly("dynamic, noise 1", "random");
        assertThat(plan.drawn(plan.arm("further")))
                .as("an order that is both own and everybody's is drawn in once")
                .extracting(DrawingOrder::label)
                .containsExactly("random");
    }

    @Test
    void thePlanIsReadBackAsItWasWritten() {
        StudyPlan plan = plan(PLAN);
        assertThat(plan(RecipeWriter.write(plan))).isEqualTo(plan);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "primary: ordered|primary: further|two of the arms",
                "baseline: further|baseline: farther|two of the arms",
                "name: means|name: ordered|name each once",
                "seeds: [2]}|seeds: [3]}|add them there",
                "{kind: recorded}}|{kind: recorded}, seeds: [1]}|measured under all seeds",
                "{kind: recorded}}|{kind: untrained}, steps: 5}|take them out",
                "order: {kind: random}|order: {kind: random, steps: 8}|without a file and steps",
                "order: {kind: random}|order: {kind: dynamic}|known before an image is drawn",
                "name: further, |name: Further, |small letters",
                "{kind: recorded}}|{kind: recorded}, random-share: 1.5}|in [0, 1]",
                "{kind: mean-ranks}|{kind: distilled, count: 0}|at least 1",
                "seeds: [1, 2]|seeds: [1, 1]|name each once",
                "recipe: tiny.yaml|receipt: tiny.yaml|recipe"
            })
    void aPlanThatCannotBeMeantIsRefused(String right, String wrong, String sentence) {
        assertThat(PLAN).contains(right);
        assertThatThrownBy(() -> plan(PLAN.replace(right, wrong)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void thePlansOfTheRepositoryCanBeRead() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(Path.of("../studies"))) {
            files = all.filter(file -> !file.toString().endsWith("-recipe.yaml"))
                    .toList();
        }
        assertThat(files).hasSizeGreaterThan(1);
        for (Path file : files) {
            StudyPlan plan = RecipeReader.read(file, StudyPlan.class);
            assertThat(file.resolveSibling(plan.recipe())).exists();
        }
    }
}
