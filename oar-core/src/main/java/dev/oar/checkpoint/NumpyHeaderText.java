package dev.oar.checkpoint;

import dev.oar.file.CorruptFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the text of an array's header: a Python dictionary with the keys {@code descr}, {@code fortran_order} and {@code shape},
 * each once and in any order, and of Python's notation only what these need. Nothing is evaluated.
 */
final class NumpyHeaderText {
    private static final String PARTS = "descr, fortran_order and shape";

    /** NumPy's own limit. */
    private static final int MOST_AXES = 64;

    /** A size of so many digits fits into a long. */
    private static final int MOST_DIGITS = 18;

    private final Damage damage;
    private final String name;
    private final String text;
    private int at;

    NumpyHeaderText(Damage damage, String name, String text) {
        this.damage = damage;
        this.name = name;
        this.text = text;
    }

    /**
     * Reads the whole text.
     *
     * @throws CorruptFileException if it is anything else, or the array holds no numbers
     */
    NumpyArray parse() throws CorruptFileException {
        Set<String> keys = new HashSet<>();
        String descr = "";
        boolean columnMajor = false;
        List<Long> shape = List.of();
        expect('{');
        while (!next('}')) {
            String key = string();
            expect(':');
            switch (key) {
                case "descr" -> descr = description();
                case "fortran_order" -> columnMajor = truth();
                case "shape" -> shape = tuple();
                default -> throw wrong("the keys " + PARTS);
            }
            if (!keys.add(key)) {
                throw wrong("every key once");
            }
            if (!next(',')) {
                expect('}');
                break;
            }
        }
        skipSpace();
        if (at < text.length()) {
            throw wrong("nothing but spaces behind its dictionary");
        }
        if (keys.size() != 3) {
            throw wrong("the keys " + PARTS);
        }
        return new NumpyArray(name, type(descr), shape, columnMajor);
    }

    private NumpyType type(String descr) throws CorruptFileException {
        Optional<NumpyType> type = NumpyType.parse(descr);
        if (type.isPresent()) {
            return type.get();
        }
        if (descr.matches("[|<>=]?O\\d*")) {
            throw new CorruptFileException("arrays must hold numbers, but '" + Damage.line(name) + "' of "
                    + damage.path() + " holds pickled objects, which are never executed; save it as numbers");
        }
        throw notNumbers("values of type '" + descr + "'");
    }

    private String description() throws CorruptFileException {
        skipSpace();
        if (at < text.length() && text.charAt(at) == '[') {
            throw notNumbers("records of several fields");
        }
        return string();
    }

    private CorruptFileException notNumbers(String what) {
        return new CorruptFileException(
                "arrays must hold truth values, integers or floating-point numbers of up to 8 bytes,"
                        + " but '" + Damage.line(name) + "' of " + damage.path() + " holds " + Damage.line(what)
                        + "; save it as numbers");
    }

    /** A string in either kind of quotes, without escapes. */
    private String string() throws CorruptFileException {
        skipSpace();
        char quote = at < text.length() ? text.charAt(at) : ' ';
        int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
        if (end < 0 || text.substring(at, end).contains("\\")) {
            throw wrong("plain text in quotes at character " + at);
        }
        String string = text.substring(at + 1, end);
        at = end + 1;
        return string;
    }

    private boolean truth() throws CorruptFileException {
        skipSpace();
        for (String word : List.of("True", "False")) {
            if (text.startsWith(word, at)) {
                at += word.length();
                return word.equals("True");
            }
        }
        throw wrong("True or False at character " + at);
    }

    /** Sizes in parentheses; a single one is followed by a comma, or it would be no tuple. */
    private List<Long> tuple() throws CorruptFileException {
        List<Long> sizes = new ArrayList<>();
        expect('(');
        while (!next(')')) {
            sizes.add(size());
            if (!next(',')) {
                expect(')');
                if (sizes.size() == 1) {
                    throw wrong("a comma behind a single size");
                }
                break;
            }
        }
        if (sizes.size() > MOST_AXES) {
            throw wrong("up to " + MOST_AXES + " sizes");
        }
        return sizes;
    }

    private long size() throws CorruptFileException {
        skipSpace();
        int begin = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == begin || at - begin > MOST_DIGITS) {
            throw wrong("a size of 1 to " + MOST_DIGITS + " digits at character " + begin);
        }
        long size = Long.parseLong(text, begin, at, 10);
        // Python 2 wrote its long integers so.
        if (at < text.length() && text.charAt(at) == 'L') {
            at++;
        }
        return size;
    }

    private void expect(char wanted) throws CorruptFileException {
        if (!next(wanted)) {
            throw wrong("a '" + wanted + "' at character " + at);
        }
    }

    /** Whether this character comes next; then it is passed. */
    private boolean next(char wanted) {
        skipSpace();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private CorruptFileException wrong(String rule) {
        return damage.found("the header of array '" + name + "' must have " + rule + ", but is " + text.strip());
    }
}
