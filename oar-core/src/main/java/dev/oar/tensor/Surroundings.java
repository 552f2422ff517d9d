package dev.oar.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * What a process must be started with so that LibTorch is as fast as it can be: variables of the environment, which Java cannot set
 * itself, and properties. The launcher {@code ./oar} sets all of it; a program of one's own asks {@link #check()} once
 * (docs/decisions/0002-blas-and-threads.md). None of it changes results.
 */
public final class Surroundings {
    private static final String LAUNCHER = ", as the launcher ./oar does";

    private final Map<String, String> environment;
    private final Properties properties;
    private final List<String> warnings = new ArrayList<>();

    private Surroundings(Map<String, String> environment, Properties properties) {
        this.environment = environment;
        this.properties = properties;
    }

    /**
     * What slows this process down. Loads LibTorch; the first call on a machine measures which BLAS library is faster, which takes seconds.
     *
     * @return one sentence each: what is slow, why, and the remedy; empty if all is as it should be
     */
    public static List<String> check() {
        LibTorch.load();
        return check(
                System.getenv(),
                System.getProperties(),
                LibTorch.blas(),
                LibTorch.blasChoice().map(BlasChoice::library),
                LibTorch.platform());
    }

    /**
     * The same for other surroundings.
     *
     * @param blas the library in force
     * @param faster the library that is faster on this machine, where that was measured
     */
    static List<String> check(
            Map<String, String> environment,
            Properties properties,
            String blas,
            Optional<String> faster,
            String platform) {
        Surroundings here = new Surroundings(environment, properties);
        here.java();
        here.waiting();
        if (platform.startsWith("linux")) {
            here.memory();
        }
        here.blas(blas, faster);
        return List.copyOf(here.warnings);
    }

    private void java() {
        String name = "org.bytedeco.javacpp.nopointergc";
        if (!"true".equals(properties.getProperty(name))) {
            warnings.add("every tensor operation costs about twice as much as it needs to, because the property " + name
                    + " is not true; start Java with -D" + name + "=true" + LAUNCHER);
        }
    }

    private void waiting() {
        require(
                "OMP_WAIT_POLICY",
                "PASSIVE",
                "threads that wait keep a CPU core busy, which is slow beside other work");
        if (!environment.containsKey("GOMP_SPINCOUNT")) {
            missing(
                    "GOMP_SPINCOUNT",
                    "1000",
                    "threads fall asleep between operations at once, and waking them is slow");
        }
    }

    private void memory() {
        for (String name : List.of("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_")) {
            if (!environment.containsKey(name)) {
                missing(name, "1073741824", "memory of large tensors is cleared anew for every one of them");
            }
        }
        if (!environment.containsKey("MALLOC_TOP_PAD_")) {
            missing("MALLOC_TOP_PAD_", "67108864", "memory grows in small pieces");
        }
        if (!environment.containsKey("GLIBC_TUNABLES")) {
            missing(
                    "GLIBC_TUNABLES",
                    "glibc.malloc.hugetlb=1",
                    "weights lie on small pages, which are read more slowly");
        }
    }

    private void blas(String library, Optional<String> faster) {
        if (faster.isPresent() && !faster.get().equals(library)) {
            warnings.add("matrix products in float32 are faster with " + faster.get() + " here, but " + library
                    + " is in force; remove the property " + LibTorch.BLAS_PROPERTY + " and start again");
        }
        if (library.equals(BlasChoice.OPENBLAS)) {
            String threads = environment.get("OPENBLAS_NUM_THREADS");
            if (threads != null && !threads.equals("1")) {
                warnings.add(
                        "OpenBLAS and LibTorch use thread pools that fight each other, because OPENBLAS_NUM_THREADS is "
                                + threads + "; unset it and start again");
            }
            return;
        }
        require("MKL_THREADING_LAYER", "GNU", "MKL and LibTorch use thread pools that fight each other");
        String threads = properties.getProperty(LibTorch.THREADS_PROPERTY);
        if (threads != null && !threads.equals(environment.get("MKL_NUM_THREADS"))) {
            missing("MKL_NUM_THREADS", threads, "MKL does not know of the property " + LibTorch.THREADS_PROPERTY);
        }
    }

    private void require(String name, String value, String effect) {
        if (!value.equalsIgnoreCase(environment.get(name))) {
            missing(name, value, effect);
        }
    }

    private void missing(String name, String value, String effect) {
        String is = environment.containsKey(name) ? "is " + environment.get(name) : "is not set";
        warnings.add(
                effect + ", because " + name + " " + is + "; set it to " + value + " before Java starts" + LAUNCHER);
    }
}
