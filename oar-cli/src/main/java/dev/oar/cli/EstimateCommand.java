package dev.oar.cli;

import dev.oar.checkpoint.FullPath;
import dev.oar.config.RecipeReader;
import dev.oar.estimate.Accelerator;
import dev.oar.estimate.AcceleratorTable;
import dev.oar.estimate.Estimate;
import dev.oar.estimate.RecipeSizes;
import dev.oar.estimate.SpeedProbe;
import dev.oar.pipeline.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a recipe costs before it is run. */
@Command(
        name = "estimate",
        sortOptions = false,
        description = {
            "Says what a recipe costs before it is run: parameters, operations, memory at its peak, disk and hours of every stage, and what"
                    + " cheaper settings would save.",
            "",
            "Without --device this machine is probed by layers of the recipe's own sizes, for 20 to 30 seconds;"
                    + " nothing else should run meanwhile. With it, hours follow from the data sheet of a named accelerator."
        })
final class EstimateCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Interruption interruption;

    @Parameters(paramLabel = "RECIPE", description = "The recipe, a YAML file.")
    private Path recipe = Path.of("");

    @Option(
            names = "--device",
            paramLabel = "NAME",
            description = {
                "An accelerator instead of this machine: h100-sxm, a100-80gb, l4, rtx-4090 or t4. Named in another way than --device of other"
                        + " commands, since it need not be here."
            })
    private @Nullable String device;

    @Option(
            names = "--utilisation",
            paramLabel = "SHARE",
            description =
                    "With --device: the fraction of its data sheet's figures that is reached (default: that of the table,"
                            + " 0.4).")
    private @Nullable Double utilisation;

    @Option(
            names = "--images",
            paramLabel = "N",
            description = "How many images there are, where the data set is not on disk (default: as many as it has).")
    private @Nullable Long images;

    @Option(
            names = "--check",
            paramLabel = "TURNS",
            description = {
                "Instead of the estimate, so many times by turns: probe this machine, and measure a step of training and an extraction with all"
                        + " layers of random weights beside what the probe makes of them. Needs the memory of a training on as many images as"
                        + " there are threads."
            })
    private @Nullable Integer turns;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write everything to this file.")
    private @Nullable Path json;

    EstimateCommand(Terminal terminal, Interruption interruption) {
        this.terminal = terminal;
        this.interruption = interruption;
    }

    @Override
    public Integer call() throws IOException {
        if (turns != null && device != null) {
            throw new IllegalArgumentException(
                    "--check measures this machine, but --device names another; give one of the two");
        }
        if (utilisation != null && device == null) {
            throw new IllegalArgumentException(
                    "--utilisation goes with --device, since this machine is probed; name an accelerator");
        }
        Optional<Accelerator> named = device == null
                ? Optional.empty()
                : Optional.of(AcceleratorTable.read().named(device));
        Recipe read = RecipeReader.read(recipe, Recipe.class);
        Path folder = FullPath.of(recipe).getParent();
        RecipeSizes sizes = RecipeSizes.of(
                read,
                folder == null ? Path.of("") : folder,
                images == null ? OptionalLong.empty() : OptionalLong.of(images));
        if (turns != null) {
            check(sizes, turns);
            return 0;
        }
        Estimate estimate =
                named.isPresent() ? Estimate.on(named.get(), sizes, Optional.ofNullable(utilisation)) : here(sizes);
        estimate.lines().forEach(terminal.out()::println);
        if (json != null) {
            estimate.write(json);
            terminal.out().println("wrote " + json);
        }
        return 0;
    }

    /** Turns, and the least seconds of all of them, which what else ran meanwhile has lengthened least. */
    private void check(RecipeSizes sizes, int count) throws IOException {
        SpeedProbe probe = new SpeedProbe(sizes, name -> interruption.check());
        Map<String, SpeedProbe.Check> least = new LinkedHashMap<>();
        for (int turn = 1; turn <= count; turn++) {
            for (SpeedProbe.Check check : probe.check(probe.measure())) {
                terminal.out().println("turn " + turn + ", " + check.line());
                least.merge(check.what(), check, SpeedProbe.Check::least);
            }
            terminal.out().flush();
        }
        least.values().forEach(check -> terminal.out().println("least of " + count + " turns, " + check.line()));
    }

    private Estimate here(RecipeSizes sizes) throws IOException {
        try (ProgressView progress = ProgressView.of(terminal)) {
            return MachineEstimate.of(sizes, interruption, progress);
        }
    }
}
