package dev.oar.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the operating system tells of the processor; empty where it tells nothing.
 *
 * @param vendor such as {@code AuthenticAMD}
 * @param model such as {@code AMD EPYC 9575F 64-Core Processor}
 * @param features such as {@code avx2} or {@code avx512f}
 */
public record Processor(String vendor, String model, Set<String> features) {
    private static final Path LINUX = Path.of("/proc/cpuinfo");

    /** Copies the features. */
    public Processor {
        features = Set.copyOf(features);
    }

    /** The processor of this machine; only Linux is asked. */
    public static Processor here() {
        try {
            return Files.isReadable(LINUX) ? parse(Files.readAllLines(LINUX)) : parse(List.of());
        } catch (IOException e) {
            return parse(List.of());
        }
    }

    /** Reads the lines of Linux's {@code /proc/cpuinfo}; the first processor speaks for all. */
    static Processor parse(List<String> lines) {
        return new Processor(
                value(lines, "vendor_id"),
                value(lines, "model name"),
                new HashSet<>(List.of(value(lines, "flags").split(" ", -1))));
    }

    private static String value(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key) && line.contains(":"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("");
    }

    /** Whether MKL passes over this processor's AVX-512 and OpenBLAS has kernels for it (docs/decisions/0002). */
    public boolean favoursOpenBlas() {
        return vendor.equals("AuthenticAMD") && features.contains("avx512f");
    }
}
