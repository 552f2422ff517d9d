package dev.oar.cli;

import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.FullPath;
import dev.oar.config.RecipeReader;
import dev.oar.group.ProcessGroup;
import dev.oar.group.RankEnvironment;
import dev.oar.piece.PieceMakers;
import dev.oar.pipeline.Pipeline;
import dev.oar.pipeline.Recipe;
import dev.oar.pipeline.StageName;
import dev.oar.tensor.Device;
import dev.oar.train.TrainingLogs;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;

/** Runs recipes and tells how it goes. */
final class PipelineRunner {
    private final Terminal terminal;
    private final Interruption interruption;
    private final Map<String, String> environment;
    private final Optional<PieceMakers> makers;

    /**
     * A runner of this process.
     *
     * @param environment its variables, which may make it one of several that train together
     * @param makers make tokens and orders, if there are any
     */
    PipelineRunner(
            Terminal terminal,
            Interruption interruption,
            Map<String, String> environment,
            Optional<PieceMakers> makers) {
        this.terminal = terminal;
        this.interruption = interruption;
        this.environment = environment;
        this.makers = makers;
    }

    /** Runs a recipe file up to a stage on a device; relative paths in it start from its folder. */
    void run(Path file, OptionalLong seed, Device device, Path out, StageName target, TrainingLogs logs)
            throws IOException {
        Recipe recipe = RecipeReader.read(file, Recipe.class);
        Path folder = FullPath.of(file).getParent();
        run(recipe, folder == null ? Path.of("") : folder, seed, device, out, target, logs);
    }

    /**
     * Runs a recipe up to a stage.
     *
     * @param seed a seed to use instead of the recipe's
     * @param device where tokenizer and transformers are
     * @param logs what is written of trainings besides their metrics
     */
    void run(
            Recipe given,
            Path baseDirectory,
            OptionalLong seed,
            Device device,
            Path out,
            StageName target,
            TrainingLogs logs)
            throws IOException {
        Recipe recipe = seed.isPresent() ? given.withSeed(seed.getAsLong()) : given;
        Optional<RankEnvironment> rank = RankEnvironment.of(environment);
        if (rank.isEmpty()) {
            run(recipe, baseDirectory, device, out, target, logs, ProcessGroup.alone(), terminal);
            return;
        }
        Starter.watch(environment, terminal);
        try (ProcessGroup group = ProcessGroup.join(rank.get(), interruption::check)) {
            try {
                run(recipe, baseDirectory, device, out, target, logs, group, group.isFirst() ? terminal : silent());
            } catch (IOException | RuntimeException | Error e) {
                Throwable cause = FailureSentences.unwrapped(e);
                group.fail(cause instanceof CancellationException ? "it was interrupted" : FailureSentences.of(cause));
                throw e;
            }
        }
    }

    /** Of ranks whose progress is that of rank 0. */
    private Terminal silent() {
        return new Terminal(
                new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()), false, terminal.columns());
    }

    private void run(
            Recipe recipe,
            Path baseDirectory,
            Device device,
            Path out,
            StageName target,
            TrainingLogs logs,
            ProcessGroup group,
            Terminal to)
            throws IOException {
        long began = System.nanoTime();
        to.out()
                .println("running " + recipe.name() + " in " + out
                        + (group.size() == 1 ? "" : " with " + group.size() + " processes"));
        try (RunProgress progress = new RunProgress(to, interruption)) {
            Pipeline pipeline = new Pipeline(recipe, baseDirectory, out, progress, device, logs, group);
            makers.map(pipeline::madeBy).orElse(pipeline).run(target);
            if (group.isFirst()) {
                summarise(recipe, out, target, logs, progress.times(), Duration.ofNanos(System.nanoTime() - began));
            }
        }
    }

    private void summarise(
            Recipe recipe, Path out, StageName target, TrainingLogs logs, String times, Duration duration)
            throws IOException {
        terminal.out().println("finished in " + ProgressLineView.duration(duration));
        if (!times.isEmpty()) {
            terminal.out().println("  times   " + times);
        }
        if (logs == TrainingLogs.TENSORBOARD) {
            terminal.out().println("  curves  tensorboard --logdir " + out);
        }
        if (target != StageName.REPORT) {
            return;
        }
        terminal.out().println("  report  " + out.resolve(Pipeline.REPORT));
        terminal.out().println("  model   " + out.resolve(Pipeline.MODEL));
        Path model = out.resolve(Pipeline.MODEL);
        terminal.out()
                .println("draw with it: oar generate --model " + model
                        + (drawsFromCaptions(model)
                                ? " --caption \"...\" --count 16 --out DIR"
                                : " --class X --count 16 --out DIR   (classes of " + recipe.name() + ": oar models "
                                        + model + ")"));
    }

    private static boolean drawsFromCaptions(Path model) throws IOException {
        return ModelFolder.open(model).drawsFromCaptions();
    }
}
