package dev.oar.pipeline;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.file.CorruptFileException;
import dev.oar.group.ProcessGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One stage of the flow: what it needs, the settings it depends on, and how it is done. A stage that is complete for the same
 * settings and inputs is never done again.
 */
abstract class Stage {
    private static final String COMPLETE = "complete";
    private static final String TOGETHER = "together";
    private static final String ALONE = "alone";

    private final RunContext context;
    private final StageName name;
    private final List<Stage> needs;
    private @Nullable StageTime time;

    Stage(RunContext context, StageName name, List<Stage> needs) {
        this.context = context;
        this.name = name;
        this.needs = List.copyOf(needs);
    }

    /** Everything of the recipe that the result depends on, as text. */
    abstract String settings() throws IOException;

    /** The settings without the number of steps of a training that may be given more of them. */
    String settingsButSteps() throws IOException {
        return settings();
    }

    /**
     * Does the work, going on where an interrupted call stopped.
     *
     * @return figures and fingerprints for later stages and the report
     */
    abstract Map<String, String> run(Path directory) throws IOException;

    /** Whether the processes of a group do the work together; else rank 0 does it alone and the others wait. */
    boolean isShared() {
        return false;
    }

    /** Whether what the complete stage left outside its own folder is still what it left there. */
    boolean isIntact(StageDirectory.Marker marker) throws IOException {
        return true;
    }

    /** Whether a file is there and is the one of the fingerprint. */
    static boolean holds(Path file, @Nullable String fingerprint) throws IOException {
        return Files.isRegularFile(file) && Fingerprint.ofFile(file).equals(fingerprint);
    }

    /** The weight files that the complete stage leaves, by the name of what they belong to. */
    Map<String, Path> weights() throws IOException {
        return Map.of();
    }

    final RunContext context() {
        return context;
    }

    final Recipe recipe() {
        return context.recipe();
    }

    final StageName name() {
        return name;
    }

    final List<Stage> needs() {
        return needs;
    }

    /** This stage and all it needs, in the order in which they run. */
    final List<Stage> withNeeds() {
        Set<Stage> all = new LinkedHashSet<>();
        collect(this, all);
        return all.stream().sorted(Comparator.comparing(Stage::name)).toList();
    }

    private static void collect(Stage stage, Set<Stage> into) {
        stage.needs.forEach(need -> collect(need, into));
        into.add(stage);
    }

    /** Of the settings and, through the stages needed, of everything that they depend on. */
    final String fingerprint() throws IOException {
        return fingerprint(settings());
    }

    /** As the fingerprint, but equal for trainings that differ in nothing but their number of steps and may be given more. */
    final String lineage() throws IOException {
        return fingerprint(settingsButSteps());
    }

    private String fingerprint(String settings) throws IOException {
        List<String> parts = new ArrayList<>(List.of(name.label(), settings));
        for (Stage stage : needs) {
            parts.add(stage.fingerprint());
        }
        return Fingerprint.of(parts.toArray(String[]::new));
    }

    final StageDirectory directory() throws IOException {
        return new StageDirectory(context.runDirectory(), name, fingerprint());
    }

    /** A file that this stage has written. */
    final Path file(String fileName) throws IOException {
        return directory().path().resolve(fileName);
    }

    /** The sentence on files of this stage that cannot be used, with what keeps the stage from being run again. */
    final CorruptFileException unusable(CorruptFileException cause) throws IOException {
        return new CorruptFileException(
                cause.getMessage() + ", and delete " + directory().path()
                        + " before, since the stage counts as complete while that is there",
                cause);
    }

    /** What the finished stage noted. */
    final StageDirectory.Marker result() throws IOException {
        return directory()
                .marker()
                .orElseThrow(() -> new IllegalStateException("stage " + name.label() + " has not been run yet"));
    }

    /** Whether it was done for the same settings and inputs, and is intact. */
    final boolean isComplete() throws IOException {
        Optional<StageDirectory.Marker> marker = directory().marker();
        return marker.isPresent() && isIntact(marker.get());
    }

    /** Runs the stage unless it is complete; all processes of a group come here, and go on when rank 0 has completed it. */
    final void ensure(int number, int of) throws IOException {
        ProcessGroup group = context.group();
        if (group.size() == 1) {
            ensureHere(number, of);
        } else if (group.isFirst()) {
            // Nothing that rank 0 asks itself must be asked by the others, who do not see what is being written.
            var unused = group.fromFirst(isComplete() ? COMPLETE : isShared() ? TOGETHER : ALONE);
            ensureHere(number, of);
            group.meet();
        } else {
            if (group.fromFirst("").equals(TOGETHER)) {
                var unused = run(directory().path());
            }
            group.meet();
        }
    }

    private void ensureHere(int number, int of) throws IOException {
        StageDirectory directory = directory();
        context.listener().stageStarted(name, number, of);
        Optional<StageDirectory.Marker> marker = directory.marker();
        if (marker.isPresent() && isIntact(marker.get())) {
            Duration before = Duration.ofMillis((long) (marker.get().seconds() * 1000));
            context.listener().stageFinished(name, before, true);
            return;
        }
        Instant start = Instant.now();
        try (StageTime attempt = StageTime.begin(directory.path(), System::nanoTime)) {
            time = attempt;
            Map<String, String> outputs = run(directory.path());
            directory.complete(attempt.spent(), outputs, context);
            attempt.complete();
        } finally {
            time = null;
        }
        context.listener().stageFinished(name, Duration.between(start, Instant.now()), false);
    }

    /** Reports progress of this stage. */
    final void progress(String activity, long done, long total) {
        progress(StageProgress.of(activity, done, total));
    }

    /** Reports progress of this stage. */
    final void progress(StageProgress progress) {
        if (time != null) {
            time.note();
        }
        context.listener().progress(name, progress);
    }
}
