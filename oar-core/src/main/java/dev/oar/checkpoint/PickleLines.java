package dev.oar.checkpoint;

import dev.oar.checkpoint.PickleValue.LargeWhole;
import dev.oar.checkpoint.PickleValue.Real;
import dev.oar.checkpoint.PickleValue.Text;
import dev.oar.checkpoint.PickleValue.Truth;
import dev.oar.checkpoint.PickleValue.Whole;
import dev.oar.file.CorruptFileException;
import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The numbers and texts that the oldest pickles write as lines of characters. */
final class PickleLines {
    private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,1000}");
    private static final Pattern INDEX = Pattern.compile("\\d{1,9}");
    private static final Pattern REAL =
            Pattern.compile("[+-]?(?:\\d{1,1000}\\.?\\d{0,1000}(?:e[+-]?\\d{1,9})?|inf|nan)", Pattern.CASE_INSENSITIVE);
    private static final Pattern ESCAPE =
            Pattern.compile("\\\\(?:x(\\p{XDigit}{2})|u(\\p{XDigit}{4})|U(\\p{XDigit}{8})|(.))");

    private PickleLines() {}

    /** The value of a whole number, whatever its size. */
    static PickleValue whole(BigInteger value) {
        return value.bitLength() < Long.SIZE ? new Whole(value.longValue()) : new LargeWhole(value);
    }

    /** A decimal whole number, perhaps with an L behind it. */
    static PickleValue whole(Damage damage, String line) throws CorruptFileException {
        String digits = line.endsWith("L") ? line.substring(0, line.length() - 1) : line;
        if (!WHOLE.matcher(digits).matches()) {
            throw damage.found("its pickle must have a whole number of at most 1000 digits, but has '" + line + "'");
        }
        return whole(new BigInteger(digits));
    }

    /** A decimal whole number; 00 and 01 are truth values. */
    static PickleValue truthOrWhole(Damage damage, String line) throws CorruptFileException {
        return switch (line) {
            case "00" -> Truth.FALSE;
            case "01" -> Truth.TRUE;
            default -> whole(damage, line);
        };
    }

    /** The number of a remembered value. */
    static long index(Damage damage, String line) throws CorruptFileException {
        if (!INDEX.matcher(line).matches()) {
            throw damage.found(
                    "its pickle must refer to values by numbers of at most 9 digits, but has '" + line + "'");
        }
        return Long.parseLong(line);
    }

    /** A decimal floating-point number. */
    static PickleValue real(Damage damage, String line) throws CorruptFileException {
        if (!REAL.matcher(line).matches()) {
            throw damage.found("its pickle must have a number, but has '" + line + "'");
        }
        String lower = line.toLowerCase(java.util.Locale.ROOT);
        if (lower.endsWith("nan")) {
            return new Real(Double.NaN);
        }
        if (lower.endsWith("inf")) {
            return new Real(lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
        }
        return new Real(Double.parseDouble(line));
    }

    /** A text in single or double quotes. */
    static PickleValue quoted(Damage damage, String line) throws CorruptFileException {
        char quote = line.isEmpty() ? ' ' : line.charAt(0);
        if (line.length() < 2 || line.charAt(line.length() - 1) != quote || (quote != '\'' && quote != '"')) {
            throw damage.found("its pickle must have a text in quotes, but has " + line);
        }
        return escaped(damage, line.substring(1, line.length() - 1));
    }

    /** A text in which a backslash begins an escape. */
    static PickleValue escaped(Damage damage, String line) throws CorruptFileException {
        if (line.indexOf('\\') < 0) {
            return new Text(line);
        }
        StringBuilder text = new StringBuilder(line.length());
        Matcher escape = ESCAPE.matcher(line);
        int done = 0;
        while (escape.find()) {
            text.append(line, done, escape.start());
            appendEscaped(damage, escape, text);
            done = escape.end();
        }
        return new Text(text.append(line, done, line.length()).toString());
    }

    private static void appendEscaped(Damage damage, Matcher escape, StringBuilder text) throws CorruptFileException {
        for (int group = 1; group <= 3; group++) {
            if (escape.group(group) != null) {
                long codePoint = Long.parseLong(escape.group(group), 16);
                if (codePoint > Character.MAX_CODE_POINT) {
                    throw damage.found("its pickle must have characters of Unicode, but escapes number " + codePoint);
                }
                text.appendCodePoint((int) codePoint);
                return;
            }
        }
        switch (escape.group(4)) {
            case "n" -> text.append('\n');
            case "r" -> text.append('\r');
            case "t" -> text.append('\t');
            default -> text.append(escape.group(4));
        }
    }
}
