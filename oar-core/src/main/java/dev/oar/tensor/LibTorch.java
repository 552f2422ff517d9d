package dev.oar.tensor;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads LibTorch once per process and decides what it runs on: BLAS library and threads.
 *
 * <p>{@code libtorch.so} finds {@code libtorch_cpu.so} by name only, so the dynamic linker takes one that is installed on the
 * host if ours has not been loaded before. So the libraries are loaded from the bottom up, each by its path in JavaCPP's cache;
 * {@link #load()} must therefore run before any class of {@code org.bytedeco.pytorch} is touched. All entry points of this
 * library call it.
 *
 * <p>The BLAS library is the one that is faster on this machine; the first process measures that in about a second with two short
 * processes of its own, and keeps the result for later ones ({@link BlasChoice}). Two system properties, both optional, override the
 * measured defaults (docs/decisions/0002-blas-and-threads.md): {@value #BLAS_PROPERTY} ({@code mkl} or {@code openblas}), with which
 * nothing is measured, and {@value #THREADS_PROPERTY} (a positive number).
 */
public final class LibTorch {
    /** Which BLAS LibTorch is linked to: {@code mkl} or {@code openblas}. */
    public static final String BLAS_PROPERTY = "oar.blas";

    /** How many threads a tensor operation may use; the default is the number of CPUs of the container. */
    public static final String THREADS_PROPERTY = "oar.threads";

    private static final Logger LOG = LoggerFactory.getLogger(LibTorch.class);
    private static final String JAVACPP_BLAS_PROPERTY = "org.bytedeco.openblas.load";
    private static final String JAVACPP_CACHE_PROPERTY = "org.bytedeco.javacpp.cachedir";
    private static final String MKL = "mkl_rt@.2";

    /** JavaCPP's cache as it was given; MKL's choice changes the property. */
    private static final @Nullable String CACHE_GIVEN = System.getProperty(JAVACPP_CACHE_PROPERTY);

    private static final Set<String> PASSED_ON = Set.of("org.bytedeco.", UserCache.PROPERTY, THREADS_PROPERTY);
    private static @Nullable BlasChoice blasChoice;
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
        try (LoadingLock ignored = LoadingLock.take(Path.of(System.getProperty(JAVACPP_CACHE_PROPERTY)))) {
            Loader.load(openblas.class);
            if (platform.startsWith("linux")) {
                loadBottomUp("/org/bytedeco/pytorch/" + platform + "/");
                loadBottomUp("/org/bytedeco/pytorch/" + platform + "-gpu/");
            }
            Loader.load(torch.class);
        } catch (IOException | UnsatisfiedLinkError e) {
            throw new IllegalStateException(
                    "LibTorch needs its native libraries for " + platform + " on the class path and a writable cache ("
                            + "-Dorg.bytedeco.javacpp.cachedir=DIR), but loading failed: " + firstLine(firstCause(e))
                            + "; supported are linux-x86_64, macosx-arm64, macosx-x86_64 and windows-x86_64",
                    e);
        }
        requireBlas();
        if (blasInForce().equals(BlasChoice.OPENBLAS) && System.getenv("OPENBLAS_NUM_THREADS") == null) {
            // Its own threads fight LibTorch's.
            openblas_nolapack.blas_set_num_threads(1);
        }
        int threads = threads();
        torch.set_num_threads(threads);
        // NNPACK runs on few CPUs; on others LibTorch would warn on the error stream at every convolution.
        torch.globalContext().setUserEnabledNNPACK(false);
        loaded = true;
        LOG.debug("LibTorch on {} with {} and {} threads", platform, blas(), threads);
    }

    /**
     * Decides how FBGEMM arranges the narrow weights that are packed from now on.
     *
     * @param format what they are for, as it stands in the error
     * @throws IllegalArgumentException if LibTorch has no FBGEMM for this CPU
     */
    static void useFbgemm(String format) {
        load();
        var context = torch.globalContext();
        if (context.qEngine().intern() == torch.QEngine.FBGEMM) {
            return;
        }
        try {
            context.setQEngine(torch.QEngine.FBGEMM);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "weights in " + format + " need FBGEMM, which LibTorch does not have for this CPU; use float32", e);
        }
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

    /**
     * Gives the calling thread the common number of threads, unless it has a number already. LibTorch would do that at the thread's first
     * operation, which might fall into another thread's {@link #useOneThreadHere()}, where the common number is 1 for a moment.
     */
    static synchronized void settleThreadsHere() {
        load();
        var unused = torch.get_num_threads();
    }

    /** Makes tensor operations of the calling thread, which must have done none yet, run on that thread alone. */
    static synchronized void useOneThreadHere() {
        settleThreadsHere();
        torch.set_num_threads(1);
        restoreForLaterThreads();
    }

    /** Setting the number of a thread also sets what later threads begin with; another thread puts that right. */
    private static void restoreForLaterThreads() {
        Thread other = new Thread(() -> torch.set_num_threads(threads()), "thread count");
        other.start();
        boolean interrupted = false;
        while (true) {
            try {
                other.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The BLAS library in force once LibTorch is loaded, and the one to be loaded before: {@code mkl} or {@code openblas}. */
    public static synchronized String blas() {
        if (!loaded) {
            chooseBlas(Loader.getPlatform());
        }
        return loaded
                ? blasInForce()
                : "mkl_rt".equals(System.getProperty(JAVACPP_BLAS_PROPERTY)) ? BlasChoice.MKL : BlasChoice.OPENBLAS;
    }

    /**
     * Whether the last bits of a result may depend on which thread works it out, and so on how many there are. Those of MKL's products do:
     * they depend on where operands lie in memory, and threads have buffers of their own.
     */
    public static boolean bitsDependOnThreads() {
        return !blas().equals(BlasChoice.OPENBLAS);
    }

    private static String blasInForce() {
        return Loader.getLoadedLibraries().containsKey(MKL) ? BlasChoice.MKL : BlasChoice.OPENBLAS;
    }

    /** How the BLAS library was chosen; empty where it was not, because it was named or there is only one. */
    public static synchronized Optional<BlasChoice> blasChoice() {
        chooseBlas(Loader.getPlatform());
        return Optional.ofNullable(blasChoice);
    }

    /** Measures anew which BLAS library is the faster here, for later processes; this one keeps what it has. */
    public static Optional<BlasChoice> measureBlas() {
        return mklPresent(Loader.getPlatform()) ? Optional.of(BlasChoice.measure()) : Optional.empty();
    }

    /** The JavaCPP name of this platform, such as {@code linux-x86_64}. */
    public static String platform() {
        return Loader.getPlatform();
    }

    /**
     * How many native objects, tensors among them, are alive in this process, as far as JavaCPP counts them: with
     * {@code -Dorg.bytedeco.javacpp.nopointergc=true} it counts none.
     */
    public static long nativeObjects() {
        return Pointer.totalCount();
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
    public static synchronized Path cacheDirectory() throws IOException {
        chooseBlas(Loader.getPlatform());
        return Loader.getCacheDir().toPath();
    }

    private static void chooseBlas(String platform) {
        if (System.getProperty(JAVACPP_CACHE_PROPERTY) == null) {
            System.setProperty(JAVACPP_CACHE_PROPERTY, cache());
        }
        if (System.getProperty(JAVACPP_BLAS_PROPERTY) != null) {
            return;
        }
        if (blasChoice != null) {
            return;
        }
        String choice = System.getProperty(BLAS_PROPERTY);
        if (choice == null && mklPresent(platform)) {
            blasChoice = BlasChoice.here();
            choice = blasChoice.library();
        }
        switch (choice == null ? BlasChoice.OPENBLAS : choice) {
            case BlasChoice.MKL -> {
                System.setProperty(JAVACPP_BLAS_PROPERTY, "mkl_rt");
                System.setProperty(JAVACPP_CACHE_PROPERTY, mklCache());
            }
            case BlasChoice.OPENBLAS -> {}
            default ->
                throw new IllegalStateException(
                        BLAS_PROPERTY + " must be mkl or openblas, but is '" + choice + "'; remove it for the default");
        }
    }

    /** Where native libraries are extracted to: the folder that was named, else one of the user's. */
    private static String cache() {
        try {
            return CACHE_GIVEN == null ? UserHome.writable(".javacpp/cache").toString() : CACHE_GIVEN;
        } catch (IOException e) {
            throw new IllegalStateException(
                    "LibTorch's libraries need a folder to be unpacked to, but there is none (" + firstLine(e)
                            + "); name one with -D" + JAVACPP_CACHE_PROPERTY + "=DIR",
                    e);
        }
    }

    /** JavaCPP puts MKL under OpenBLAS's name in its cache; processes with the other choice must not share it. */
    private static String mklCache() {
        return cache() + "/mkl";
    }

    /** Java's options for another process that is to load this BLAS library as this one would have. */
    static List<String> loadingProperties(String library) {
        Map<String, String> passed = new TreeMap<>();
        for (String name : System.getProperties().stringPropertyNames()) {
            if (PASSED_ON.stream().anyMatch(name::startsWith)) {
                passed.put(name, System.getProperty(name));
            }
        }
        passed.keySet().removeAll(Set.of(JAVACPP_BLAS_PROPERTY, JAVACPP_CACHE_PROPERTY));
        if (library.equals(BlasChoice.MKL)) {
            passed.put(JAVACPP_BLAS_PROPERTY, "mkl_rt");
            passed.put(JAVACPP_CACHE_PROPERTY, mklCache());
        } else {
            passed.put(JAVACPP_CACHE_PROPERTY, cache());
        }
        return passed.entrySet().stream()
                .map(property -> "-D" + property.getKey() + "=" + property.getValue())
                .toList();
    }

    /** The versions of the BLAS libraries on the class path, as text. */
    static String blasVersion() {
        try {
            return "openblas " + Loader.getVersion("org.bytedeco", "openblas") + ", mkl "
                    + Loader.getVersion("org.bytedeco", "mkl");
        } catch (IOException e) {
            return "unknown versions";
        }
    }

    private static boolean mklPresent(String platform) {
        return Stream.of("libmkl_rt.so.2", "mkl_rt.2.dll")
                .anyMatch(file -> LibTorch.class.getResource("/org/bytedeco/mkl/" + platform + "/" + file) != null);
    }

    private static void requireBlas() {
        if ("mkl".equals(System.getProperty(BLAS_PROPERTY))
                && !Loader.getLoadedLibraries().containsKey(MKL)) {
            throw new IllegalStateException(
                    BLAS_PROPERTY + " is mkl, but MKL's libraries are not on the class path or cannot be loaded; "
                            + "use -D" + BLAS_PROPERTY + "=openblas");
        }
    }

    /** Loads what {@code libtorch.so} needs, the needed before those that need them. */
    private static void loadBottomUp(String folder) throws IOException {
        String[] loadedBefore = Loader.getLoadedLibraries().values().toArray(String[]::new);
        for (String library : List.of("gomp@.1", "c10", "torch_cpu")) {
            String file = "lib" + (library.endsWith("@.1") ? library.replace("@", ".so") : library + ".so");
            File extracted = Loader.cacheResource(folder + file);
            if (extracted != null) {
                URL[] place = {extracted.toURI().toURL()};
                Loader.loadLibrary(torch.class, place, library, loadedBefore);
            }
        }
    }

    /** JavaCPP looks in the host's folders last and says that alone; why the bundled library could not be loaded is the cause of it. */
    private static Throwable firstCause(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
    }
}
