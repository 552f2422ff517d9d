package dev.oar.config;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Turns the text of one YAML value into a number, truth value, text or enum constant. */
final class ScalarReader {
    private static final Pattern WHOLE = Pattern.compile("[-+]?(0|[1-9][0-9]{0,39})");
    private static final Pattern DECIMAL =
            Pattern.compile("[-+]?(\\d{1,400}(\\.\\d{0,400})?|\\.\\d{1,400})([eE][-+]?\\d{1,5})?");

    private ScalarReader() {}

    /** Whether values of this class are read here. */
    static boolean reads(Class<?> type) {
        return type == int.class
                || type == Integer.class
                || type == long.class
                || type == Long.class
                || type == double.class
                || type == Double.class
                || type == boolean.class
                || type == Boolean.class
                || type == String.class
                || type.isEnum();
    }

    /**
     * Reads a value of a class for which {@link #reads} holds.
     *
     * @param label what the value is called in errors
     */
    static Object read(YamlNode node, Class<?> type, String label) {
        if (!(node instanceof YamlNode.Scalar scalar) || scalar.isNull()) {
            throw wrong(node, label, wanted(type));
        }
        if (type == String.class) {
            return scalar.text();
        }
        if (type.isEnum()) {
            return constant(scalar, type, label);
        }
        Optional<?> value = scalar.quoted() ? Optional.empty() : unquoted(scalar, type, label);
        if (value.isEmpty()) {
            throw wrong(node, label, wanted(type));
        }
        return value.get();
    }

    static ConfigException wrong(YamlNode node, String label, String wanted) {
        return node.place().error(label + " must be " + wanted + ", but is " + node.description() + "; correct it");
    }

    private static Optional<?> unquoted(YamlNode.Scalar scalar, Class<?> type, String label) {
        String text = scalar.text();
        if (type == boolean.class || type == Boolean.class) {
            return switch (text) {
                case "true" -> Optional.of(true);
                case "false" -> Optional.of(false);
                default -> Optional.empty();
            };
        }
        if (type == double.class || type == Double.class) {
            return DECIMAL.matcher(text).matches() ? Optional.of(finite(scalar, label)) : Optional.empty();
        }
        if (!WHOLE.matcher(text).matches()) {
            return Optional.empty();
        }
        return type == int.class || type == Integer.class
                ? Optional.of((int) within(scalar, label, Integer.MIN_VALUE, Integer.MAX_VALUE))
                : Optional.of(within(scalar, label, Long.MIN_VALUE, Long.MAX_VALUE));
    }

    private static long within(YamlNode.Scalar scalar, String label, long least, long most) {
        BigInteger value = new BigInteger(scalar.text());
        if (value.compareTo(BigInteger.valueOf(least)) < 0 || value.compareTo(BigInteger.valueOf(most)) > 0) {
            throw wrong(scalar, label, "a whole number from " + least + " to " + most);
        }
        return value.longValueExact();
    }

    private static double finite(YamlNode.Scalar scalar, String label) {
        double value = Double.parseDouble(scalar.text());
        if (!Double.isFinite(value)) {
            throw wrong(scalar, label, "a number below 1.8e308");
        }
        return value;
    }

    private static Object constant(YamlNode.Scalar scalar, Class<?> type, String label) {
        Map<String, Object> constants = new LinkedHashMap<>();
        Object[] values = type.getEnumConstants();
        Arrays.stream(values == null ? new Object[0] : values)
                .forEach(value -> constants.put(Spelling.word((Enum<?>) value), value));
        Object constant = constants.get(scalar.text());
        if (constant == null) {
            throw scalar.place()
                    .error(label + " must be one of " + String.join(", ", constants.keySet()) + ", but is "
                            + scalar.description() + "; "
                            + Spelling.nearest(scalar.text(), constants.keySet())
                                    .map(name -> "did you mean '" + name + "'?")
                                    .orElse("write one of these"));
        }
        return constant;
    }

    private static String wanted(Class<?> type) {
        if (type == String.class) {
            return "text";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == double.class || type == Double.class) {
            return "a finite number such as 0.5 or 1e-4";
        }
        return type.isEnum() ? "one of the known names" : "a whole number such as 12";
    }
}
