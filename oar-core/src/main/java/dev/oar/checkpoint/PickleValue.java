package dev.oar.checkpoint;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a pickle can amount to here: plain data, and nothing that does anything.
 *
 * <p>Values may hold one another, and themselves; a tuple that holds one tuple twice, thirty times over, has a thousand million
 * leaves in a hundred bytes. So nobody may walk through a value by recursion, and values of records are never compared or hashed.
 */
sealed interface PickleValue {
    /** The word for it in an error. */
    default String kind() {
        return getClass().getSimpleName();
    }

    /** No value. */
    enum None implements PickleValue {
        NONE
    }

    /** A truth value. */
    enum Truth implements PickleValue {
        FALSE,
        TRUE;

        static Truth of(boolean value) {
            return value ? TRUE : FALSE;
        }
    }

    /** A whole number of at most 64 bits. */
    record Whole(long value) implements PickleValue {}

    /** A whole number of more than 64 bits. */
    record LargeWhole(BigInteger value) implements PickleValue {}

    /** A floating-point number. */
    record Real(double value) implements PickleValue {}

    /** A text. */
    record Text(String value) implements PickleValue {}

    /** Bytes. */
    record Bytes(byte[] value) implements PickleValue {}

    /** A sequence that does not change. */
    record Tuple(List<PickleValue> items) implements PickleValue {
        static final Tuple EMPTY = new Tuple(List.of());
    }

    /** A list. */
    record Listing(List<PickleValue> items) implements PickleValue {
        Listing() {
            this(new ArrayList<>());
        }
    }

    /** A dictionary. Only entries under texts are kept: nobody asks for others, and keys of other kinds would have to be hashed. */
    final class Dictionary implements PickleValue {
        private final Map<String, PickleValue> entries = new LinkedHashMap<>();

        void put(PickleValue key, PickleValue value) {
            if (key instanceof Text text) {
                entries.put(text.value(), value);
            }
        }

        /** The entries under texts, in the order in which they were first put. */
        Map<String, PickleValue> entries() {
            return Collections.unmodifiableMap(entries);
        }
    }

    /** Stands for an object whose class is known to be harmless; what it holds is skipped. */
    record Opaque(String className) implements PickleValue {}

    /** What only {@link PickleGlobals} knows the meaning of: classes, functions and what comes of them. */
    non-sealed interface Foreign extends PickleValue {}
}
