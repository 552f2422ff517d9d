package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.DrawnCodeLength;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.PairedComparison;
import dev.oar.study.StudyPlan;
import dev.oar.tensor.Device;
import dev.oar.testing.NativeMemory;
import dev.oar.train.TrainingLogs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class StudyRunTests {
    private static final String PLAN = """
            name: tiny
            recipe: tiny.yaml
            seeds: [1, 2]
            baseline: further
            primary: ordered
            drawings: [{kind: random}, {kind: halton, steps: 4}]
            arms:
              - {name: further, orders: {kind: known, order: {kind: random}}}
              - {name: ordered, orders: {kind: recorded}}
              - {name: untrained, orders: {kind: untrained}}
              - {name: shuffled, orders: {kind: recorded, use: shuffled}, seeds: [1]}
              - {name: means, orders: {kind: mean-ranks}, seeds: [1]}
              - {name: distilled, orders: {kind: distilled, count: 2}, random-share: 0, seeds: [2]}
              - {name: permutation, orders: {kind: permutation}, steps: 2, learning-rate: 0.002, context-noise: 0.1, seeds: [2]}
            """;

    private static final String ACCURACY = "two-sample accuracy (own features)";
    private static final String NEAREST = "distance to the nearest training image (own features)";
    private static final String BITS = DrawnCodeLength.BITS.name();
    private static final String APART = DrawnCodeLength.APART.name();

    /** What every test compares with: the study as it runs when nothing disturbs it. */
    private static final String WHOLE = "whole";

    private static final Counting UNDISTURBED = new Counting(Integer.MAX_VALUE);

    @TempDir
    static Path folder;

    @BeforeAll
    static void runUndisturbed() throws IOException {
        Recipe recipe = TinyRecipe.of(TinyRecipe.images(folder.resolve("images"), 16), "dual-position");
        Files.writeString(folder.resolve("tiny.yaml"), RecipeWriter.write(recipe));
        study(WHOLE, UNDISTURBED).run();
    }

    private static StudyRun study(String out, PipelineListener listener) {
        StudyPlan plan = RecipeReader.parse("study.yaml", PLAN, StudyPlan.class);
        return new StudyRun(plan, folder.resolve("study.yaml"), folder.resolve(out), listener, Device.CPU);
    }

    private static final class Counting implements PipelineListener {
        final List<StageName> done = new ArrayList<>();
        private final int stopAfter;

        Counting(int stopAfter) {
            this.stopAfter = stopAfter;
        }

        @Override
        public void stageStarted(StageName stage, int number, int of) {
            if (done.size() == stopAfter) {
                throw new IllegalStateException("stopped on purpose");
            }
        }

        @Override
        public synchronized void stageFinished(StageName stage, Duration duration, boolean skipped) {
            if (!skipped) {
                done.add(stage);
            }
        }

        long of(StageName name) {
            return done.stream().filter(name::equals).count();
        }
    }

    @Test
    void everyArmIsTrainedAndMeasuredOnceAndWhatArmsShareIsDoneOnce() throws IOException {
        Counting first = UNDISTURBED;
        assertThat(first.of(StageName.TOKENIZER)).isOne();
        assertThat(first.of(StageName.PRETRAINING)).isEqualTo(2);
        assertThat(first.of(StageName.EXTRACTION)).isEqualTo(2);
        assertThat(first.of(StageName.FINETUNING)).isEqualTo(8);
        assertThat(first.of(StageName.EVALUATION)).as("10 arms and 2 floors").isEqualTo(12);
        assertThat(first.of(StageName.DRAWING))
                .as("10 arms, each drawn once and predicted by the other seed's model")
                .isEqualTo(20);

        Counting second = new Counting(Integer.MAX_VALUE);
        study(WHOLE, second).run();
        assertThat(second.done).isEmpty();

        EvaluationReport report = EvaluationReport.read(folder.resolve("whole/seed-1/results.json"));
        List<PairedComparison> primary =
                report.comparisons().stream().filter(PairedComparison::primary).toList();
        assertThat(primary).hasSize(1);
        assertThat(primary.get(0).metric()).isEqualTo(BitsPerToken.METRIC);
        assertThat(primary.get(0).subject()).contains("ordered (dynamic, noise 1) minus further (random)");
        assertThat(report.figures().stream().map(figure -> figure.arm()).distinct())
                .contains("further", "ordered", "untrained", "shuffled", "means")
                .doesNotContain("distilled");
        assertThat(report.figure("means", "recorded-mean", BitsPerToken.METRIC.name()))
                .isPresent();
        assertThat(report.figure("further", "halton in 4 steps", BitsPerToken.METRIC.name()))
                .as("several cells a step have no code length")
                .isEmpty();
        assertThat(weights(report)).as("arms differ").doesNotHaveDuplicates();
        assertThat(folder.resolve("whole/study.html"))
                .content()
                .contains("Primary comparison", "steps of drawing an image", "images per second", "Recorded orders");
        assertThat(first.of(StageName.ORDERS)).as("one for each extraction").isEqualTo(2);
        assertThat(folder.resolve("whole/orders.csv"))
                .content()
                .contains(
                        "1,ordered and shuffled and means,negative-entropy,,variance of ranks told by the cell,",
                        "2,ordered and distilled,negative-entropy,discs,tau of two images,",
                        "bits per token of step 16,");
        assertThat(folder.resolve("whole/study.csv")).content().contains("2,permutation,permutation 1,");
    }

    @Test
    void drawnImagesAreToldApartAndPredictedByAnotherSeedAndSetBesideTrainingAndTestImages() throws IOException {
        for (long seed : List.of(1L, 2L)) {
            EvaluationReport report = EvaluationReport.read(folder.resolve("whole/seed-" + seed + "/results.json"));
            for (String way : List.of("dynamic, noise 1", "random", "halton in 4 steps")) {
                assertThat(report.figures().stream()
                                .filter(figure -> figure.arm().equals("ordered")
                                        && figure.drawing().equals(way))
                                .map(figure -> figure.metric().name()))
                        .as("seed %d, %s", seed, way)
                        .contains(ACCURACY, "two-sample area under the curve (own features)", NEAREST, BITS, APART)
                        .contains("share nearer to training than 1 % of test images (own features)");
            }
            assertThat(report.figure("test images", "reconstructed images", ACCURACY))
                    .as("what the tokenizer alone gives away")
                    .isPresent();
            assertThat(report.figure("training images", "real images, as many", ACCURACY))
                    .isPresent();
            assertThat(report.figure("test images", "real images", NEAREST)).isPresent();
            assertThat(report.figure("test images", "real images", BITS)).isPresent();
            assertThat(report.figures().stream()
                            .filter(figure -> figure.metric().name().equals(BITS)
                                    && figure.arm().equals("test images")))
                    .hasSize(1);
            assertThat(report.comparisons().stream().map(PairedComparison::subject))
                    .as("compared in the arms' own orders, not again in random ones")
                    .contains(
                            "ordered (dynamic, noise 1) minus further (random), " + ACCURACY,
                            "ordered (dynamic, noise 1) minus further (random), " + APART)
                    .doesNotContain(
                            "random: ordered minus further, " + ACCURACY, "random: ordered minus further, " + APART)
                    .contains("random: ordered minus further, FD (own features)");
            assertThat(report.figure("ordered", "dynamic, noise 1", ACCURACY)
                            .orElseThrow()
                            .families())
                    .as("kept for pairing")
                    .isPresent();
            assertThat(report.figure("ordered", "halton in 4 steps", ACCURACY)
                            .orElseThrow()
                            .families())
                    .as("never paired")
                    .isEmpty();
        }
        assertThat(folder.resolve("whole/study.html")).content().contains("predicted by the any-order model of seed 2");
        assertThat(folder.resolve("whole/study.csv")).content().contains("1,ordered,random," + BITS);
    }

    @Test
    void drawnImagesArePredictedByTheNextSeedOnlyIfItHasAModelOfItsOwn() throws IOException {
        Recipe recipe = RecipeReader.read(folder.resolve("tiny.yaml"), Recipe.class);
        List<FirstStages> firsts = new ArrayList<>();
        List<RunContext> contexts = new ArrayList<>();
        for (long seed : List.of(1L, 2L, 2L)) {
            RunContext context = new RunContext(
                    recipe.withSeed(seed), folder, folder, new Counting(0), Device.CPU, Map.of(), TrainingLogs.NONE);
            contexts.add(context);
            firsts.add(FirstStages.of(context));
        }
        List<Long> seeds = List.of(1L, 2L, 3L);
        assertThat(StudyJudge.of(seeds, firsts, 0).model())
                .containsSame(firsts.get(1).pretraining());
        assertThat(StudyJudge.of(seeds, firsts, 2).model())
                .containsSame(firsts.get(0).pretraining());
        assertThat(StudyJudge.of(seeds, firsts, 1))
                .as("the same model, as of a base")
                .isEqualTo(new StudyJudge(Optional.empty(), "no model: all seeds start from one any-order model"));
        assertThat(StudyJudge.of(List.of(1L), firsts.subList(0, 1), 0).name()).contains("a second seed");
        for (RunContext context : contexts) {
            context.close();
        }
    }

    private static List<String> weights(EvaluationReport report) {
        return report.settings().entrySet().stream()
                .filter(setting -> setting.getKey().startsWith("weights of "))
                .map(Map.Entry::getValue)
                .toList();
    }

    @Test
    void aStudyThatWasStoppedAnywhereGoesOnToTheSameBytes() throws IOException {
        for (int stop = 1; stop < 8; stop += 3) {
            Counting stopped = new Counting(stop);
            assertThatThrownBy(() -> study("stopped", stopped).run()).hasMessage("stopped on purpose");
        }
        study("stopped", new Counting(Integer.MAX_VALUE)).run();
        assertSameResults("stopped", WHOLE);
    }

    @Test
    void severalProcessesShareAStudyAndOneIsKilledAndTheyLeaveWhatOneLeaves() throws IOException {
        Path file = Files.writeString(folder.resolve("study.yaml"), PLAN);
        Path cache = Files.createDirectories(folder.resolve("cache"));
        // Threads are shared out otherwise than in this process, which moves last digits.
        try (RunProcess alone = RunProcess.start(file, folder.resolve("alone"), cache)) {
            assertThat(alone.end()).as(() -> alone.lines().toString()).isZero();
        }
        try (RunProcess first = RunProcess.start(file, folder.resolve("shared"), cache);
                RunProcess second = RunProcess.start(file, folder.resolve("shared"), cache);
                RunProcess killed = RunProcess.start(file, folder.resolve("shared"), cache)) {
            while (killed.finished().isEmpty() && killed.next() != null) {
                // Until it has done something.
            }
            assertThat(killed.kill()).isEqualTo(RunProcess.KILLED);
            assertThat(first.end()).as(() -> first.lines().toString()).isZero();
            assertThat(second.end()).as(() -> second.lines().toString()).isZero();
            List<String> done = new ArrayList<>(first.finished());
            done.addAll(second.finished());
            done.addAll(killed.finished());
            assertThat(done.stream().filter(StageName.EVALUATION.label()::equals))
                    .as("nothing is done twice")
                    .hasSizeLessThanOrEqualTo(12);
        }
        assertSameResults("shared", "alone");
    }

    @Test
    void aStudyIsDrawnInOnePlaceAndMeasuredInAnother() throws IOException {
        Counting drawn = new Counting(Integer.MAX_VALUE);
        study("drawn", drawn).run(StageName.DRAWING);
        assertThat(drawn.of(StageName.DRAWING))
                .as("what needs models is done where models are")
                .isEqualTo(20);
        assertThat(drawn.done).doesNotContain(StageName.EVALUATION, StageName.FEATURES);
        Files.move(folder.resolve("drawn"), folder.resolve("elsewhere"));
        Counting measured = new Counting(Integer.MAX_VALUE);
        study("elsewhere", measured).run();
        assertThat(measured.done).containsOnly(StageName.EVALUATION, StageName.FEATURES);
        assertSameResults("elsewhere", WHOLE);
        assertThatThrownBy(() -> study(WHOLE, new Counting(0)).run(StageName.MODEL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it has no model");
    }

    @Test
    void aPilotMeasuresTheBaselineAloneAndDoesNothingTwice() throws IOException {
        Counting pilot = new Counting(Integer.MAX_VALUE);
        String told = study("pilot", pilot).pilot().text();
        assertThat(told)
                .contains(
                        "bits per token: ",
                        "FD (own features): ",
                        "; a difference of 0.01 is worth telling. 8 images tell ");
        assertThat(told).contains(" seeds tell ").doesNotContain("NaN");
        assertThat(pilot.of(StageName.FINETUNING)).as("one for each seed").isEqualTo(2);
        assertThat(pilot.of(StageName.EVALUATION)).isEqualTo(2);
        assertThat(folder.resolve("pilot/study.html")).doesNotExist();
        Counting rest = new Counting(0);
        assertThat(study("pilot", rest).pilot().text()).isEqualTo(told);
        assertThat(rest.done).isEmpty();
    }

    private static void assertSameResults(String out, String other) throws IOException {
        for (String file : List.of("study.csv", "orders.csv", "seed-1/results.json", "seed-2/results.json")) {
            assertThat(folder.resolve(out).resolve(file))
                    .hasSameBinaryContentAs(folder.resolve(other).resolve(file));
        }
    }

    @Test
    void whatIsCompleteCanBeReadBeforeTheEndButNotBeforeTheBaseline() throws IOException {
        assertThatThrownBy(() -> study("so-far", new Counting(0)).writeSoFar())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("run the study first");
        int untilBaseline = 12;
        assertThatThrownBy(() -> study("so-far", new Counting(untilBaseline)).run())
                .hasMessage("stopped on purpose");
        study("so-far", new Counting(0)).writeSoFar();
        assertThat(folder.resolve("so-far/study.csv"))
                .content()
                .contains("1,further,")
                .doesNotContain("2,permutation,");
    }
}
