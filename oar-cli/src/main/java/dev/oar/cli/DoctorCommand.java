package dev.oar.cli;

import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.Processor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** Says what the program runs on and what stands in its way. */
@Command(
        name = "doctor",
        description = "Shows what OAR runs on here: Java, LibTorch, BLAS, threads, memory, models; and warns.")
final class DoctorCommand implements Callable<Integer> {
    private static final long MEBIBYTE = 1 << 20;
    private static final long LITTLE_MEMORY = 2048 * MEBIBYTE;
    private static final String OPENBLAS_THREADS = "OPENBLAS_NUM_THREADS";
    private static final String OPENBLAS_KERNELS = "OPENBLAS_CORETYPE";
    private static final Set<String> AVX512_KERNELS = Set.of("SkylakeX", "Cooperlake", "SapphireRapids");
    private static final long LITTLE_DISK = 2048 * MEBIBYTE;

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
        line("platform", LibTorch.platform());
        line("processor", processor.model().isEmpty() ? "not told by the system" : processor.model());
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
        line("blas", LibTorch.blas() + kernels());
        int gpus = Device.gpus();
        line("cuda", gpus == 0 ? "none that this LibTorch can use (docs/performance.md)" : gpus + " GPU(s)");
        line("threads", LibTorch.threads() + " of " + Runtime.getRuntime().availableProcessors() + " processors");
        memory();
        environment();
        bundledModels();
        warnings.forEach(warning -> terminal.out().println("warning: " + warning));
        terminal.out().println(warnings.isEmpty() ? "everything is as it should be" : warnings.size() + " warning(s)");
        return 0;
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

    private static long machineMemory() {
        return java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Runtime.getRuntime().maxMemory();
    }

    private void environment() {
        if (!"true".equals(System.getProperty("org.bytedeco.javacpp.nopointergc"))) {
            warnings.add("every tensor operation costs about twice as much as it needs to, because the launcher's"
                    + " -Dorg.bytedeco.javacpp.nopointergc=true is missing; start with the launcher, ./oar");
        }
        if (!"PASSIVE".equalsIgnoreCase(System.getenv("OMP_WAIT_POLICY"))) {
            warnings.add("threads spin while they wait, which is slow on a busy machine, because OMP_WAIT_POLICY is not"
                    + " PASSIVE; unset it and start with the launcher, ./oar");
        }
        blas();
    }

    /** What OpenBLAS was told, if it is in force. */
    private static String kernels() {
        if (!LibTorch.blas().equals("openblas")) {
            return "";
        }
        String threads = System.getenv(OPENBLAS_THREADS);
        String kernels = System.getenv(OPENBLAS_KERNELS);
        return " on " + (threads == null ? "its own number of" : threads) + " thread(s)"
                + (kernels == null ? "" : ", kernels for " + kernels);
    }

    private void blas() {
        boolean openBlas = LibTorch.blas().equals("openblas");
        String kernels = System.getenv(OPENBLAS_KERNELS);
        if (processor.favoursOpenBlas() && !openBlas) {
            warnings.add("matrix products in float32 take twice as long as they need to, because MKL does not use this"
                    + " processor's AVX-512; unset oar.blas and start with the launcher, ./oar");
        }
        if (processor.favoursOpenBlas() && openBlas && kernels != null && !AVX512_KERNELS.contains(kernels)) {
            warnings.add("matrix products in float32 take twice as long as they need to, because " + OPENBLAS_KERNELS
                    + " is " + kernels + ", whose kernels do not use this processor's AVX-512; unset it");
        }
        if (openBlas && processor.favoursOpenBlas() && !"1".equals(System.getenv(OPENBLAS_THREADS))) {
            warnings.add("OpenBLAS and LibTorch use thread pools that fight each other, because " + OPENBLAS_THREADS
                    + " is not 1; unset it and start with the launcher, ./oar");
        }
        if (!openBlas && !"GNU".equalsIgnoreCase(System.getenv("MKL_THREADING_LAYER"))) {
            warnings.add(
                    "MKL and LibTorch use thread pools that fight each other, because MKL_THREADING_LAYER is not GNU;"
                            + " unset it and start with the launcher, ./oar");
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
