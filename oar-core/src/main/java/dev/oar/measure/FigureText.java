package dev.oar.measure;

import dev.oar.evaluate.EvaluationFigure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Figures as a table of text: a block per way of drawing, a line per model, a column per metric, without intervals. */
public final class FigureText {
    private static final int DECIMALS = 4;
    private static final int GAP = 2;

    private FigureText() {}

    /** The table, aligned; groups stand in the sequence in which they occur first. */
    public static String of(List<EvaluationFigure> figures) {
        Map<String, List<EvaluationFigure>> groups = new LinkedHashMap<>();
        figures.forEach(figure -> groups.computeIfAbsent(figure.drawing(), drawing -> new ArrayList<>())
                .add(figure));
        int names = figures.stream()
                .mapToInt(figure ->
                        Math.max(figure.arm().length() + GAP, figure.drawing().length()))
                .max()
                .orElse(0);
        StringBuilder text = new StringBuilder();
        groups.forEach((drawing, ofGroup) -> append(text, drawing, ofGroup, names + GAP));
        return text.toString();
    }

    private static void append(StringBuilder text, String drawing, List<EvaluationFigure> figures, int names) {
        List<String> metrics = figures.stream()
                .map(figure -> figure.metric().name())
                .distinct()
                .toList();
        text.append(padded(drawing, names))
                .append(String.join(" ".repeat(GAP), metrics))
                .append('\n');
        figures.stream().map(EvaluationFigure::arm).distinct().forEach(arm -> {
            StringBuilder line = new StringBuilder(padded(" ".repeat(GAP) + arm, names));
            metrics.forEach(metric -> line.append(padded(value(figures, arm, metric), metric.length() + GAP)));
            text.append(line.toString().stripTrailing()).append('\n');
        });
    }

    private static String value(List<EvaluationFigure> figures, String arm, String metric) {
        Optional<EvaluationFigure> found = figures.stream()
                .filter(figure ->
                        figure.arm().equals(arm) && figure.metric().name().equals(metric))
                .findFirst();
        return found.map(figure -> String.format(
                        Locale.ROOT, "%." + DECIMALS + "f", figure.value().point()))
                .orElse("-");
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
