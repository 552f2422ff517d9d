package dev.oar.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Maps numbers to places in a drawing and chooses round numbers to mark.
 *
 * @param low the number at the start
 * @param high the number at the end, above low
 * @param logarithmic whether equal factors are equally far apart; both ends are positive then
 * @param start the place of the start, in drawing units
 * @param end the place of the end
 */
record Axis(double low, double high, boolean logarithmic, double start, double end) {
    /**
     * An axis that holds a range of numbers, with ends at round numbers. A range of one number is widened.
     */
    static Axis covering(double low, double high, boolean logarithmic, double start, double end, int marks) {
        if (logarithmic) {
            double wider = low == high ? 2 : 1;
            return new Axis(low / wider, high * wider, true, start, end);
        }
        double widening = low == high ? Math.max(Math.abs(low) * 0.1, 0.5) : 0;
        double step = step(high - low + 2 * widening, marks);
        return new Axis(
                Math.floor((low - widening) / step + 1e-9) * step,
                Math.ceil((high + widening) / step - 1e-9) * step,
                false,
                start,
                end);
    }

    /** The place of a number. */
    double place(double value) {
        double fraction = logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
        return start + fraction * (end - start);
    }

    /** About that many round numbers between the ends, ascending. */
    List<Double> marks(int wanted) {
        List<Double> marks = new ArrayList<>();
        if (logarithmic) {
            int decades = (int) Math.ceil(Math.log10(high / low));
            double[] factors = decades > wanted ? new double[] {1} : new double[] {1, 2, 5};
            for (int power = (int) Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
                for (double factor : factors) {
                    addInside(marks, factor * Math.pow(10, power));
                }
            }
        }
        if (marks.size() < 2) {
            marks.clear();
            double step = step(high - low, wanted);
            for (long count = Math.round(Math.ceil(low / step - 1e-9)); count * step <= high + step * 1e-9; count++) {
                addInside(marks, count * step);
            }
        }
        return marks;
    }

    private void addInside(List<Double> marks, double mark) {
        double tolerance = (high - low) * 1e-9;
        if (mark >= low - tolerance && mark <= high + tolerance) {
            marks.add(mark);
        }
    }

    /** A round number (1, 2 or 5 times a power of ten) of which about so many make the range. */
    private static double step(double range, int wanted) {
        double rough = range / Math.max(1, wanted);
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double lead = rough / power;
        return power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10);
    }

    /** A number as it stands beside its mark: as few digits as needed, thousands as "k", millions as "M". */
    static String label(double value) {
        double size = Math.abs(value);
        String text;
        if (size >= 1e6 && size < 1e9) {
            text = plain(size / 1e6) + "M";
        } else if (size >= 1e4 && size < 1e6) {
            text = plain(size / 1e3) + "k";
        } else if (size != 0 && (size >= 1e9 || size < 1e-4)) {
            text = String.format(Locale.ROOT, "%.0e", size);
        } else {
            text = plain(size);
        }
        return value < 0 ? "−" + text : text;
    }

    private static String plain(double value) {
        String text = String.format(Locale.ROOT, "%.5f", value);
        int end = text.length();
        while (text.charAt(end - 1) == '0') {
            end--;
        }
        return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
    }
}
