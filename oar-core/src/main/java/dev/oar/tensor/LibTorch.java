package dev.oar.tensor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads LibTorch once per process and decides what it runs on: BLAS library and threads.
 *
 * <p>On a cold JavaCPP cache the loader may open {@code libtorch.so} before {@code libtorch_cpu.so} has been extracted, and
 * the system's dynamic linker then takes a libtorch that happens to be installed on the host. So every native library is
 * extracted before the first one is opened; {@link #load()} must therefore run before any class of
 * {@code org.bytedeco.pytorch} is touched. All entry points of this library call it.
 *
 * <p>Two system properties, both optional, override the measured defaults (docs/decisions/0002-blas-and-threads.md):
 * {@value #BLAS_PROPERTY} ({@code mkl} or {@code openblas}) and {@value #THREADS_PROPERTY} (a positive number).
 */
public final class LibTorch {
    /** Which BLAS LibTorch is linked to: {@code mkl} or {@code openblas}. */
    public static final String BLAS_PROPERTY = "oar.blas";

    /** How many threads a tensor operation may use; the default is the number of processors of the container. */
    public static final String THREADS_PROPERTY = "oar.threads";

    private static final Logger LOG = LoggerFactory.getLogger(LibTorch.class);
    private static final String JAVACPP_BLAS_PROPERTY = "org.bytedeco.openblas.load";
    private static boolean loaded;

    private LibTorch() {}

    /**
     * Extracts and loads the native libraries, unless that has been done.
     *
     * @throws IllegalStateException if this platform has no natives on the class path or they cannot be extracted
     */
    public static synchronized void load() {
        if (loaded) {
            return;
        }
        String platform = Loader.getPlatform();
        chooseBlas(platform);
        try {
            for (String library : List.of("pytorch", "openblas", "mkl")) {
                Loader.cacheResources("/org/bytedeco/" + library + "/" + platform + "/");
            }
            Loader.load(torch.class);
        } catch (IOException | UnsatisfiedLinkError e) {
            throw new IllegalStateException(
                    "LibTorch needs its native libraries for " + platform + " on the class path and a writable cache ("
                            + "-Dorg.bytedeco.javacpp.cachedir=DIR), but loading failed: " + firstLine(e)
                            + "; supported are linux-x86_64, macosx-arm64, macosx-x86_64 and windows-x86_64",
                    e);
        }
        int threads = threads();
        torch.set_num_threads(threads);
        // NNPACK runs on few processors; on others LibTorch would warn on the error stream at every convolution.
        torch.globalContext().setUserEnabledNNPACK(false);
        LOG.debug("LibTorch on {} with {} and {} threads", platform, blas(), threads);
        loaded = true;
    }

    /** The number of threads a tensor operation uses; honours container limits. */
    public static int threads() {
        String value = System.getProperty(THREADS_PROPERTY);
        if (value == null) {
            return Runtime.getRuntime().availableProcessors();
        }
        try {
            int threads = Integer.parseInt(value.strip());
            if (threads > 0) {
                return threads;
            }
        } catch (NumberFormatException e) {
            LOG.debug("unreadable thread count", e);
        }
        throw new IllegalStateException(
                THREADS_PROPERTY + " must be a positive number, but is '" + value + "'; set it to the cores to use");
    }

    /** The BLAS library in force: {@code mkl} or {@code openblas}. */
    public static String blas() {
        return "mkl_rt".equals(System.getProperty(JAVACPP_BLAS_PROPERTY)) ? "mkl" : "openblas";
    }

    /** The JavaCPP name of this platform, such as {@code linux-x86_64}. */
    public static String platform() {
        return Loader.getPlatform();
    }

    /**
     * The version of the LibTorch binding on the class path.
     *
     * @throws IOException if it cannot be read from there
     */
    public static String version() throws IOException {
        return String.valueOf(Loader.getVersion("org.bytedeco", "pytorch"));
    }

    /**
     * The folder that native libraries are extracted to at first use; made if missing.
     *
     * @throws IOException if it cannot be made
     */
    public static Path cacheDirectory() throws IOException {
        return Loader.getCacheDir().toPath();
    }

    private static void chooseBlas(String platform) {
        if (System.getProperty(JAVACPP_BLAS_PROPERTY) != null) {
            return;
        }
        boolean mklPresent = LibTorch.class.getResource("/org/bytedeco/mkl/" + platform + "/") != null;
        String choice = System.getProperty(BLAS_PROPERTY, mklPresent ? "mkl" : "openblas");
        switch (choice) {
            case "mkl" -> System.setProperty(JAVACPP_BLAS_PROPERTY, "mkl_rt");
            case "openblas" -> {}
            default ->
                throw new IllegalStateException(
                        BLAS_PROPERTY + " must be mkl or openblas, but is '" + choice + "'; remove it for the default");
        }
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
    }
}
