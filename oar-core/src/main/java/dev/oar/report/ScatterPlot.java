package dev.oar.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.DoubleStream;

/**
 * Points by two numbers that are weighed against each other, such as quality and speed, with those that nothing beats in both: the Pareto
 * frontier. Its points are numbered from left to right, have their intervals, and are named below; every other point tells its name as a
 * tooltip. Points of one kind share colour and shape.
 *
 * @param title what is shown
 * @param x what lies across
 * @param y what is upright
 * @param points in any sequence; those whose numbers are not finite, or not positive on a logarithmic side, are left out
 */
public record ScatterPlot(String title, Side x, Side y, List<Point> points) implements Block {
    private static final int WIDTH = 560;
    private static final int LEFT = 62;
    private static final int TOP = 12;
    private static final int LEAST_HEIGHT = 250;
    private static final int LINE_HEIGHT = 15;
    private static final int MARKS = 5;

    /** Copies the points. */
    public ScatterPlot {
        points = List.copyOf(points);
    }

    /**
     * A side of the plot.
     *
     * @param name what is measured, with its unit
     * @param logarithmic whether equal factors are equally far apart
     * @param better which of two numbers is the better one; where neither is, there is no frontier
     */
    public record Side(String name, boolean logarithmic, FigureTable.Better better) {
        private boolean shows(double value) {
            return Double.isFinite(value) && (!logarithmic || value > 0);
        }

        /** How good a number is: the greater, the better. */
        private double gain(double value) {
            return better == FigureTable.Better.LOWER ? -value : value;
        }

        private Axis axis(DoubleStream values, double start, double end) {
            double[] all = values.toArray();
            return Axis.covering(
                    DoubleStream.of(all).min().orElseThrow(),
                    DoubleStream.of(all).max().orElseThrow(),
                    logarithmic,
                    start,
                    end,
                    MARKS);
        }
    }

    /**
     * One point.
     *
     * @param kind what it is one of; kinds stand beside the plot
     * @param name what it is
     * @param x its place across
     * @param y its height; absent figures are left out
     */
    public record Point(String kind, String name, double x, Figure y) {
        private double height() {
            if (y instanceof Figure.Exact exact) {
                return exact.value();
            }
            return y instanceof Figure.Estimate estimate ? estimate.value() : Double.NaN;
        }
    }

    /** The points that no other beats, ascending across: no other is as good in both and better in one. */
    public List<Point> frontier() {
        if (x.better == FigureTable.Better.NEITHER || y.better == FigureTable.Better.NEITHER) {
            return List.of();
        }
        List<Point> shown = shown();
        return shown.stream()
                .filter(point -> shown.stream().noneMatch(other -> beats(other, point)))
                .sorted(Comparator.comparingDouble(Point::x))
                .toList();
    }

    private boolean beats(Point first, Point second) {
        double across = x.gain(first.x) - x.gain(second.x);
        double up = y.gain(first.height()) - y.gain(second.height());
        return across >= 0 && up >= 0 && (across > 0 || up > 0);
    }

    private List<Point> shown() {
        return points.stream()
                .filter(point -> x.shows(point.x) && y.shows(point.height()))
                .toList();
    }

    @Override
    public String html() {
        List<Point> shown = shown();
        if (shown.isEmpty()) {
            return SvgPlot.empty(title);
        }
        List<Point> frontier = frontier();
        List<String> kinds = shown.stream().map(Point::kind).distinct().toList();
        int bottom = TOP + Math.max(LEAST_HEIGHT, kinds.size() * LINE_HEIGHT);
        int right = WIDTH - 16;
        Axis across = x.axis(shown.stream().mapToDouble(Point::x), LEFT + 10.0, right - 10.0);
        Axis up = y.axis(
                DoubleStream.concat(
                        shown.stream().mapToDouble(Point::height),
                        frontier.stream()
                                .flatMapToDouble(point -> ends(point.y))
                                .filter(y::shows)),
                bottom,
                TOP);
        SvgPlot plot = new SvgPlot(title, right + 26 + SvgPlot.nameWidth(kinds), bottom + 44);
        plot.horizontalMarks(up, MARKS, LEFT, right);
        plot.verticalMarks(across, MARKS + 1, bottom);
        plot.text((LEFT + right) / 2.0, bottom + 38, "name", "middle", x.name);
        plot.uprightText(14, (TOP + bottom) / 2.0, y.name);
        drawFrontier(plot, frontier, across, up);
        for (Point point : shown) {
            int kind = kinds.indexOf(point.kind);
            plot.point(
                    across.place(point.x),
                    up.place(point.height()),
                    shape(kind),
                    style(kind) + (frontier.contains(point) ? " best" : ""),
                    told(point));
        }
        for (int i = 0; i < frontier.size(); i++) {
            Point point = frontier.get(i);
            plot.text(
                    across.place(point.x) + 7,
                    up.place(point.height()) - 6,
                    "number",
                    "start",
                    Integer.toString(i + 1));
        }
        for (int kind = 0; kind < kinds.size(); kind++) {
            double height = TOP + (kind + 0.5) * LINE_HEIGHT;
            plot.point(right + 14, height, shape(kind), style(kind), kinds.get(kind));
            plot.name(right + 24, height + 4, "end " + style(kind), "start", kinds.get(kind));
        }
        return plot.html() + names(frontier);
    }

    private void drawFrontier(SvgPlot plot, List<Point> frontier, Axis across, Axis up) {
        if (frontier.isEmpty()) {
            return;
        }
        plot.line(
                new Series(
                        "Pareto frontier",
                        frontier.stream().mapToDouble(Point::x).toArray(),
                        frontier.stream().mapToDouble(Point::height).toArray()),
                across,
                up,
                "frontier");
        for (Point point : frontier) {
            double[] ends = ends(point.y).filter(y::shows).toArray();
            if (ends.length == 2) {
                plot.uprightWhisker(across.place(point.x), up.place(ends[0]), up.place(ends[1]));
            }
        }
    }

    private static DoubleStream ends(Figure figure) {
        return figure instanceof Figure.Estimate estimate
                ? DoubleStream.of(estimate.low(), estimate.high())
                : DoubleStream.empty();
    }

    private static int shape(int kind) {
        return kind / SvgPlot.COLOURS % SvgPlot.SHAPES;
    }

    private static String style(int kind) {
        return "s" + kind % SvgPlot.COLOURS;
    }

    private String told(Point point) {
        return point.name + ": " + x.name + " " + number(point.x) + ", " + y.name + " " + number(point.height());
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e6
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.4g", value);
    }

    private String names(List<Point> frontier) {
        if (frontier.isEmpty()) {
            return "";
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < frontier.size(); i++) {
            names.add((i + 1) + " " + told(Objects.requireNonNull(frontier.get(i))));
        }
        return "<p class=\"fine\">Beaten by none in both: " + Markup.escape(String.join("; ", names)) + ".</p>\n";
    }
}
