package dev.oar.measure;

import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.PairedComparison;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Results as text for a terminal. Figures make a block for each way of drawing, with a line for each model and a column for each metric; behind
 * {@code ±} stands half the interval, where there is one.
 */
public final class FigureText {
    private static final int DECIMALS = 4;
    private static final String GAP = "  ";

    private FigureText() {}

    /** Figures, code lengths across orders, what can be told, and all comparisons. */
    public static String of(EvaluationReport results) {
        StringBuilder text = new StringBuilder(of(results.figures()));
        CodeLengthMatrix.of(results).ifPresent(matrix -> text.append(matrix.text()));
        Resolution.of(results)
                .ifPresent(resolution -> text.append(resolution.text()).append('\n'));
        for (PairedComparison compared : results.comparisons()) {
            text.append(compared.primary() ? "primary comparison: " : "")
                    .append(compared.subject())
                    .append(' ')
                    .append(compared.difference().text(DECIMALS))
                    .append(", ")
                    .append(compared.verdict())
                    .append('\n');
        }
        return text.toString();
    }

    /** The figures alone, aligned; blocks stand in the sequence in which they occur first. */
    public static String of(List<EvaluationFigure> figures) {
        Map<String, List<EvaluationFigure>> blocks = new LinkedHashMap<>();
        figures.forEach(figure -> blocks.computeIfAbsent(figure.drawing(), drawing -> new ArrayList<>())
                .add(figure));
        int names = figures.stream()
                .mapToInt(figure -> Math.max(
                        GAP.length() + figure.arm().length(), figure.drawing().length()))
                .max()
                .orElse(0);
        StringBuilder text = new StringBuilder();
        blocks.forEach((drawing, ofBlock) -> append(text, table(drawing, ofBlock), names));
        return text.toString();
    }

    /** The cells of a block, row by row; the first row has the names of metrics, the first column those of models. */
    private static List<List<String>> table(String drawing, List<EvaluationFigure> figures) {
        List<String> metrics = figures.stream()
                .map(figure -> figure.metric().name())
                .distinct()
                .toList();
        List<List<String>> rows = new ArrayList<>();
        rows.add(row(drawing, metrics));
        figures.stream()
                .map(EvaluationFigure::arm)
                .distinct()
                .forEach(arm -> rows.add(row(
                        GAP + arm,
                        metrics.stream()
                                .map(metric -> value(figures, arm, metric))
                                .toList())));
        return rows;
    }

    private static List<String> row(String name, List<String> cells) {
        List<String> row = new ArrayList<>(List.of(name));
        row.addAll(cells);
        return row;
    }

    private static String value(List<EvaluationFigure> figures, String arm, String metric) {
        return figures.stream()
                .filter(figure ->
                        figure.arm().equals(arm) && figure.metric().name().equals(metric))
                .findFirst()
                .map(figure -> value(figure.value()))
                .orElse("-");
    }

    private static String value(Interval value) {
        String format = "%." + DECIMALS + "f";
        return value.bounded()
                ? String.format(Locale.ROOT, format + " ± " + format, value.point(), value.reach())
                : String.format(Locale.ROOT, format, value.point());
    }

    private static void append(StringBuilder text, List<List<String>> rows, int names) {
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int place = column;
                int width = rows.stream()
                        .mapToInt(other -> other.get(place).length())
                        .max()
                        .orElse(0);
                String cell = row.get(column);
                line.append(cell)
                        .append(" ".repeat((column == 0 ? Math.max(names, width) : width) - cell.length()))
                        .append(GAP);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
    }
}
