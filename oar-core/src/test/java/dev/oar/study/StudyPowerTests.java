package dev.oar.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.config.RecipeReader;
import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.FamilyValues;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.Metric;
import dev.oar.evaluate.Power;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StudyPowerTests {
    private static final StudyPlan PLAN = RecipeReader.parse("study.yaml", """
            name: tiny
            recipe: tiny.yaml
            seeds: [1, 2, 3]
            baseline: further
            primary: ordered
            worth-telling: {bits: 0.5, distance: 0.1}
            arms:
              - {name: further, orders: {kind: known, order: {kind: random}}}
              - {name: ordered, orders: {kind: recorded}}
            """, StudyPlan.class);

    private static final Metric DISTANCE = new Metric("FD", true, Metric.Kind.FRECHET_DISTANCE);

    private static EvaluationFigure bits(String arm, String order, double... values) {
        return EvaluationFigure.ofFamilies(
                arm, order, BitsPerToken.METRIC, new FamilyValues(new int[] {0, 1, 2, 3}, values), 8, 1);
    }

    private static SeedResults seed(long seed, EvaluationFigure... figures) {
        return new SeedResults(seed, new EvaluationReport(Map.of(), List.of(figures), List.of()), Map.of());
    }

    private static StudyPower.Outcome only(SeedResults... seeds) {
        List<StudyPower.Outcome> outcomes = new StudyPower(PLAN, List.of(seeds)).outcomes();
        assertThat(outcomes).hasSize(1);
        return outcomes.get(0);
    }

    @Test
    void aBaselineAloneIsPairedWithItselfOverImagesAndTakenTwiceOverSeeds() {
        StudyPower.Outcome outcome =
                only(seed(1, bits("further", "random", 1, 2, 3, 4)), seed(2, bits("further", "random", 2, 2, 4, 4)));
        // Differences 1, 0, 1, 0 have the variance 1/3; means 2.5 and 3 that of 1/8, of which a difference has twice.
        assertThat(outcome.overImages().orElseThrow().deviation()).isEqualTo(Math.sqrt(1.0 / 3), within(1e-12));
        assertThat(outcome.overSeeds().orElseThrow().deviation()).isEqualTo(0.5, within(1e-12));
        assertThat(outcome.worth()).isEqualTo(0.5);
        assertThat(outcome.imagesNeeded())
                .as("7.85 * (1/3) / 0.25 = 10.5, so 11 families of 2 images each")
                .hasValue(22);
        assertThat(outcome.seedsNeeded()).hasValue(Power.trainings(0.5, 0.5));
        assertThat(outcome.toldBySeeds(3).orElseThrow()).isEqualTo(Power.differenceOfTrainings(3, 0.5), within(1e-9));
    }

    @Test
    void whereArmsAreMeasuredTheirDifferencesDecide() {
        StudyPower.Outcome outcome = only(
                seed(1, bits("further", "random", 1, 2, 3, 4), bits("ordered", "dynamic, noise 1", 2, 3, 4, 5)),
                seed(2, bits("further", "random", 9, 2, 3, 4), bits("ordered", "dynamic, noise 1", 12, 5, 6, 7)));
        assertThat(outcome.overImages().orElseThrow().deviation())
                .as("all images of a seed differ alike")
                .isZero();
        assertThat(outcome.overImages().orElseThrow().source()).contains("paired, of arms");
        assertThat(outcome.overSeeds().orElseThrow().deviation())
                .as("differences 1 and 3")
                .isEqualTo(Math.sqrt(2), within(1e-12));
    }

    @Test
    void oneTrainingSaysNothingOfAnother() {
        StudyPower power = new StudyPower(PLAN, List.of(seed(1, bits("further", "random", 1, 2, 3, 4))));
        StudyPower.Outcome outcome = power.outcomes().get(0);
        // The variance 5/3 of the values, twice.
        assertThat(outcome.overImages().orElseThrow().deviation()).isEqualTo(Math.sqrt(10.0 / 3), within(1e-12));
        assertThat(outcome.overSeeds()).isEmpty();
        assertThat(power.text()).contains("8 images tell 2.557", "too few, it takes 210", "One training does not say");
    }

    @Test
    void distancesHaveTheErrorsOfBothArmsAndAShareOfThemselvesIsWorthTelling() {
        Interval value = new Interval(2, 0, 4, 10, 1);
        double reach = 1.959963984540054 * 0.05;
        Interval given = new Interval(2, 2 - reach, 2 + reach, 10, 1);
        StudyPower.Outcome outcome = only(seed(
                1,
                new EvaluationFigure(
                        "further", "random", DISTANCE, value, 100, 1, Optional.of(given), Optional.empty())));
        assertThat(outcome.overImages().orElseThrow().deviation())
                .as("an error of 0.05 at 100 images, twice in squares")
                .isEqualTo(Math.sqrt(2) * 0.5, within(1e-9));
        assertThat(outcome.worth()).isEqualTo(0.2, within(1e-12));
        assertThat(outcome.imagesNeeded()).as("7.848879 * 0.5 / 0.04").hasValue(99);
        assertThat(outcome.toldByImages().orElseThrow()).isLessThan(0.2);
    }

    @Test
    void figuresThatArmsAreNotJudgedByAndOtherOrdersAreLeftOut() {
        EvaluationFigure recall = new EvaluationFigure(
                "further", "random", new Metric("recall", false, Metric.Kind.SCORE), Interval.unbounded(1, 1), 8, 1);
        assertThat(new StudyPower(PLAN, List.of(seed(1, recall, bits("further", "raster", 1, 2, 3, 4)))).outcomes())
                .isEmpty();
    }
}
