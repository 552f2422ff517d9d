package dev.oar.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Checks of arguments and of the values of records. */
public final class Require {
    private Require() {}

    /**
     * Refuses arguments that break a rule. In the compact constructor of a recipe's record, the recipe reader adds file and
     * line to the message; it finds the line by the first key that the message names.
     *
     * @param holds whether the rule is kept
     * @param format one sentence for {@link String#format}: the rule, the values, the remedy
     * @param arguments its values
     * @throws IllegalArgumentException if it is not
     */
    public static void that(boolean holds, String format, @Nullable Object... arguments) {
        if (!holds) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, format, arguments));
        }
    }
}
