package dev.oar.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The numbers of the VP8 data format (RFC 6386), read from a resource. */
final class Vp8Tables {
    private static final Map<String, int[]> TABLES = read();

    /** Nine probabilities for each mode above times each mode to the left. */
    static final int[] SUB_BLOCK_MODES = table("sub-block-mode-probabilities");

    /** How likely a probability of a coefficient stays: 4 kinds of blocks x 8 bands x 3 contexts x 11 nodes. */
    static final int[] COEFFICIENT_UPDATES = table("coefficient-update-probabilities");

    /** Probabilities of coefficients of the same shape. */
    static final int[] COEFFICIENTS = table("coefficient-probabilities");

    /** Quantiser steps of the first coefficient by index 0 to 127. */
    static final int[] DC_STEPS = table("dc-steps");

    /** Quantiser steps of the others. */
    static final int[] AC_STEPS = table("ac-steps");

    private Vp8Tables() {}

    private static int[] table(String name) {
        return Objects.requireNonNull(TABLES.get(name), name);
    }

    private static Map<String, int[]> read() {
        try (InputStream stream =
                Objects.requireNonNull(Vp8Tables.class.getResourceAsStream("vp8-tables.txt"), "vp8-tables.txt")) {
            Map<String, StringBuilder> texts = new HashMap<>();
            StringBuilder numbers = new StringBuilder();
            for (String line : new String(stream.readAllBytes(), StandardCharsets.US_ASCII).split("\n")) {
                if (Character.isDigit(line.charAt(0))) {
                    numbers.append(line).append(' ');
                } else if (line.charAt(0) != '#') {
                    numbers = new StringBuilder();
                    texts.put(line, numbers);
                }
            }
            Map<String, int[]> tables = new HashMap<>();
            texts.forEach((name, text) -> tables.put(
                    name,
                    Stream.of(text.toString().trim().split(" "))
                            .mapToInt(Integer::parseInt)
                            .toArray()));
            return tables;
        } catch (IOException e) {
            throw new UncheckedIOException("reading the tables of VP8 cannot fail", e);
        }
    }
}
