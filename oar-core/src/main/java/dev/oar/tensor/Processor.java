package dev.oar.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the operating system tells of the CPU; empty where it tells nothing.
 *
 * @param vendor such as {@code AuthenticAMD}
 * @param model such as {@code AMD EPYC 9575F 64-Core Processor}
 * @param features such as {@code avx2} or {@code avx512f}
 */
public record Processor(String vendor, String model, Set<String> features) {
    private static final Path LINUX = Path.of("/proc/cpuinfo");

    /** Variables by which oneDNN, LibTorch, OpenBLAS, MKL and FBGEMM are told to use older instructions (docs/performance.md). */
    private static final Set<String> INSTRUCTION_LIMITS = Set.of(
            "ONEDNN_MAX_CPU_ISA",
            "ATEN_CPU_CAPABILITY",
            "OPENBLAS_CORETYPE",
            "MKL_ENABLE_INSTRUCTIONS",
            "FBGEMM_ENABLE_INSTRUCTIONS");

    /** Copies the features. */
    public Processor {
        features = Set.copyOf(features);
    }

    /** The CPU of this machine; only Linux is asked. */
    public static Processor here() {
        try {
            return Files.isReadable(LINUX) ? parse(Files.readAllLines(LINUX)) : parse(List.of());
        } catch (IOException e) {
            return parse(List.of());
        }
    }

    /** Reads the lines of Linux's {@code /proc/cpuinfo}; the first CPU speaks for all. */
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

    /** What the CPU is, and all that this process was told about which of its instructions to use; equal texts measure alike. */
    public String identity() {
        StringBuilder identity = new StringBuilder();
        identity.append(vendor).append('\n').append(model).append('\n');
        identity.append(String.join(" ", new TreeSet<>(features))).append('\n');
        identity.append(Runtime.getRuntime().availableProcessors()).append(" processors, ");
        identity.append(LibTorch.threads()).append(" threads\n");
        instructionLimits()
                .forEach((variable, value) ->
                        identity.append(variable).append('=').append(value).append('\n'));
        return identity.toString();
    }

    /** The limits on instructions that this process was given, by variable; empty where the CPU's own are used. */
    public static Map<String, String> instructionLimits() {
        Map<String, String> limits = new TreeMap<>(System.getenv());
        limits.keySet().retainAll(INSTRUCTION_LIMITS);
        return limits;
    }
}
