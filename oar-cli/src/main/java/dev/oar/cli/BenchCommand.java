package dev.oar.cli;

import dev.oar.artifact.ModelFolder;
import dev.oar.benchmark.Benchmark;
import dev.oar.benchmark.BenchmarkComparison;
import dev.oar.benchmark.BenchmarkPlan;
import dev.oar.benchmark.BenchmarkReport;
import dev.oar.benchmark.BenchmarkTable;
import dev.oar.benchmark.LimitSizes;
import dev.oar.benchmark.RowGroup;
import dev.oar.tensor.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how near to the machine's limits drawing, training and extracting are. */
@Command(
        name = "bench",
        sortOptions = false,
        description = {
            "Measures the limits of this machine, and how near to them drawing, training and extracting are: a row per stage with its"
                    + " fraction of the roofline, its target and a verdict.",
            "",
            "Takes about a quarter of an hour on two CPU cores; nothing else should run meanwhile. The large model (RandAR-L's sizes,"
                    + " random weights) is measured by sampled steps unless --full is given."
        })
final class BenchCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Interruption interruption;
    private final BundledModels models;
    private final Path home;

    @Option(
            names = "--full",
            description = "Measure all batch sizes and whole decodings; takes hours on two CPU cores.")
    private boolean full;

    @Option(
            names = "--only",
            paramLabel = "PREFIX",
            defaultValue = "",
            description = "Only rows whose names begin with this, such as decode/343m or train.")
    private String only = "";

    @Option(
            names = "--model",
            paramLabel = "NAME|DIR",
            defaultValue = "noto-emoji-64",
            description = "The trained model that is measured as a whole (default: ${DEFAULT-VALUE}).")
    private String model = "";

    @Mixin
    private DeviceOption deviceOption = new DeviceOption();

    @Option(
            names = "--endurance",
            paramLabel = "MINUTES",
            description =
                    "Instead of the rows, draw and extract by turns for this long and compare the end with the beginning.")
    private @Nullable Integer endurance;

    @Option(
            names = "--python",
            paramLabel = "PYTHON",
            defaultValue = "python3",
            description =
                    "A Python interpreter; where it has PyTorch, the same work is timed there (default: ${DEFAULT-VALUE}).")
    private String python = "python3";

    @Option(names = "--json", paramLabel = "FILE", description = "Also write everything to this file.")
    private @Nullable Path json;

    @Option(
            names = "--compare",
            paramLabel = "FILE",
            description = "Also show each row beside the one of the same name in a file that --json wrote earlier.")
    private @Nullable Path compare;

    BenchCommand(Terminal terminal, Interruption interruption, BundledModels models, Path home) {
        this.terminal = terminal;
        this.interruption = interruption;
        this.models = models;
        this.home = home;
    }

    @Override
    public Integer call() throws IOException {
        BenchmarkReport earlier = compare == null ? null : read(compare);
        Device device = deviceOption.device();
        ModelFolder folder = models.find(model);
        List<RowGroup> groups = endurance == null ? rows(folder, device) : BenchmarkPlan.endurance(folder, endurance);
        BenchmarkReport report;
        try (ProgressView progress = ProgressView.of(terminal)) {
            report = Benchmark.run(groups, only, LimitSizes.USUAL, device, (name, done, total) -> {
                interruption.check();
                progress.show("measuring", done, total, name);
            });
        }
        print(BenchmarkTable.limits(report.machine(), report.limits()));
        print(BenchmarkTable.rows(report.rows()));
        print(BenchmarkTable.formulas(report.rows()));
        BenchmarkTable.warnings(report).forEach(terminal.out()::println);
        if (earlier != null) {
            print(BenchmarkTable.changes(BenchmarkComparison.of(earlier, report)));
        }
        if (json != null) {
            report.write(json);
            terminal.out().println("wrote " + json);
        }
        return 0;
    }

    private List<RowGroup> rows(ModelFolder folder, Device device) throws IOException {
        List<RowGroup> groups =
                new ArrayList<>(BenchmarkPlan.usual(folder, device, full, drawOneImage(folder, device)));
        Path script = home.resolve("oar-benchmarks/python/reference_speed.py");
        // The script works on the CPU.
        if (device.isHost() && Files.isRegularFile(script) && hasPyTorch()) {
            groups.addAll(BenchmarkPlan.beside(List.of(python, script.toString(), "--serve")));
        }
        return groups;
    }

    private boolean hasPyTorch() {
        try {
            Process process = new ProcessBuilder(python, "-c", "import torch")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static BenchmarkReport read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("--compare must name a file that 'oar bench --json' has written, but there is no "
                    + file + "; correct the path");
        }
        return BenchmarkReport.read(file);
    }

    /** The launcher's command that draws an image; empty where there is no launcher. */
    private Optional<Function<Path, List<String>>> drawOneImage(ModelFolder folder, Device device) {
        Path launcher = home.resolve("oar");
        if (!Files.isExecutable(launcher)) {
            return Optional.empty();
        }
        return Optional.of(out -> {
            List<String> command = new ArrayList<>(List.of(
                    launcher.toString(),
                    "generate",
                    "--model",
                    folder.path().toString(),
                    "--count",
                    "1",
                    "--class",
                    folder.manifest().classes().get(0),
                    "--out",
                    out.toString()));
            if (!device.isHost()) {
                command.addAll(List.of("--device", device.label()));
            }
            return command;
        });
    }

    private void print(List<String> lines) {
        lines.forEach(terminal.out()::println);
        terminal.out().println();
    }
}
