package dev.oar.report;

import java.util.Locale;

/** Escaping of text and writing of numbers, the same on every machine. */
final class Markup {
    private Markup() {}

    /**
     * Text that is safe in elements and in quoted attributes; characters that HTML forbids become replacement characters.
     */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> {
            switch (point) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(isAllowed(point) ? point : 0xFFFD);
            }
        });
        return escaped.toString();
    }

    /** A number with that many digits after the point. */
    static String fixed(double value, int decimals) {
        if (!Double.isFinite(value)) {
            return Double.isNaN(value) ? "not a number" : value > 0 ? "infinite" : "−infinite";
        }
        String digits = String.format(Locale.ROOT, "%." + decimals + "f", Math.abs(value));
        boolean zero = digits.chars().allMatch(c -> c == '0' || c == '.');
        return value < 0 && !zero ? "−" + digits : digits;
    }

    /** A length or place in a drawing, to a tenth. */
    static String place(double value) {
        double tenths = Math.round(value * 10) / 10.0;
        return tenths == Math.rint(tenths) ? Long.toString((long) tenths) : Double.toString(tenths);
    }

    private static boolean isAllowed(int point) {
        boolean control = (point < 32 && point != '\n' && point != '\t') || (point >= 127 && point < 160);
        boolean surrogate = point >= 0xD800 && point <= 0xDFFF;
        boolean directional = (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
        return !control && !surrogate && !directional && (point & 0xFFFE) != 0xFFFE;
    }
}
