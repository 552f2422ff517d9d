package dev.oar.cli;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelExport;
import dev.oar.artifact.ModelExport.StoredType;
import dev.oar.artifact.ModelFolder;
import dev.oar.config.Spelling;
import dev.oar.tensor.LibTorch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes a model folder to be passed on. */
@Command(
        name = "export",
        sortOptions = false,
        description =
                "Writes a trained model to a folder of its own, to be passed on: smaller, and without the arms that are not needed.")
final class ExportCommand implements Callable<Integer> {
    private static final double MEGABYTE = 1e6;

    private final Terminal terminal;
    private final BundledModels models;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "NAME|DIR",
            description = "A bundled model (see 'oar models'), a model folder or a run directory.")
    private String model = "";

    @Option(
            names = "--arms",
            split = ",",
            paramLabel = "ARM",
            description = "Which of any-order, control and specialised to include, separated by commas (default: all).")
    private Set<Arm> arms = EnumSet.noneOf(Arm.class);

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = "float32",
            description = "float32, float16 or bfloat16: how weights are stored (default: ${DEFAULT-VALUE}).")
    private StoredType type = StoredType.FLOAT32;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the model goes.")
    private Path out = Path.of("");

    ExportCommand(Terminal terminal, BundledModels models) {
        this.terminal = terminal;
        this.models = models;
    }

    @Override
    public Integer call() throws IOException {
        ModelFolder folder = models.find(model);
        LibTorch.load();
        ModelFolder exported =
                ModelExport.write(folder, out, arms.isEmpty() ? EnumSet.copyOf(folder.arms()) : arms, type);
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "exported %s (%s) as %s, %.1f MB: %s%n",
                        exported.manifest().name(),
                        exported.arms().stream().map(Arm::label).collect(Collectors.joining(", ")),
                        Spelling.word(type),
                        bytes(exported.path()) / MEGABYTE,
                        out);
        return 0;
    }

    private static long bytes(Path folder) throws IOException {
        long sum = 0;
        try (var entries = Files.list(folder)) {
            for (Path file : List.copyOf(entries.toList())) {
                sum += Files.size(file);
            }
        }
        return sum;
    }
}
