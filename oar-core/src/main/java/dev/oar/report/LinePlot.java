package dev.oar.report;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Lines over a common x, drawn as SVG inside the page and named at their ends. Lines of many points are drawn faintly under
 * their moving average.
 *
 * @param title what is shown
 * @param xName what x is, with its unit
 * @param yName what y is, with its unit
 * @param series the lines; the n-th always has the n-th colour
 * @param logarithmic whether y is logarithmic; numbers that are not positive are gaps then
 */
public record LinePlot(String title, String xName, String yName, List<Series> series, boolean logarithmic)
        implements Block {
    private static final int DRAWING_WIDTH = 560;
    private static final int HEIGHT = 290;
    private static final int TOP = 12;
    private static final int BOTTOM = HEIGHT - 44;
    private static final int LEFT = 62;
    private static final int MARKS = 5;
    private static final int MOST_POINTS = 600;
    private static final int LINE_HEIGHT = 15;

    /** Copies the series. */
    public LinePlot {
        series = List.copyOf(series);
    }

    /** A plot with a linear y. */
    public static LinePlot of(String title, String xName, String yName, Series... series) {
        return new LinePlot(title, xName, yName, List.of(series), false);
    }

    @Override
    public String html() {
        double[] x =
                series.stream().flatMapToDouble(line -> shown(line, line.x())).toArray();
        double[] y =
                series.stream().flatMapToDouble(line -> shown(line, line.y())).toArray();
        if (x.length == 0) {
            return SvgPlot.empty(title);
        }
        int right = DRAWING_WIDTH - 16;
        int width = series.size() > 1 ? right + 10 + SvgPlot.nameWidth(names()) : DRAWING_WIDTH;
        // The x axis ends where the lines end; the y axis at round numbers.
        double first = min(x);
        double last = max(x);
        Axis across = first < last
                ? new Axis(first, last, false, LEFT, right)
                : Axis.covering(first, last, false, LEFT, right, MARKS);
        Axis up = Axis.covering(min(y), max(y), logarithmic, BOTTOM, TOP, MARKS);
        SvgPlot plot = new SvgPlot(title, width, HEIGHT);
        plot.horizontalMarks(up, MARKS, LEFT, right);
        plot.verticalMarks(across, MARKS + 1, BOTTOM);
        plot.text((LEFT + right) / 2.0, HEIGHT - 6, "name", "middle", xName);
        plot.uprightText(14, (TOP + BOTTOM) / 2.0, yName);
        for (int index = 0; index < series.size(); index++) {
            drawLine(plot, index, across, up);
        }
        if (series.size() > 1) {
            drawNames(plot, right, up);
        }
        return plot.html();
    }

    private void drawLine(SvgPlot plot, int index, Axis across, Axis up) {
        Series line = series.get(index);
        boolean noisy = line.x().length >= Series.NOISY;
        if (noisy) {
            plot.line(line.thinned(MOST_POINTS), across, up, "raw s" + index % SvgPlot.COLOURS);
        }
        Series clear = noisy ? line.trend() : line;
        plot.line(clear.thinned(MOST_POINTS), across, up, "line s" + index % SvgPlot.COLOURS);
    }

    /** Names beside the ends of their lines, pushed apart where the ends are close. */
    private void drawNames(SvgPlot plot, int right, Axis up) {
        Integer[] byHeight = new Integer[series.size()];
        double[] heights = new double[series.size()];
        for (int index = 0; index < heights.length; index++) {
            byHeight[index] = index;
            heights[index] = endHeight(series.get(index), up);
        }
        Arrays.sort(byHeight, Comparator.comparingDouble(index -> heights[index]));
        double free = TOP;
        for (int place = 0; place < byHeight.length; place++) {
            int index = byHeight[place];
            // Room for the names that are still to come below.
            double lowest = BOTTOM - (byHeight.length - 1.0 - place) * LINE_HEIGHT;
            double height = Math.max(free, Math.min(heights[index], lowest));
            plot.name(
                    right + 8,
                    height + 4,
                    "end s" + index % SvgPlot.COLOURS,
                    "start",
                    series.get(index).name());
            free = height + LINE_HEIGHT;
        }
    }

    private double endHeight(Series line, Axis up) {
        Series clear = line.x().length >= Series.NOISY ? line.trend() : line;
        for (int index = clear.y().length - 1; index >= 0; index--) {
            if (isShown(clear.y()[index])) {
                return up.place(clear.y()[index]);
            }
        }
        return BOTTOM;
    }

    private DoubleStream shown(Series line, double[] numbers) {
        double[] y = line.y();
        double[] x = line.x();
        return IntStream.range(0, y.length)
                .filter(index -> isShown(y[index]) && Double.isFinite(x[index]))
                .mapToDouble(index -> numbers[index]);
    }

    private boolean isShown(double y) {
        return Double.isFinite(y) && (!logarithmic || y > 0);
    }

    private List<String> names() {
        return series.stream().map(Series::name).toList();
    }

    private static double min(double[] numbers) {
        return DoubleStream.of(numbers).min().orElseThrow();
    }

    private static double max(double[] numbers) {
        return DoubleStream.of(numbers).max().orElseThrow();
    }
}
