package dev.oar.benchmark;

import dev.oar.tensor.Device;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Measures rows of figures, and the limits of the machine before, between and behind them. */
public final class Benchmark {
    /** The name under which the limits of the machine are measured. */
    public static final String LIMITS = "limits of the machine";

    private Benchmark() {}

    /**
     * As the longer form, on the CPU.
     *
     * @throws IllegalArgumentException if no row has that prefix
     * @throws IOException if files of a measurement cannot be read or written
     */
    public static BenchmarkReport run(
            List<RowGroup> groups, String prefix, LimitSizes sizes, BenchmarkListener listener) throws IOException {
        return run(groups, prefix, sizes, Device.CPU, listener);
    }

    /**
     * Measures the rows whose names begin with a prefix, group after group. Rows that others are compared with are measured with them, but
     * shown only if the prefix is theirs, too.
     *
     * @param groups closed by this method, also those that are left out
     * @param prefix empty for all rows
     * @param device in force while the groups make what they measure and measure it
     * @throws IllegalArgumentException if no row has that prefix, or if there is no such device
     * @throws IOException if files of a measurement cannot be read or written
     */
    public static BenchmarkReport run(
            List<RowGroup> groups, String prefix, LimitSizes sizes, Device device, BenchmarkListener listener)
            throws IOException {
        try (Device.Use ignored = device.requireUsable().use()) {
            int total = groups.stream()
                    .mapToInt(group -> selected(group, prefix).size())
                    .sum();
            if (total == 0) {
                throw new IllegalArgumentException("no row has a name that begins with '" + prefix + "'; rows are "
                        + String.join(
                                ", ",
                                groups.stream()
                                        .flatMap(group -> group.rows().stream())
                                        .map(PlannedRow::name)
                                        .toList()));
            }
            Machine machine = Machine.current();
            List<MachineLimits> limits = new ArrayList<>();
            List<Figure> figures = new ArrayList<>();
            listener.started(LIMITS, 0, total);
            limits.add(LimitMeasurement.measure(sizes));
            for (RowGroup group : groups) {
                MeasuredRows measured = new MeasuredRows(group.rows());
                List<String> names = selected(group, prefix);
                for (String name : names) {
                    listener.started(name, figures.size(), total);
                    figures.add(measured.figure(name));
                }
                group.close();
                if (!names.isEmpty()) {
                    // Another program may have run while the limits were measured, and must not make fractions look
                    // larger.
                    listener.started(LIMITS, figures.size(), total);
                    limits.add(LimitMeasurement.measure(sizes));
                }
            }
            return report(machine, limits, figures);
        } finally {
            groups.forEach(RowGroup::close);
        }
    }

    private static BenchmarkReport report(Machine machine, List<MachineLimits> limits, List<Figure> figures) {
        MachineLimits best = limits.stream().reduce(MachineLimits::orMore).orElseThrow();
        double steadiness =
                limits.stream().mapToDouble(one -> one.shareOf(best)).min().orElse(1);
        List<BenchmarkRow> rows =
                figures.stream().map(figure -> figure.row(best)).toList();
        return new BenchmarkReport(machine, best, steadiness, rows);
    }

    private static List<String> selected(RowGroup group, String prefix) {
        return group.rows().stream()
                .map(PlannedRow::name)
                .filter(name -> name.startsWith(prefix))
                .toList();
    }
}
