package dev.oar.report;

import java.util.List;

/** Writes a plot as SVG whose colours come from the style of the page, so that it fits light and dark. */
final class SvgPlot {
    /** How many colours of lines the style knows; further lines begin anew. */
    static final int COLOURS = 6;

    /** How many shapes points have. */
    static final int SHAPES = 4;

    private static final double LETTER_WIDTH = 7.2;
    private static final int MOST_NAME_WIDTH = 216;

    private final StringBuilder svg = new StringBuilder();

    SvgPlot(String title, int width, int height) {
        svg.append("<figure class=\"plot\">\n<figcaption>")
                .append(Markup.escape(title))
                .append("</figcaption>\n<svg viewBox=\"0 0 ")
                .append(width)
                .append(' ')
                .append(height)
                .append("\" style=\"max-width:")
                .append(width)
                .append("px\" role=\"img\" aria-label=\"")
                .append(Markup.escape(title))
                .append("\">\n");
    }

    /** What stands in the place of a plot without numbers. */
    static String empty(String title) {
        return "<figure class=\"plot\">\n<figcaption>" + Markup.escape(title)
                + "</figcaption>\n<p class=\"fine\">There are no numbers to show.</p></figure>\n";
    }

    /** About how much room the longest of some names takes; names are cut to the most there is. */
    static int nameWidth(List<String> names) {
        double widest = 0;
        for (String name : names) {
            widest = Math.max(widest, width(name));
        }
        return (int) Math.min(MOST_NAME_WIDTH, Math.ceil(widest));
    }

    String html() {
        return svg.append("</svg></figure>\n").toString();
    }

    /** Numbers at the left and a faint line for each. */
    void horizontalMarks(Axis axis, int wanted, double left, double right) {
        for (double mark : axis.marks(wanted)) {
            double y = axis.place(mark);
            path("mark", "M" + Markup.place(left) + " " + Markup.place(y) + "H" + Markup.place(right));
            text(left - 8, y + 4, "tick", "end", Axis.label(mark));
        }
    }

    /** A faint upright line for each number. */
    void verticalLines(Axis axis, int wanted, double top, double bottom) {
        for (double mark : axis.marks(wanted)) {
            path(
                    mark == 0 ? "zero" : "mark",
                    "M" + Markup.place(axis.place(mark)) + " " + Markup.place(top) + "V" + Markup.place(bottom));
        }
    }

    /** A clear upright line. */
    void reference(double x, double top, double bottom) {
        path("zero", "M" + Markup.place(x) + " " + Markup.place(top) + "V" + Markup.place(bottom));
    }

    /** Numbers below a drawing. */
    void verticalMarks(Axis axis, int wanted, double bottom) {
        for (double mark : axis.marks(wanted)) {
            text(axis.place(mark), bottom + 18, "tick", "middle", Axis.label(mark));
        }
    }

    /** A line through points; numbers that are not finite, or not positive where that is needed, are gaps. */
    void line(Series series, Axis across, Axis up, String style) {
        StringBuilder path = new StringBuilder();
        boolean drawing = false;
        double[] x = series.x();
        double[] y = series.y();
        for (int index = 0; index < x.length; index++) {
            boolean shown =
                    Double.isFinite(x[index]) && Double.isFinite(y[index]) && (!up.logarithmic() || y[index] > 0);
            if (shown) {
                String place = Markup.place(across.place(x[index])) + " " + Markup.place(up.place(y[index]));
                boolean alone = !drawing && (index + 1 == x.length || !Double.isFinite(y[index + 1]));
                // A point between gaps is a line of no length, whose round ends make a dot.
                path.append(drawing ? "L" : "M").append(place).append(alone ? "l0 0" : "");
            }
            drawing = shown;
        }
        svg.append("<path class=\"")
                .append(style)
                .append("\" d=\"")
                .append(path)
                .append("\"><title>");
        svg.append(Markup.escape(series.name())).append("</title></path>\n");
    }

    /** A mark of one of {@link #SHAPES} shapes, whose tooltip is a text. */
    void point(double x, double y, int shape, String style, String tooltip) {
        double r = shape == 0 ? 4 : shape == 1 ? 3.5 : 5;
        String path = switch (shape) {
            case 0 ->
                "m" + -r + " 0a" + r + " " + r + " 0 1 0 " + 2 * r + " 0a" + r + " " + r + " 0 1 0 " + -2 * r + " 0z";
            case 1 -> "m" + -r + " " + -r + "h" + 2 * r + "v" + 2 * r + "h" + -2 * r + "z";
            case 2 -> "m0 " + -r + "l" + r + " " + r + "l" + -r + " " + r + "l" + -r + " " + -r + "z";
            default -> "m0 " + -r + "l" + r + " " + 2 * r + "h" + -2 * r + "z";
        };
        svg.append("<path class=\"point ")
                .append(style)
                .append("\" d=\"M")
                .append(Markup.place(x))
                .append(' ')
                .append(Markup.place(y))
                .append(path)
                .append("\"><title>")
                .append(Markup.escape(tooltip))
                .append("</title></path>\n");
    }

    /** An upright interval. */
    void uprightWhisker(double x, double from, double to) {
        String left = Markup.place(x - 4);
        path(
                "whisker",
                "M" + Markup.place(x) + " " + Markup.place(from) + "V" + Markup.place(to) + "M" + left + " "
                        + Markup.place(from) + "h8M" + left + " " + Markup.place(to) + "h8");
    }

    void bar(double from, double to, double top, double height, String style) {
        svg.append("<rect class=\"bar ")
                .append(style)
                .append("\" x=\"")
                .append(Markup.place(Math.min(from, to)))
                .append("\" y=\"")
                .append(Markup.place(top))
                .append("\" width=\"")
                .append(Markup.place(Math.abs(to - from)))
                .append("\" height=\"")
                .append(Markup.place(height))
                .append("\"/>\n");
    }

    void whisker(double from, double to, double middle) {
        String start = Markup.place(from);
        String end = Markup.place(to);
        String top = Markup.place(middle - 4);
        String line = "M" + start + " " + Markup.place(middle) + "H" + end;
        path("whisker", line + "M" + start + " " + top + "v8M" + end + " " + top + "v8");
    }

    /** The name of a line or bar, cut where it is too long; the whole name is its tooltip. */
    void name(double x, double y, String style, String anchor, String name) {
        String cut = cut(name);
        startText(x, y, style, anchor);
        svg.append(Markup.escape(cut));
        if (!cut.equals(name)) {
            svg.append("<title>").append(Markup.escape(name)).append("</title>");
        }
        svg.append("</text>\n");
    }

    void text(double x, double y, String style, String anchor, String text) {
        startText(x, y, style, anchor);
        svg.append(Markup.escape(text)).append("</text>\n");
    }

    private void startText(double x, double y, String style, String anchor) {
        svg.append("<text class=\"")
                .append(style)
                .append("\" x=\"")
                .append(Markup.place(x))
                .append("\" y=\"")
                .append(Markup.place(y))
                .append("\" text-anchor=\"")
                .append(anchor)
                .append("\">");
    }

    /** Text that reads upwards, centred at a point. */
    void uprightText(double x, double y, String text) {
        svg.append("<text class=\"name\" text-anchor=\"middle\" transform=\"translate(")
                .append(Markup.place(x))
                .append(' ')
                .append(Markup.place(y))
                .append(") rotate(-90)\">")
                .append(Markup.escape(text))
                .append("</text>\n");
    }

    private void path(String style, String path) {
        svg.append("<path class=\"")
                .append(style)
                .append("\" d=\"")
                .append(path)
                .append("\"/>\n");
    }

    private static String cut(String text) {
        if (width(text) <= MOST_NAME_WIDTH) {
            return text;
        }
        int letters = (int) (MOST_NAME_WIDTH / LETTER_WIDTH) - 1;
        return text.substring(0, text.offsetByCodePoints(0, letters)) + "…";
    }

    private static double width(String text) {
        return text.codePointCount(0, text.length()) * LETTER_WIDTH;
    }
}
