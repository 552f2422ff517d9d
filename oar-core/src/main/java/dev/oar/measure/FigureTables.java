package dev.oar.measure;

import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.Metric;
import dev.oar.evaluate.PairedComparison;
import dev.oar.report.BarPlot;
import dev.oar.report.Block;
import dev.oar.report.Figure;
import dev.oar.report.FigureTable;
import dev.oar.report.KeyValues;
import dev.oar.report.Paragraph;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Figures of an evaluation as parts of a page. */
public final class FigureTables {
    private FigureTables() {}

    /** A table with a column per metric and a row per model, grouped by how images were drawn or in which orders tokens predicted. */
    public static FigureTable of(String caption, List<EvaluationFigure> figures) {
        Map<String, FigureTable.Column> columns = new LinkedHashMap<>();
        Set<List<String>> keys = new LinkedHashSet<>();
        for (EvaluationFigure figure : figures) {
            columns.put(figure.metric().name(), column(figure.metric()));
            keys.add(List.of(figure.drawing(), figure.arm()));
        }
        List<List<String>> sorted = new ArrayList<>(keys);
        List<String> ways = sorted.stream().map(key -> key.get(0)).distinct().toList();
        sorted.sort(Comparator.comparingInt(key -> ways.indexOf(key.get(0))));
        List<FigureTable.Row> rows = new ArrayList<>();
        for (List<String> key : sorted) {
            List<Figure> cells = new ArrayList<>();
            for (String metric : columns.keySet()) {
                cells.add(figures.stream()
                        .filter(figure ->
                                List.of(figure.drawing(), figure.arm()).equals(key)
                                        && figure.metric().name().equals(metric))
                        .findFirst()
                        .map(FigureTables::figure)
                        .orElse(Figure.absent("not measured")));
            }
            rows.add(new FigureTable.Row(key.get(0), key.get(1), cells));
        }
        return new FigureTable(caption, "model", List.copyOf(columns.values()), rows);
    }

    /** The column of a metric, which says what is better, if anything is. */
    public static FigureTable.Column column(Metric metric) {
        if (!metric.judges()) {
            return new FigureTable.Column(
                    metric.name(), "neither is better; beside real images", 3, FigureTable.Better.NEITHER);
        }
        return metric.lowerIsBetter()
                ? new FigureTable.Column(metric.name(), "lower is better", 3, FigureTable.Better.LOWER)
                : new FigureTable.Column(metric.name(), "higher is better", 3, FigureTable.Better.HIGHER);
    }

    /** Bars of one metric, a group per way of drawing and a bar per model; all figures must have it. */
    public static BarPlot bars(String title, List<EvaluationFigure> figures) {
        List<BarPlot.Bar> bars = new ArrayList<>();
        List<String> ways =
                figures.stream().map(EvaluationFigure::drawing).distinct().toList();
        for (String way : ways) {
            figures.stream()
                    .filter(figure -> figure.drawing().equals(way))
                    .forEach(figure -> bars.add(new BarPlot.Bar(way, figure.arm(), figure(figure))));
        }
        return new BarPlot(title, figures.get(0).metric().name(), bars, 3);
    }

    /** Differences between models with what can be said of them, and how that is judged. */
    public static List<Block> comparisons(List<PairedComparison> comparisons) {
        if (comparisons.isEmpty()) {
            return List.of(new Paragraph("One set alone; there is nothing to compare."));
        }
        Map<String, String> lines = new LinkedHashMap<>();
        for (PairedComparison compared : comparisons) {
            lines.put(
                    (compared.primary() ? "Primary comparison: " : "") + compared.subject(),
                    compared.difference().text(4) + ": " + compared.verdict());
        }
        return List.of(new Paragraph(judging(comparisons)), new KeyValues(lines));
    }

    private static String judging(List<PairedComparison> comparisons) {
        String intervals = "In brackets the 95 % interval of each difference by itself. ";
        if (comparisons.stream().noneMatch(compared -> compared.standing().isPresent())) {
            return intervals + "Each is judged by itself, so one in twenty of equal models would be called different.";
        }
        String primary = comparisons.stream().anyMatch(PairedComparison::primary)
                ? "The primary comparison, which was chosen beforehand, is judged by it. The others are"
                : "They are";
        return intervals + primary
                + " called significant only where that holds among all of them (Holm's correction), so that equal"
                + " models are hardly ever called different by the number of comparisons alone.";
    }

    private static Figure figure(EvaluationFigure measured) {
        Interval value = measured.value();
        return value.missing()
                .map(reason -> Figure.withoutInterval(value.point(), reason.words()))
                .orElseGet(() -> Figure.of(value.point(), value.low(), value.high()));
    }
}
