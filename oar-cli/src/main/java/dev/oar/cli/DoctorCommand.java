package dev.oar.cli;

import dev.oar.config.Spelling;
import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.Precision;
import dev.oar.tensor.Processor;
import dev.oar.tensor.Surroundings;
import dev.oar.tensor.UserCache;
import dev.oar.tensor.WeightFormat;
import dev.oar.tuning.MachineProfile;
import dev.oar.tuning.MachineProfiles;
import dev.oar.tuning.ProductRows;
import dev.oar.tuning.TrainingWork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what the program runs on and what stands in its way. */
@Command(
        name = "doctor",
        description =
                "Shows what OAR runs on: Java, LibTorch, BLAS, CUDA, threads, memory, models, which precisions and"
                        + " weight formats are fast; and warns of what is wrong.")
final class DoctorCommand implements Callable<Integer> {
    private static final long MEBIBYTE = 1 << 20;
    private static final long LITTLE_MEMORY = 2048 * MEBIBYTE;
    private static final String OPENBLAS_KERNELS = "OPENBLAS_CORETYPE";
    private static final Map<TrainingWork, String> TRAINING = Map.of(
            TrainingWork.CONVOLUTIONS, "training tokenizers",
            TrainingWork.LINEAR_LAYERS, "training transformers");
    private static final Map<ProductRows, String> PRODUCTS = Map.of(
            ProductRows.FEW, "weights, few rows (one image)",
            ProductRows.MANY, "weights, many rows (many images)");
    private static final long LITTLE_DISK = 2048 * MEBIBYTE;

    @Option(names = "--refresh", description = "Measure again what is fast on this machine.")
    private boolean refresh;

    private final Terminal terminal;
    private final BundledModels models;
    private final Processor processor = Processor.here();
    private final List<String> warnings = new ArrayList<>();

    DoctorCommand(Terminal terminal, BundledModels models) {
        this.terminal = terminal;
        this.models = models;
    }

    @Override
    public Integer call() throws IOException {
        line("oar", OarVersion.number() + " in " + OarHome.directory());
        line(
                "java",
                System.getProperty("java.version") + ", " + System.getProperty("java.vendor") + ", "
                        + System.getProperty("java.home"));
        if (refresh) {
            var unused = LibTorch.measureBlas();
        }
        line("platform", LibTorch.platform());
        line("cpu", processor.model().isEmpty() ? "not told by the system" : processor.model());
        boolean warm = cache();
        long began = System.nanoTime();
        LibTorch.load();
        line(
                "libtorch",
                String.format(
                        Locale.ROOT,
                        "%s, loaded in %.1f s%s",
                        LibTorch.version(),
                        (System.nanoTime() - began) * 1e-9,
                        warm ? "" : " (libraries extracted now; the next start is faster)"));
        line("blas", blas());
        int gpus = Device.gpus();
        line("cuda", gpus == 0 ? "none that this LibTorch can use (docs/performance.md)" : gpus + " GPU(s)");
        line("threads", LibTorch.threads() + " of " + Runtime.getRuntime().availableProcessors() + " CPU cores");
        memory();
        limits();
        warnings.addAll(Surroundings.check());
        bundledModels();
        speeds();
        warnings.forEach(warning -> terminal.out().println("warning: " + warning));
        terminal.out().println(warnings.isEmpty() ? "no warnings" : warnings.size() + " warning(s)");
        return 0;
    }

    /** The table of what is fast here. */
    private void speeds() {
        MachineProfile machine = refresh
                ? MachineProfiles.measure(Device.CPU, terminal.err()::println)
                : MachineProfiles.of(Device.CPU, terminal.err()::println);
        terminal.out().println();
        for (TrainingWork work : TrainingWork.values()) {
            String row = Arrays.stream(Precision.values())
                    .map(precision -> cell(precision, machine.slowdown(work, precision), machine.fastest(work)))
                    .collect(Collectors.joining("  "));
            terminal.out().printf("%-34s %s%n", TRAINING.get(work), row);
        }
        for (ProductRows rows : ProductRows.values()) {
            String row = Arrays.stream(WeightFormat.values())
                    .filter(format -> format.runsOn(Device.CPU))
                    .map(format -> cell(format, machine.slowdown(rows, format), machine.fastest(rows)))
                    .collect(Collectors.joining("  "));
            terminal.out().printf("%-34s %s%n", PRODUCTS.get(rows), row);
        }
        terminal.out()
                .println("(times relative to float32; * is what auto chooses; kept in " + UserCache.directory()
                        + ", measured again by --refresh)");
        terminal.out().println();
        for (TrainingWork work : TrainingWork.values()) {
            for (Precision precision : Precision.values()) {
                machine.warning(work, precision)
                        .ifPresent(slow -> terminal.out().println("slow: " + slow));
            }
        }
        for (ProductRows rows : ProductRows.values()) {
            for (WeightFormat format : WeightFormat.values()) {
                machine.warning(rows, format).ifPresent(slow -> terminal.out().println("slow: " + slow));
            }
        }
    }

    private static String cell(Enum<?> format, Optional<Double> slowdown, Enum<?> chosen) {
        return slowdown.map(factor -> String.format(
                        Locale.ROOT, "%s %.2f%s", Spelling.word(format), factor, format == chosen ? "*" : ""))
                .orElse("");
    }

    private boolean cache() throws IOException {
        Path cache = LibTorch.cacheDirectory();
        boolean warm;
        try (Stream<Path> entries = Files.list(cache)) {
            warm = entries.anyMatch(path -> path.getFileName().toString().startsWith("pytorch-"));
        }
        line("cache", cache + (warm ? " (warm)" : " (cold)"));
        long free = Files.getFileStore(cache).getUsableSpace();
        if (!warm && free < LITTLE_DISK) {
            warnings.add("extracting the native libraries needs about 1 GiB, but the disk of " + cache + " has "
                    + free / MEBIBYTE
                    + " MiB left; free space or set OAR_JAVA_OPTS=-Dorg.bytedeco.javacpp.cachedir=DIR");
        }
        return warm;
    }

    private void memory() {
        long heap = Runtime.getRuntime().maxMemory();
        long machine = machineMemory();
        line("memory", machine / MEBIBYTE + " MiB here, " + heap / MEBIBYTE + " MiB of it for the Java heap at most");
        if (machine < LITTLE_MEMORY) {
            warnings.add("training needs about 2 GiB of memory, but there are " + machine / MEBIBYTE
                    + " MiB; use smaller batches");
        }
    }

    /** Bytes of memory of the machine. */
    static long machineMemory() {
        return java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Runtime.getRuntime().maxMemory();
    }

    /** How the library was chosen, and what OpenBLAS was told, if it is in force. */
    private String blas() {
        String library = LibTorch.blas();
        String rates = LibTorch.blasChoice()
                .map(choice -> choice.rates().entrySet().stream()
                        .map(rate -> String.format(Locale.ROOT, "%s %.0f", rate.getKey(), rate.getValue() * 1e-9))
                        .collect(Collectors.joining(", ", " (GFLOP/s on one thread: ", ")")))
                .orElse(" (not chosen by measurement)");
        String kernels = System.getenv(OPENBLAS_KERNELS);
        return library + rates + (library.equals("openblas") && kernels != null ? ", kernels for " + kernels : "");
    }

    private void limits() {
        if (!Processor.instructionLimits().isEmpty()) {
            line(
                    "limits",
                    String.join(
                            ", ",
                            Processor.instructionLimits().entrySet().stream()
                                    .map(limit -> limit.getKey() + "=" + limit.getValue())
                                    .toList()));
        }
    }

    private void bundledModels() throws IOException {
        List<Path> folders = BundledModels.foldersIn(models.directory());
        String names = String.join(
                ", ",
                folders.stream().map(path -> path.getFileName().toString()).toList());
        line("models", folders.isEmpty() ? "none in " + models.directory() : names);
    }

    private void line(String name, String value) {
        terminal.out().printf("%-9s %s%n", name, value);
    }
}
