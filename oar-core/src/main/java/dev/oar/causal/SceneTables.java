package dev.oar.causal;

import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.Interval;
import dev.oar.report.Figure;
import dev.oar.report.FigureTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Figures in rows and columns.
 *
 * @param heading what the rows are
 * @param columns their names
 * @param rows by name, a figure for each column where there is one
 */
record SceneTables(String heading, List<String> columns, Map<String, List<Optional<Interval>>> rows) {
    private static final int DECIMALS = 2;

    /** A row for each arm, a column for each metric. */
    static SceneTables byArm(String heading, List<EvaluationFigure> figures) {
        return of(
                heading,
                figures,
                EvaluationFigure::arm,
                figure -> figure.metric().name());
    }

    /** A row for each order, a column for each arm and metric. */
    static SceneTables byOrder(String heading, List<EvaluationFigure> figures) {
        boolean oneMetric =
                figures.stream().map(EvaluationFigure::metric).distinct().count() == 1;
        return of(
                heading,
                figures,
                EvaluationFigure::drawing,
                figure -> oneMetric
                        ? figure.arm()
                        : figure.arm() + ", " + figure.metric().name());
    }

    private static SceneTables of(
            String heading,
            List<EvaluationFigure> figures,
            Function<EvaluationFigure, String> row,
            Function<EvaluationFigure, String> column) {
        List<String> columns = figures.stream().map(column).distinct().toList();
        Map<String, List<Optional<Interval>>> rows = new LinkedHashMap<>();
        for (String name : figures.stream().map(row).distinct().toList()) {
            List<Optional<Interval>> cells = new ArrayList<>();
            for (String of : columns) {
                cells.add(figures.stream()
                        .filter(figure -> row.apply(figure).equals(name)
                                && column.apply(figure).equals(of))
                        .findFirst()
                        .map(EvaluationFigure::value));
            }
            rows.put(name, cells);
        }
        return new SceneTables(heading, columns, rows);
    }

    /** The table in Markdown. */
    String markdown() {
        StringBuilder lines = new StringBuilder("| " + heading + " | " + String.join(" | ", columns) + " |\n");
        lines.append("|---".repeat(columns.size() + 1)).append("|\n");
        rows.forEach((name, cells) -> lines.append("| ")
                .append(name)
                .append(" | ")
                .append(cells.stream()
                        .map(cell -> cell.map(value -> value.text(DECIMALS)).orElse(""))
                        .collect(Collectors.joining(" | ")))
                .append(" |\n"));
        return lines.toString();
    }

    /** The table as a part of a page. */
    FigureTable table(String caption) {
        return new FigureTable(
                caption,
                heading,
                columns.stream()
                        .map(name -> new FigureTable.Column(name, "", DECIMALS, FigureTable.Better.NEITHER))
                        .toList(),
                rows.entrySet().stream()
                        .map(row -> new FigureTable.Row(
                                "",
                                row.getKey(),
                                row.getValue().stream().map(SceneTables::figure).toList()))
                        .toList());
    }

    private static Figure figure(Optional<Interval> cell) {
        if (cell.isEmpty()) {
            return Figure.absent("not measured");
        }
        Interval value = cell.get();
        return value.bounded()
                ? Figure.of(value.point(), value.low(), value.high())
                : Figure.withoutInterval(value.point(), "no interval");
    }
}
