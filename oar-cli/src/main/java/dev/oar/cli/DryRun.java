package dev.oar.cli;

import dev.oar.checkpoint.FullPath;
import dev.oar.estimate.Estimate;
import dev.oar.estimate.RecipeSizes;
import dev.oar.estimate.StageEstimate;
import dev.oar.pipeline.Pipeline;
import dev.oar.pipeline.Recipe;
import dev.oar.pipeline.RunPlan;
import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Says whether a run would go through and what it would do, and does none of it. */
final class DryRun {
    private static final double GIGA = 1e9;
    private static final double TERA = 1e12;
    private static final int FAILURE = 1;

    private final Terminal terminal;
    private final Interruption interruption;

    DryRun(Terminal terminal, Interruption interruption) {
        this.terminal = terminal;
        this.interruption = interruption;
    }

    /**
     * Prints the plan of a run.
     *
     * @return the exit code: 1 if disk or memory would not suffice
     * @throws IOException in one sentence, if the run would be refused
     */
    int print(Recipe recipe, Path baseDirectory, Device device, Path out) throws IOException {
        RunPlan plan;
        try (RunProgress progress = new RunProgress(terminal, interruption)) {
            plan = new Pipeline(recipe, baseDirectory, out, progress, device).plan();
        }
        terminal.out()
                .println(recipe.name() + " in " + out + ": " + plan.train() + " images to train on, " + plan.test()
                        + " to test on, " + plan.classes() + (plan.classes() == 1 ? " class" : " classes"));
        List<StageEstimate> sizes = sizes(recipe, baseDirectory, device);
        for (RunPlan.Planned planned : plan.stages()) {
            terminal.out().println("  " + line(planned, sizes));
        }
        List<String> lacking = lacking(plan, sizes, device, out);
        lacking.forEach(line -> terminal.err().println("oar: " + line));
        if (!lacking.isEmpty()) {
            return FAILURE;
        }
        terminal.out().println("nothing speaks against this run; `oar estimate` says how long it takes");
        return 0;
    }

    private List<StageEstimate> sizes(Recipe recipe, Path baseDirectory, Device device) throws IOException {
        try {
            return Estimate.sizes(
                    RecipeSizes.of(recipe, baseDirectory, OptionalLong.empty()),
                    device.isHost() ? LibTorch.threads() : 1);
        } catch (IllegalArgumentException e) {
            terminal.out().println("disk and memory are not checked: " + e.getMessage());
            return List.of();
        }
    }

    private static Optional<StageEstimate> of(RunPlan.Planned planned, List<StageEstimate> sizes) {
        return sizes.stream()
                .filter(stage -> stage.stage().equals(planned.stage().label()))
                .findFirst();
    }

    private static String line(RunPlan.Planned planned, List<StageEstimate> sizes) {
        String name = String.format(Locale.ROOT, "%-12s", planned.stage().label());
        if (planned.done()) {
            return name + " done";
        }
        return of(planned, sizes)
                .map(stage -> String.format(
                        Locale.ROOT,
                        "%s %,.1f TFLOP, %.2f GB of memory, %.2f GB of disk: %s",
                        name,
                        stage.operations() / TERA,
                        stage.memory().total() / GIGA,
                        stage.disk() / GIGA,
                        stage.does()))
                .orElse(name)
                .stripTrailing();
    }

    /** What disk or memory would not suffice for, a sentence each. */
    private static List<String> lacking(RunPlan plan, List<StageEstimate> sizes, Device device, Path out)
            throws IOException {
        List<String> lacking = new ArrayList<>();
        double memory = DoctorCommand.machineMemory();
        double disk = 0;
        for (RunPlan.Planned planned : plan.stages()) {
            Optional<StageEstimate> stage = planned.done() ? Optional.empty() : of(planned, sizes);
            double needed = stage.map(one -> one.memory().total()).orElse(0.0);
            disk += stage.map(StageEstimate::disk).orElse(0.0);
            if (device.isHost() && needed > memory) {
                lacking.add(String.format(
                        Locale.ROOT,
                        "%s needs about %.1f GB of memory, but this machine has %.1f GB; raise accumulation or lower"
                                + " batch-size",
                        planned.stage().label(),
                        needed / GIGA,
                        memory / GIGA));
            }
        }
        double free = Files.getFileStore(existing(out)).getUsableSpace();
        if (disk > free) {
            lacking.add(String.format(
                    Locale.ROOT,
                    "the run needs about %.1f GB of disk, but %s has %.1f GB left; free space or choose another --out",
                    disk / GIGA,
                    out,
                    free / GIGA));
        }
        return lacking;
    }

    /** The nearest folder above that is there. */
    private static Path existing(Path out) throws IOException {
        Path path = FullPath.of(out);
        while (!Files.exists(path) && path.getParent() != null) {
            path = path.getParent();
        }
        return path;
    }
}
