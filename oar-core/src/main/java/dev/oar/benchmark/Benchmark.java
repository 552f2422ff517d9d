package dev.oar.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Measures the limits of the machine, then rows of figures beside them. */
public final class Benchmark {
    /** The name under which the limits of the machine are measured. */
    public static final String LIMITS = "limits of the machine";

    private Benchmark() {}

    /**
     * Measures the rows whose names begin with a prefix, group after group. Rows that others are compared with are measured with them, but
     * shown only if the prefix is theirs, too.
     *
     * @param groups closed by this method, also those that are left out
     * @param prefix empty for all rows
     * @throws IllegalArgumentException if no row has that prefix
     * @throws IOException if files of a measurement cannot be read or written
     */
    public static BenchmarkReport run(
            List<RowGroup> groups, String prefix, LimitSizes sizes, BenchmarkListener listener) throws IOException {
        try {
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
            listener.started(LIMITS, 0, total);
            MachineLimits limits = LimitMeasurement.measure(sizes);
            List<BenchmarkRow> rows = new ArrayList<>();
            for (RowGroup group : groups) {
                MeasuredRows measured = new MeasuredRows(limits, group.rows());
                for (String name : selected(group, prefix)) {
                    listener.started(name, rows.size(), total);
                    rows.add(measured.row(name));
                    listener.measured(rows.get(rows.size() - 1));
                }
                group.close();
            }
            return new BenchmarkReport(machine, limits, rows);
        } finally {
            groups.forEach(RowGroup::close);
        }
    }

    private static List<String> selected(RowGroup group, String prefix) {
        return group.rows().stream()
                .map(PlannedRow::name)
                .filter(name -> name.startsWith(prefix))
                .toList();
    }
}
