package dev.oar.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Estimates as points with their intervals, in groups, beside the line of a reference, such as one half. Points of one name share a colour.
 *
 * @param title what is shown
 * @param valueName what lies across, with its unit
 * @param reference where there would be no difference; a line stands there
 * @param points from top to bottom
 * @param decimals digits after the point of the numbers beside the points, 0 to 9
 */
public record IntervalPlot(String title, String valueName, double reference, List<Point> points, int decimals)
        implements Block {
    private static final int WIDTH = 720;
    private static final int PITCH = 24;
    private static final int HEADING = 24;
    private static final int TOP = 8;
    private static final int MARKS = 6;
    private static final int NUMBER_WIDTH = 60;

    /** Checks the digits. */
    public IntervalPlot {
        points = List.copyOf(points);
        if (decimals < 0 || decimals > 9 || !Double.isFinite(reference)) {
            throw new IllegalArgumentException("an interval plot has 0 to 9 decimals and a finite reference, but \""
                    + title + "\" has " + decimals + " and " + reference + "; correct them");
        }
    }

    /**
     * One estimate.
     *
     * @param group the heading over this and the points after it of the same group; may be empty
     * @param name what it stands for
     * @param figure where it lies; absent figures are named, not drawn
     */
    public record Point(String group, String name, Figure figure) {}

    @Override
    public String html() {
        double[] numbers = points.stream()
                .flatMapToDouble(point -> numbers(point.figure))
                .filter(Double::isFinite)
                .toArray();
        if (numbers.length == 0) {
            return SvgPlot.empty(title);
        }
        int left = SvgPlot.nameWidth(points.stream().map(Point::name).toList()) + 12;
        double low = Math.min(reference, DoubleStream.of(numbers).min().orElseThrow());
        double high = Math.max(reference, DoubleStream.of(numbers).max().orElseThrow());
        Axis across = Axis.covering(low, high, false, left, WIDTH - NUMBER_WIDTH, MARKS);
        int bottom = TOP + points.size() * PITCH + headings() * HEADING;
        SvgPlot plot = new SvgPlot(title, WIDTH, bottom + 44);
        plot.verticalLines(across, MARKS, TOP, bottom);
        plot.reference(across.place(reference), TOP, bottom);
        plot.verticalMarks(across, MARKS, bottom);
        plot.text((left + WIDTH - NUMBER_WIDTH) / 2.0, bottom + 38, "name", "middle", valueName);
        drawPoints(plot, across, left);
        return plot.html();
    }

    private void drawPoints(SvgPlot plot, Axis across, int left) {
        List<String> names = new ArrayList<>();
        String group = "";
        double y = TOP;
        for (Point point : points) {
            if (!point.group.equals(group)) {
                group = point.group;
                plot.text(0, y + HEADING - 7, "heading", "start", group);
                y += HEADING;
            }
            if (!names.contains(point.name)) {
                names.add(point.name);
            }
            double middle = y + PITCH / 2.0;
            plot.name(left - 8, middle + 4, "tick", "end", point.name);
            drawPoint(plot, across, point, middle, "s" + names.indexOf(point.name) % SvgPlot.COLOURS);
            y += PITCH;
        }
    }

    private void drawPoint(SvgPlot plot, Axis across, Point point, double middle, String colour) {
        double[] numbers = numbers(point.figure).toArray();
        if (numbers.length == 0 || !Double.isFinite(numbers[0])) {
            String reason = point.figure instanceof Figure.Absent absent ? absent.reason() : "not finite";
            plot.text(across.place(reference) + 6, middle + 4, "tick", "start", reason);
            return;
        }
        double end = across.place(numbers[0]) + 4;
        if (numbers.length == 3 && Double.isFinite(numbers[1] + numbers[2])) {
            plot.whisker(across.place(numbers[1]), across.place(numbers[2]), middle);
            end = Math.max(end, across.place(numbers[2]));
        }
        String value = Markup.fixed(numbers[0], decimals);
        plot.point(across.place(numbers[0]), middle, 0, colour, point.name + ": " + value);
        plot.text(end + 6, middle + 4, "tick", "start", value);
    }

    /** The number, and the ends of its interval if it has one. */
    private static DoubleStream numbers(Figure figure) {
        if (figure instanceof Figure.Exact exact) {
            return DoubleStream.of(exact.value());
        }
        return figure instanceof Figure.Estimate estimate
                ? DoubleStream.of(estimate.value(), estimate.low(), estimate.high())
                : DoubleStream.empty();
    }

    private int headings() {
        int headings = 0;
        String group = "";
        for (Point point : points) {
            headings += point.group.equals(group) ? 0 : 1;
            group = point.group;
        }
        return headings;
    }
}
