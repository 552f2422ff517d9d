package dev.oar.benchmark;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rows of one group, each measured when it is first asked for. */
public final class MeasuredRows {
    private final List<PlannedRow> planned;
    private final Map<String, Figure> figures = new HashMap<>();

    MeasuredRows(List<PlannedRow> planned) {
        this.planned = List.copyOf(planned);
    }

    /**
     * What was measured for a row of the group.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public Figure figure(String name) throws IOException {
        Figure known = figures.get(name);
        if (known != null) {
            return known;
        }
        for (PlannedRow row : planned) {
            if (row.name().equals(name)) {
                Figure measured = row.measurement().measure(this);
                figures.put(name, measured);
                return measured;
            }
        }
        throw new IllegalArgumentException("there is no row named '" + name + "' among "
                + planned.stream().map(PlannedRow::name).toList());
    }
}
