package dev.oar.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The type of the numbers in an array, as NumPy's array interface protocol describes it: {@code <f8}, {@code >i4}, {@code |u1}.
 *
 * @param kind what the bits mean
 * @param bytes bytes of one number
 * @param order the order of its bytes; of no meaning for one byte
 */
public record NumpyType(Kind kind, int bytes, ByteOrder order) {
    /** What the bits of a number mean. */
    public enum Kind {
        /** A truth value, 0 or something else; letter b. */
        TRUTH('b'),
        /** A signed integer of 1, 2, 4 or 8 bytes; letter i. */
        SIGNED('i'),
        /** An unsigned integer of 1, 2, 4 or 8 bytes; letter u. */
        UNSIGNED('u'),
        /** A floating-point number of 2, 4 or 8 bytes; letter f. */
        FLOAT('f');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }
    }

    /** Unsigned bytes, such as those of pixels. */
    public static final NumpyType UNSIGNED_BYTE = new NumpyType(Kind.UNSIGNED, 1, ByteOrder.LITTLE_ENDIAN);

    /** Little-endian integers of 64 bits. */
    public static final NumpyType LONG = new NumpyType(Kind.SIGNED, Long.BYTES, ByteOrder.LITTLE_ENDIAN);

    /** Little-endian float64. */
    public static final NumpyType DOUBLE = new NumpyType(Kind.FLOAT, Double.BYTES, ByteOrder.LITTLE_ENDIAN);

    private static final Pattern NUMBERS = Pattern.compile("\\|[biu]1|[<>](?:[biu][1248]|f[248])");

    /** The type of this description, if its numbers are of a kind that is read. */
    static Optional<NumpyType> parse(String description) {
        if (!NUMBERS.matcher(description).matches()) {
            return Optional.empty();
        }
        char letter = description.charAt(1);
        int bytes = description.charAt(2) - '0';
        // One byte has no order; numbers that are equal then have equal types.
        boolean big = bytes > 1 && description.charAt(0) == '>';
        for (Kind kind : Kind.values()) {
            if (letter == kind.letter && (kind != Kind.TRUTH || bytes == 1)) {
                return Optional.of(new NumpyType(kind, bytes, big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN));
            }
        }
        return Optional.empty();
    }

    /** The next number of a buffer, whose order of bytes must be this type's; integers beyond 2^53 are rounded. */
    double next(ByteBuffer buffer) {
        return switch (kind) {
            case TRUTH -> buffer.get() == 0 ? 0 : 1;
            case SIGNED -> nextInteger(buffer);
            case UNSIGNED -> {
                long signed = nextInteger(buffer);
                // Where the sign bit of 8 bytes is set, half the number is rounded and doubled, the lost bit kept
                // sticky.
                yield bytes < Long.BYTES
                        ? signed & ((1L << (Byte.SIZE * bytes)) - 1)
                        : signed >= 0 ? signed : ((signed >>> 1) | (signed & 1)) * 2.0;
            }
            case FLOAT ->
                switch (bytes) {
                    case 2 -> half(buffer.getShort());
                    case 4 -> buffer.getFloat();
                    default -> buffer.getDouble();
                };
        };
    }

    private long nextInteger(ByteBuffer buffer) {
        return switch (bytes) {
            case 1 -> buffer.get();
            case 2 -> buffer.getShort();
            case 4 -> buffer.getInt();
            default -> buffer.getLong();
        };
    }

    /** IEEE 754 binary16: a sign, 5 bits of exponent with bias 15, 10 bits of fraction. */
    private static double half(short bits) {
        int exponent = bits >> 10 & 31;
        int fraction = bits & 1023;
        double size;
        if (exponent == 31) {
            size = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        } else {
            size = exponent == 0 ? Math.scalb((double) fraction, -24) : Math.scalb(1024.0 + fraction, exponent - 25);
        }
        return bits < 0 ? -size : size;
    }

    /** The description as NumPy writes it. */
    @Override
    public String toString() {
        char first = bytes == 1 ? '|' : order == ByteOrder.BIG_ENDIAN ? '>' : '<';
        return "" + first + kind.letter + bytes;
    }
}
