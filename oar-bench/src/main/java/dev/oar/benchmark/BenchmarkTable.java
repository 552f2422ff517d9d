package dev.oar.benchmark;

import dev.oar.tensor.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A benchmark as text: lines of aligned columns, then the formulas. */
public final class BenchmarkTable {
    private static final List<String> HEAD =
            List.of("row", "value", "unit", "least", "most", "times", "roofline", "target", "verdict");
    private static final List<String> CHANGE_HEAD = List.of("row", "earlier", "now", "unit", "speed-up");

    /** Measurements of one limit on a quiet machine differ by less. */
    private static final double STEADY = 0.9;

    private BenchmarkTable() {}

    /** The machine and its limits. */
    public static List<String> limits(Machine machine, MachineLimits limits) {
        List<String> lines = new ArrayList<>();
        lines.add(machine.processors() + " CPUs, " + machine.threads() + " threads, " + machine.platform()
                + ", Java " + machine.java() + ", LibTorch " + machine.libtorch() + ", " + machine.blas()
                + (machine.device().equals(Device.CPU.label()) ? "" : "; measured on " + machine.device()));
        lines.add(String.format(Locale.ROOT, "reading: %.1f GB/s", limits.readBandwidth() * 1e-9));
        for (WeightType type : WeightType.values()) {
            if (!limits.knows(type)) {
                lines.add(type.label() + ": left out with its rows, since such weights are for the CPU alone");
                continue;
            }
            lines.add(String.format(
                    Locale.ROOT,
                    "products with %s weights: %.0f GFLOP/s; of few rows: %.1f GB/s of weights",
                    type.label(),
                    limits.products(type) * 1e-9,
                    limits.vectorProducts(type) * 1e-9));
        }
        return lines;
    }

    /** One line per row. */
    public static List<String> rows(List<BenchmarkRow> rows) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(HEAD);
        rows.forEach(row -> cells.add(List.of(
                row.name(),
                number(row.value().median()),
                row.unit().label(),
                number(row.value().min()),
                number(row.value().max()),
                Integer.toString(row.value().repetitions()),
                percent(row.share()),
                row.target().map(Target::text).orElse(""),
                row.verdict().name())));
        return aligned(cells);
    }

    /** How each row comes about: its least time by the machine's limits, and the formula. */
    public static List<String> formulas(List<BenchmarkRow> rows) {
        return rows.stream()
                .map(row -> row.name() + ": "
                        + (row.roofline().isPresent()
                                ? "at least " + number(row.roofline().getAsDouble()) + " s, "
                                : "")
                        + row.formula())
                .toList();
    }

    /** One line per row that two benchmarks share. */
    public static List<String> changes(List<BenchmarkComparison.Change> changes) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(CHANGE_HEAD);
        changes.forEach(change -> cells.add(List.of(
                change.name(),
                number(change.earlier()),
                number(change.now()),
                change.unit().label(),
                String.format(Locale.ROOT, "%.2f x", change.speedUp()))));
        return aligned(cells);
    }

    /** What casts doubt on the figures: limits that differed from time to time, fractions that cannot be. */
    public static List<String> warnings(BenchmarkReport report) {
        List<String> warnings = new ArrayList<>();
        if (report.steadiness() < STEADY) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "warning: the machine's limits fell to %.0f %% of their best meanwhile, so something else ran and all figures"
                            + " are doubtful; measure again when it is quiet",
                    100 * report.steadiness()));
        }
        for (BenchmarkRow row : report.rows()) {
            if (row.share().orElse(0) > 1) {
                warnings.add("warning: " + row.name() + " has " + percent(row.share())
                        + " of its roofline: its kernels are faster than those the limits were measured with, or the machine was busy"
                        + " then; this fraction means nothing");
            }
        }
        return warnings;
    }

    private static String percent(OptionalDouble share) {
        return share.isPresent() ? String.format(Locale.ROOT, "%.0f %%", 100 * share.getAsDouble()) : "";
    }

    /** Four significant digits. */
    private static String number(double value) {
        if (value >= 1000) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        int digits = value <= 0 ? 3 : (int) Math.max(0, Math.min(6, 3 - Math.floor(Math.log10(value))));
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    private static List<String> aligned(List<List<String>> cells) {
        int columns = cells.get(0).size();
        int[] widths = IntStream.range(0, columns)
                .map(column -> cells.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        return cells.stream()
                .map(row -> IntStream.range(0, columns)
                        .mapToObj(column -> padded(row.get(column), widths[column]))
                        .collect(Collectors.joining("  "))
                        .stripTrailing())
                .toList();
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
