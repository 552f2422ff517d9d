package dev.oar.report;

import dev.oar.report.FigureTable.Better;
import dev.oar.report.FigureTable.Column;
import dev.oar.report.FigureTable.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** Writes a table of figures: numbers, their intervals as text and as small drawings in one scale per column. */
final class FigureTableView {
    private static final int DRAWING_WIDTH = 96;

    private final FigureTable table;
    private final List<String> reasons = new ArrayList<>();
    private final StringBuilder html = new StringBuilder();

    FigureTableView(FigureTable table) {
        this.table = table;
    }

    String html() {
        html.append("<figure>\n<figcaption>")
                .append(Markup.escape(table.caption()))
                .append("</figcaption>\n<div class=\"scroll\"><table class=\"figures\">\n");
        appendHead();
        String group = "";
        html.append("<tbody>\n");
        for (Row row : table.rows()) {
            if (!row.group().equals(group)) {
                group = row.group();
                html.append("</tbody><tbody>\n<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"")
                        .append(table.columns().size() + 1)
                        .append("\"><span>")
                        .append(Markup.escape(group))
                        .append("</span></th></tr>\n");
            }
            appendRow(row);
        }
        html.append("</tbody></table></div>\n");
        appendNotes();
        return html.append("</figure>\n").toString();
    }

    private void appendHead() {
        html.append("<thead><tr><th scope=\"col\">")
                .append(Markup.escape(table.rowHeading()))
                .append("</th>");
        for (Column column : table.columns()) {
            html.append("<th scope=\"col\" title=\"")
                    .append(Markup.escape(column.explanation()))
                    .append("\">")
                    .append(Markup.escape(column.name()));
            if (column.better() != Better.NEITHER) {
                boolean lower = column.better() == Better.LOWER;
                html.append("<span class=\"better\">").append(lower ? "↓ lower is better" : "↑ higher is better");
                html.append("</span>");
            }
            html.append("</th>");
        }
        html.append("</tr></thead>\n");
    }

    private void appendRow(Row row) {
        html.append("<tr><th scope=\"row\">").append(Markup.escape(row.name())).append("</th>");
        for (int index = 0; index < table.columns().size(); index++) {
            html.append(isClearlyBest(row, index) ? "<td class=\"best\">" : "<td>");
            Figure figure = row.figures().get(index);
            int decimals = table.columns().get(index).decimals();
            if (figure instanceof Figure.Exact exact) {
                appendNumber(exact.value(), decimals);
                if (!exact.reason().isEmpty()) {
                    appendMark(exact.reason());
                }
            } else if (figure instanceof Figure.Estimate estimate) {
                appendNumber(estimate.value(), decimals);
                html.append("<span class=\"interval\">")
                        .append(Markup.fixed(estimate.low(), decimals))
                        .append(" – ")
                        .append(Markup.fixed(estimate.high(), decimals))
                        .append("</span>");
                appendDrawing(estimate, index);
            } else if (figure instanceof Figure.Absent absent) {
                appendAbsent(absent.reason());
            }
            html.append("</td>");
        }
        html.append("</tr>\n");
    }

    private void appendNumber(double value, int decimals) {
        html.append("<span class=\"number\">")
                .append(Markup.fixed(value, decimals))
                .append("</span>");
    }

    private void appendAbsent(String reason) {
        html.append("<span class=\"absent\" title=\"")
                .append(Markup.escape(reason))
                .append("\">—");
        appendMark(reason);
        html.append("</span>");
    }

    /** The mark of a note below the table that gives a reason. */
    private void appendMark(String reason) {
        if (!reasons.contains(reason)) {
            reasons.add(reason);
        }
        html.append("<sup>").append(mark(reasons.indexOf(reason))).append("</sup>");
    }

    /** The interval as a line and the estimate as a dot, in one scale for the whole column. */
    private void appendDrawing(Figure.Estimate estimate, int index) {
        double[] numbers = numbers(index);
        double low = DoubleStream.of(numbers).min().orElse(0);
        double range = DoubleStream.of(numbers).max().orElse(0) - low;
        boolean finite = Double.isFinite(estimate.value() + estimate.low() + estimate.high());
        if (range <= 0 || !finite) {
            return;
        }
        double unit = (DRAWING_WIDTH - 8) / range;
        html.append("<svg class=\"whisker\" width=\"96\" height=\"8\" viewBox=\"0 0 96 8\" aria-hidden=\"true\">")
                .append("<path d=\"M4 4H92\"/><path class=\"span\" d=\"M")
                .append(Markup.place(4 + (estimate.low() - low) * unit))
                .append(" 4H")
                .append(Markup.place(4 + (estimate.high() - low) * unit))
                .append("\"/><circle cx=\"")
                .append(Markup.place(4 + (estimate.value() - low) * unit))
                .append("\" cy=\"4\" r=\"3\"/></svg>");
    }

    private double[] numbers(int index) {
        return table.rows().stream()
                .map(row -> row.figures().get(index))
                .filter(Figure.Estimate.class::isInstance)
                .map(Figure.Estimate.class::cast)
                .flatMapToDouble(estimate -> DoubleStream.of(estimate.value(), estimate.low(), estimate.high()))
                .filter(Double::isFinite)
                .toArray();
    }

    /** Whether the interval of a figure is apart, on the better side, from those of all others of its group. */
    private boolean isClearlyBest(Row row, int index) {
        Better better = table.columns().get(index).better();
        if (better == Better.NEITHER || !(row.figures().get(index) instanceof Figure.Estimate best)) {
            return false;
        }
        int others = 0;
        for (Row other : table.rows()) {
            if (other == row || !other.group().equals(row.group())) {
                continue;
            }
            Figure figure = other.figures().get(index);
            if (figure instanceof Figure.Estimate estimate) {
                boolean apart = better == Better.LOWER ? best.high() < estimate.low() : best.low() > estimate.high();
                if (!apart) {
                    return false;
                }
                others++;
            } else if (figure instanceof Figure.Exact) {
                return false;
            }
        }
        return others > 0;
    }

    private void appendNotes() {
        boolean bold = table.rows().stream().anyMatch(row -> {
            for (int index = 0; index < table.columns().size(); index++) {
                if (isClearlyBest(row, index)) {
                    return true;
                }
            }
            return false;
        });
        if (bold) {
            html.append("<p class=\"fine\">Bold: the interval is apart from all others of its group.</p>\n");
        }
        for (int index = 0; index < reasons.size(); index++) {
            html.append("<p class=\"fine\"><sup>")
                    .append(mark(index))
                    .append("</sup> ")
                    .append(Markup.escape(reasons.get(index)))
                    .append("</p>\n");
        }
    }

    private static String mark(int index) {
        return index < 26 ? Character.toString('a' + index) : Integer.toString(index + 1);
    }
}
