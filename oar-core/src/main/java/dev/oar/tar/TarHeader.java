package dev.oar.tar;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The block of 512 bytes in front of a member (POSIX.1-2017, pax: "ustar Interchange Format"; sizes from 8 GiB on in base 256, as GNU
 * writes them).
 *
 * @param name as the block has it; longer names come in members of their own
 * @param size bytes of the member's content
 * @param type what kind of member
 */
record TarHeader(String name, long size, char type) {
    static final int BLOCK = 512;

    private static final int NAME_END = 100;
    private static final int SIZE = 124;
    private static final int SIZE_END = 136;
    private static final int CHECKSUM = 148;
    private static final int TYPE = 156;
    private static final int MAGIC = 257;
    private static final int PREFIX = 345;
    private static final int PREFIX_END = 500;

    /** Type of a file; two more mean the same. */
    static final char FILE = '0';

    private static final char OLD_FILE = '\0';
    private static final char CONTIGUOUS_FILE = '7';
    private static final char HARD_LINK = '1';
    private static final char SYMBOLIC_LINK = '2';

    /** The content is the name of the next member. */
    static final char GNU_NAME = 'L';

    private static final char GNU_LINK = 'K';
    private static final char SPARSE = 'S';
    private static final char CONTINUED = 'M';
    private static final char EXTENDED = 'x';
    private static final char EXTENDED_FOR_ALL = 'g';
    private static final char SUN_EXTENDED = 'X';

    /** Reads a block; empty if it is none, which its checksum tells. */
    static Optional<TarHeader> parse(byte[] block) {
        try {
            if (octal(block, CHECKSUM, TYPE) != checksum(block)) {
                return Optional.empty();
            }
            String name = text(block, 0, NAME_END);
            // GNU's older format has other things where POSIX has the front of a long name.
            boolean posix = block[MAGIC] == 'u' && block[MAGIC + 5] == 0;
            String prefix = posix ? text(block, PREFIX, PREFIX_END) : "";
            long size = number(block);
            return size < 0
                    ? Optional.empty()
                    : Optional.of(new TarHeader(
                            prefix.isEmpty() ? name : prefix + "/" + name, size, (char) (block[TYPE] & 0xFF)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The sum of all bytes, those of the checksum itself taken as spaces. */
    private static long checksum(byte[] block) {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= CHECKSUM && i < TYPE ? ' ' : block[i] & 0xFF;
        }
        return sum;
    }

    private static long number(byte[] block) {
        if (block[SIZE] >= 0) {
            return octal(block, SIZE, SIZE_END);
        }
        long value = block[SIZE] & 0x3F;
        for (int i = SIZE + 1; i < SIZE_END; i++) {
            if (value >>> 54 != 0) {
                throw new NumberFormatException("too large");
            }
            value = value << 8 | block[i] & 0xFF;
        }
        return value;
    }

    private static long octal(byte[] block, int from, int to) {
        String digits = new String(block, from, to - from, StandardCharsets.ISO_8859_1);
        int end = digits.indexOf('\0');
        String number = (end < 0 ? digits : digits.substring(0, end)).strip();
        return number.isEmpty() ? 0 : Long.parseLong(number, 8);
    }

    private static String text(byte[] block, int from, int to) {
        int end = from;
        while (end < to && block[end] != 0) {
            end++;
        }
        byte[] bytes = new byte[end - from];
        System.arraycopy(block, from, bytes, 0, bytes.length);
        return decoded(bytes);
    }

    /** A name: UTF-8 as packers write it today, or else Latin-1, in which every byte is a letter. */
    static String decoded(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    /** The same member under a name and size that members before it told. */
    TarHeader with(String otherName, long otherSize) {
        return new TarHeader(otherName, otherSize, type);
    }

    /** Old packers mark folders by the slash alone. */
    boolean isFile() {
        return (type == FILE || type == OLD_FILE || type == CONTIGUOUS_FILE) && !name.endsWith("/");
    }

    boolean isLink() {
        return type == HARD_LINK || type == SYMBOLIC_LINK;
    }

    /** Whether the content is records that hold for the next member. */
    boolean isExtended() {
        return type == EXTENDED || type == SUN_EXTENDED;
    }

    /** Whether it is no member, but says something of others. */
    boolean isDescription() {
        return isExtended() || type == GNU_NAME || type == GNU_LINK || type == EXTENDED_FOR_ALL;
    }

    /** Whether the content is not simply the file: with holes, or the rest of a file of another volume. */
    boolean isInPieces() {
        return type == SPARSE || type == CONTINUED;
    }
}
