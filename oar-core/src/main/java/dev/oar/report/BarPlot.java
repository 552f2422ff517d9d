package dev.oar.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Horizontal bars from zero with their intervals, in groups; bars of one name share a colour.
 *
 * @param title what is shown
 * @param valueName what the length is, with its unit
 * @param bars from top to bottom
 * @param decimals digits after the point of the numbers beside the bars, 0 to 9
 */
public record BarPlot(String title, String valueName, List<Bar> bars, int decimals) implements Block {
    private static final int WIDTH = 720;
    private static final int BAR = 16;
    private static final int PITCH = 22;
    private static final int HEADING = 24;
    private static final int TOP = 8;
    private static final int MARKS = 5;
    private static final int NUMBER_WIDTH = 60;

    /** Checks the digits. */
    public BarPlot {
        bars = List.copyOf(bars);
        if (decimals < 0 || decimals > 9) {
            throw new IllegalArgumentException(
                    "a bar plot has 0 to 9 decimals, but \"" + title + "\" has " + decimals + "; choose fewer");
        }
    }

    /**
     * One bar.
     *
     * @param group the heading over this and the bars after it of the same group; may be empty
     * @param name what the bar stands for
     * @param figure its length; absent figures are named, not drawn
     */
    public record Bar(String group, String name, Figure figure) {}

    @Override
    public String html() {
        double[] numbers = bars.stream()
                .flatMapToDouble(bar -> numbers(bar.figure))
                .filter(Double::isFinite)
                .toArray();
        if (numbers.length == 0) {
            return SvgPlot.empty(title);
        }
        int left = SvgPlot.nameWidth(bars.stream().map(Bar::name).toList()) + 12;
        double low = Math.min(0, DoubleStream.of(numbers).min().orElseThrow());
        double high = Math.max(0, DoubleStream.of(numbers).max().orElseThrow());
        Axis across = Axis.covering(low, high, false, left, WIDTH - NUMBER_WIDTH, MARKS);
        int bottom = TOP + bars.size() * PITCH + headings() * HEADING;
        SvgPlot plot = new SvgPlot(title, WIDTH, bottom + 44);
        plot.verticalLines(across, MARKS, TOP, bottom);
        plot.verticalMarks(across, MARKS, bottom);
        plot.text((left + WIDTH - NUMBER_WIDTH) / 2.0, bottom + 38, "name", "middle", valueName);
        drawBars(plot, across, left);
        return plot.html();
    }

    private void drawBars(SvgPlot plot, Axis across, int left) {
        List<String> names = new ArrayList<>();
        String group = "";
        double y = TOP;
        for (Bar bar : bars) {
            if (!bar.group.equals(group)) {
                group = bar.group;
                plot.text(0, y + HEADING - 7, "heading", "start", group);
                y += HEADING;
            }
            if (!names.contains(bar.name)) {
                names.add(bar.name);
            }
            plot.name(left - 8, y + PITCH / 2.0 + 4, "tick", "end", bar.name);
            // A plot in which no name comes back compares names, not colours.
            boolean coloured = bars.size() > names().size();
            String colour = "s" + (coloured ? names.indexOf(bar.name) % SvgPlot.COLOURS : 0);
            drawBar(plot, across, bar.figure, y + (PITCH - BAR) / 2.0, colour);
            y += PITCH;
        }
    }

    private void drawBar(SvgPlot plot, Axis across, Figure figure, double top, String colour) {
        double middle = top + BAR / 2.0;
        double zero = across.place(0);
        if (figure instanceof Figure.Exact exact && Double.isFinite(exact.value())) {
            plot.bar(zero, across.place(exact.value()), top, BAR, colour);
            double end = Math.max(zero, across.place(exact.value()));
            plot.text(end + 6, middle + 4, "tick", "start", Markup.fixed(exact.value(), decimals));
        } else if (figure instanceof Figure.Estimate estimate && Double.isFinite(estimate.value())) {
            plot.bar(zero, across.place(estimate.value()), top, BAR, colour);
            double end = Math.max(zero, across.place(estimate.value()));
            if (Double.isFinite(estimate.low() + estimate.high())) {
                plot.whisker(across.place(estimate.low()), across.place(estimate.high()), middle);
                end = Math.max(end, across.place(estimate.high()));
            }
            plot.text(end + 6, middle + 4, "tick", "start", Markup.fixed(estimate.value(), decimals));
        } else if (figure instanceof Figure.Absent absent) {
            plot.text(zero + 6, middle + 4, "tick", "start", absent.reason());
        } else {
            plot.text(zero + 6, middle + 4, "tick", "start", "not finite");
        }
    }

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
        for (Bar bar : bars) {
            headings += bar.group.equals(group) ? 0 : 1;
            group = bar.group;
        }
        return headings;
    }

    private List<String> names() {
        return bars.stream().map(Bar::name).distinct().toList();
    }
}
