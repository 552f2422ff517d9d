package dev.oar.pipeline;

import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.config.Require;
import dev.oar.data.ResultPlace;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.file.AtomicFile;
import dev.oar.study.SeedResults;
import dev.oar.study.StudyPlan;
import dev.oar.study.StudyPower;
import dev.oar.study.StudyTable;
import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import dev.oar.train.TrainingLogs;
import dev.oar.tuning.MachineProfiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Runs a study of orders. Its stages are those of a recipe's run, with an extraction, a training and a measurement for every arm and seed;
 * what two arms share is done once. A study that was broken off goes on where it was, and several processes may work on one at the same
 * time: each takes a stage that nobody else is at.
 *
 * <pre>
 * STUDY/stages/...                one folder per stage, see {@link StageDirectory}
 * STUDY/locks/...                 kept by whoever works on a stage
 * STUDY/choices.json              what the recipe left to the machine
 * STUDY/seed-N/results.json       the figures of all arms under a seed, and their comparison with the baseline
 * STUDY/study.html, study.csv     what all seeds say together
 * STUDY/orders.csv                what recorded orders are like
 * </pre>
 */
public final class StudyRun {
    /** File name of the page. */
    public static final String PAGE = "study.html";

    /** File name of the table. */
    public static final String TABLE = "study.csv";

    /** File name of the table of recorded orders. */
    public static final String ORDERS = "orders.csv";

    private static final Duration WAIT = Duration.ofSeconds(2);

    private final StudyPlan plan;
    private final Recipe recipe;
    private final Path baseDirectory;
    private final Path directory;
    private final PipelineListener listener;
    private final Device device;
    private final TrainingLogs logs;
    private final Map<Stage, String> names = new HashMap<>();

    /**
     * A study.
     *
     * @param planFile the plan; paths in it start from its folder, those in the recipe from the recipe's
     * @param directory where everything goes
     * @param device where tokenizer and transformers are
     * @throws IllegalArgumentException if there is no such device
     */
    public StudyRun(StudyPlan plan, Path planFile, Path directory, PipelineListener listener, Device device) {
        this(plan, planFile, directory, listener, device, TrainingLogs.NONE);
    }

    /** As the form without logs; {@code logs} says what is written of trainings besides their metrics. */
    public StudyRun(
            StudyPlan plan,
            Path planFile,
            Path directory,
            PipelineListener listener,
            Device device,
            TrainingLogs logs) {
        this.logs = logs;
        this.plan = plan;
        Path recipeFile =
                planFile.toAbsolutePath().resolveSibling(plan.recipe()).normalize();
        this.recipe = RecipeReader.read(recipeFile, Recipe.class);
        this.baseDirectory = recipeFile.resolveSibling("").normalize();
        this.directory = directory;
        this.listener = listener;
        this.device = device.requireUsable();
    }

    /**
     * Runs whatever is left to do, and writes what came of it.
     *
     * @throws IOException if reading or writing fails
     * @throws ArithmeticException if too many steps of a training in a row have no finite loss and gradient
     */
    public void run() throws IOException {
        open(seeds -> {
            work(stages(seeds));
            write(seeds);
        });
    }

    /**
     * Runs what is left to do of a stage and what it needs, and writes no page: what needs a GPU can be done on one machine, and the figures on
     * another.
     *
     * @param last the stage, of all arms and seeds
     * @throws IllegalArgumentException if a study has no such stage
     * @throws IOException if reading or writing fails
     * @throws ArithmeticException if too many steps of a training in a row have no finite loss and gradient
     */
    public void run(StageName last) throws IOException {
        open(seeds -> {
            List<Stage> all = stages(seeds);
            Set<Path> needed = new HashSet<>();
            for (Stage stage : all) {
                // Describing orders needs the models, as drawing does.
                boolean describes = stage.name() == StageName.ORDERS && last == StageName.DRAWING;
                if (stage.name() == last || describes) {
                    for (Stage need : stage.withNeeds()) {
                        needed.add(need.directory().path());
                    }
                }
            }
            List<Stage> left = new ArrayList<>();
            for (Stage stage : all) {
                if (needed.contains(stage.directory().path())) {
                    left.add(stage);
                }
            }
            Require.that(
                    !left.isEmpty(),
                    "a study can end behind a stage that it has, but it has no %s; choose extraction, finetuning or drawing",
                    last.label());
            work(left);
        });
    }

    /**
     * Measures the baseline under every seed, and nothing else: enough to say how many images and seeds the study needs. Arms that are
     * measured already are looked at, too.
     *
     * @return what the study can tell
     * @throws IOException if reading or writing fails
     * @throws ArithmeticException if too many steps of a training in a row have no finite loss and gradient
     */
    public StudyPower pilot() throws IOException {
        List<SeedResults> results = new ArrayList<>();
        open(seeds -> {
            Map<Path, Stage> needed = new LinkedHashMap<>();
            for (StudySeed seed : seeds) {
                add(needed, Objects.requireNonNull(seed.arms().get(plan.arm(plan.baseline()))));
            }
            work(List.copyOf(needed.values()));
            for (StudySeed seed : seeds) {
                results.add(seed.done().results(plan, new EvaluationReport(Map.of(), List.of(), List.of())));
            }
        });
        return new StudyPower(plan, results);
    }

    /**
     * Writes what has come of a study that is not finished: of the seeds whose baseline is measured, the arms that are.
     *
     * @throws IllegalArgumentException if the baseline is not measured under any seed
     * @throws IOException if reading or writing fails
     */
    public void writeSoFar() throws IOException {
        open(this::write);
    }

    /** What is done with the stages of all seeds. */
    @FunctionalInterface
    private interface Work {
        void on(List<StudySeed> seeds) throws IOException;
    }

    private void open(Work work) throws IOException {
        PublicData.require(recipe.data(), baseDirectory);
        ResultPlace.requireOutside(
                directory, baseDirectory.resolve(recipe.data().path()));
        LibTorch.load();
        Recipe settled = settled();
        List<RunContext> contexts = new ArrayList<>();
        try {
            List<FirstStages> firsts = new ArrayList<>();
            for (long seed : plan.seeds()) {
                RunContext context = new RunContext(
                        settled.withSeed(seed), baseDirectory, directory, listener, device, Map.of(), logs);
                contexts.add(context);
                firsts.add(FirstStages.of(context));
            }
            List<StudySeed> seeds = new ArrayList<>();
            for (int place = 0; place < firsts.size(); place++) {
                StudySeed seed = StudySeed.of(
                        plan,
                        contexts.get(place),
                        plan.seeds().get(place),
                        firsts.get(place),
                        StudyJudge.of(plan.seeds(), firsts, place));
                names.putAll(seed.names());
                seeds.add(seed);
            }
            contexts.get(0).requireMeasurable();
            work.on(seeds);
        } finally {
            for (RunContext context : contexts) {
                context.close();
            }
        }
    }

    /** The recipe with everything decided, by whichever process comes first. */
    private Recipe settled() throws IOException {
        try (RunLock ignored = await("choices")) {
            RunChoices choices =
                    RunChoices.of(directory, () -> MachineProfiles.of(device, line -> listener.note(line)));
            Recipe settled = choices.settle(recipe);
            choices.write(directory);
            choices.notes().forEach(listener::note);
            return settled;
        }
    }

    /** All stages, each once, those that others need before them; the arms of all seeds by turns. */
    private List<Stage> stages(List<StudySeed> seeds) throws IOException {
        Map<Path, Stage> stages = new LinkedHashMap<>();
        for (StudySeed seed : seeds) {
            add(stages, seed.floor());
        }
        int most = seeds.stream().mapToInt(seed -> seed.arms().size()).max().orElse(0);
        for (int place = 0; place < most; place++) {
            for (StudySeed seed : seeds) {
                List<StudyMeasurementStage> ofSeed = List.copyOf(seed.arms().values());
                if (place < ofSeed.size()) {
                    add(stages, ofSeed.get(place));
                }
            }
            // What waits for another seed's model comes behind what does not.
            for (StudySeed seed : seeds) {
                List<StudyPredictionStage> ofSeed =
                        List.copyOf(seed.predictions().values());
                if (place < ofSeed.size()) {
                    add(stages, ofSeed.get(place));
                }
            }
        }
        for (StudySeed seed : seeds) {
            for (StudyOrdersStage orders : seed.orders().keySet()) {
                add(stages, orders);
            }
        }
        return List.copyOf(stages.values());
    }

    private static void add(Map<Path, Stage> stages, Stage last) throws IOException {
        for (Stage stage : last.withNeeds()) {
            stages.putIfAbsent(stage.directory().path(), stage);
        }
    }

    /** Does the first stage that can be done and nobody else does, until all are done. */
    private void work(List<Stage> all) throws IOException {
        for (Stage stage : all) {
            if (stage instanceof AnyOrderStage anyOrder) {
                anyOrder.requireCaptions();
            }
        }
        List<Stage> left = new ArrayList<>(all);
        while (!left.isEmpty()) {
            if (!doOne(left, all.size())) {
                pause();
            }
        }
    }

    /** Takes stages that are done out of the list, and does one of the others, if one is free. */
    private boolean doOne(List<Stage> left, int of) throws IOException {
        for (Stage stage : List.copyOf(left)) {
            if (isDone(stage)) {
                left.remove(stage);
            } else if (isReady(stage)) {
                Optional<RunLock> lock = take(nameOf(stage));
                if (lock.isPresent()) {
                    try (RunLock ignored = lock.get()) {
                        // Whoever held the lock before may have done it since it was looked at.
                        if (!isDone(stage)) {
                            noteName(stage);
                            stage.ensure(of - left.size() + 1, of);
                        }
                    }
                    left.remove(stage);
                    return true;
                }
            }
        }
        return left.isEmpty();
    }

    static boolean isDone(Stage stage) throws IOException {
        return stage.directory().marker().isPresent();
    }

    private static boolean isReady(Stage stage) throws IOException {
        for (Stage need : stage.needs()) {
            if (!isDone(need)) {
                return false;
            }
        }
        return true;
    }

    private static String nameOf(Stage stage) throws IOException {
        return String.valueOf(stage.directory().path().getFileName());
    }

    private Optional<RunLock> take(String what) throws IOException {
        return RunLock.tryTake(directory.resolve("locks").resolve(what));
    }

    private RunLock await(String what) throws IOException {
        while (true) {
            Optional<RunLock> lock = take(what);
            if (lock.isPresent()) {
                return lock.get();
            }
            pause();
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(WAIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the study was interrupted; run the same command to go on", e);
        }
    }

    private void write(List<StudySeed> seeds) throws IOException {
        List<SeedResults> results = new ArrayList<>();
        List<StudySeed> measured = new ArrayList<>();
        for (StudySeed all : seeds) {
            StudySeed seed = all.done();
            if (isDone(seed.floor()) && seed.arms().containsKey(plan.arm(plan.baseline()))) {
                measured.add(seed);
                results.add(write(seed));
            }
        }
        if (measured.isEmpty()) {
            throw new IllegalArgumentException("arms are compared with the baseline " + plan.baseline()
                    + ", which is not measured yet in " + directory + "; run the study first");
        }
        write(TABLE, StudyTable.csv(results));
        write("study.yaml", RecipeWriter.write(plan));
        StudyOrdersReport orders = StudySeed.described(measured);
        write(ORDERS, orders.csv());
        StudyReport report = new StudyReport(plan, recipe, results);
        write(PAGE, report.html(measured.get(0).arms(), orders.blocks(), Environment.current(device, 1)));
    }

    private SeedResults write(StudySeed seed) throws IOException {
        SeedResults results = seed.results(plan, seed.floor().results());
        results.report().write(directory.resolve("seed-" + seed.seed()).resolve(StudyMeasurementStage.RESULTS));
        return results;
    }

    private void noteName(Stage stage) {
        String name = names.get(stage);
        if (name != null) {
            listener.note(name);
        }
    }

    private void write(String name, String text) throws IOException {
        AtomicFile.write(directory.resolve(name), text.getBytes(StandardCharsets.UTF_8));
    }
}
