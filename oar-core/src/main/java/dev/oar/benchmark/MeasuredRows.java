package dev.oar.benchmark;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What has been measured: the machine's limits, and rows of one group, each measured when it is first asked for. */
public final class MeasuredRows {
    private final MachineLimits limits;
    private final List<PlannedRow> planned;
    private final Map<String, BenchmarkRow> rows = new HashMap<>();

    MeasuredRows(MachineLimits limits, List<PlannedRow> planned) {
        this.limits = limits;
        this.planned = List.copyOf(planned);
    }

    /** The machine's limits. */
    public MachineLimits limits() {
        return limits;
    }

    /**
     * A row of the group.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public BenchmarkRow row(String name) throws IOException {
        BenchmarkRow known = rows.get(name);
        if (known != null) {
            return known;
        }
        for (PlannedRow row : planned) {
            if (row.name().equals(name)) {
                BenchmarkRow measured = row.measurement().measure(this);
                rows.put(name, measured);
                return measured;
            }
        }
        throw new IllegalArgumentException("there is no row named '" + name + "' among "
                + planned.stream().map(PlannedRow::name).toList());
    }
}
