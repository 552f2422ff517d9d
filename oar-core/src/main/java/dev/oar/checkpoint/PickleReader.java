package dev.oar.checkpoint;

import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the bytes of pickles one after the other through a small window. Nothing is allocated by a length that the pickle claims
 * before it is known that so many bytes are there.
 */
final class PickleReader {
    /** Pickles hold names and shapes, some 200 bytes per tensor; values of tensors stand outside them. */
    static final long LONGEST = 1L << 26;

    private static final int LONGEST_TEXT = 1 << 24;
    private static final int LONGEST_LINE = 1 << 16;
    private static final int WINDOW = 1 << 13;

    private final Damage damage;
    private final ByteSource source;
    private final long limit;
    private final long end;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW).limit(0);
    private long next;

    /** Reads from byte {@code begin} of a file, at most up to byte {@code end} and at most {@link #LONGEST} bytes. */
    PickleReader(Damage damage, ByteSource source, long begin, long end) {
        this.damage = damage;
        this.source = source;
        this.next = begin;
        this.end = end;
        this.limit = Math.min(end, begin + LONGEST);
    }

    /** The byte of the file that is read next. */
    long position() {
        return next - window.remaining();
    }

    /** One byte from 0 to 255. */
    int octet() throws IOException {
        require(1);
        return window.get() & 0xff;
    }

    /** A little-endian number of 1 to 8 bytes, without sign below 8 bytes. */
    long number(int bytes) throws IOException {
        require(bytes);
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (window.get() & 0xffL) << (8 * i);
        }
        return value;
    }

    /** The next bytes. */
    byte[] bytes(long length) throws IOException {
        requireLength(length);
        byte[] bytes = new byte[(int) length];
        int buffered = Math.min(bytes.length, window.remaining());
        window.get(bytes, 0, buffered);
        if (buffered < bytes.length) {
            ByteBuffer rest = ByteBuffer.wrap(bytes, buffered, bytes.length - buffered);
            source.readFully(damage.path(), rest, next);
            next += bytes.length - buffered;
        }
        return bytes;
    }

    /** A text of so many bytes in UTF-8. */
    String text(long length) throws IOException {
        return decoded(bytes(length));
    }

    /** A text up to the next line break, which is left out. */
    String line() throws IOException {
        byte[] line = new byte[64];
        int length = 0;
        for (int octet = octet(); octet != '\n'; octet = octet()) {
            if (length == LONGEST_LINE) {
                throw damage.found("a line of its pickle must have at most " + LONGEST_LINE + " bytes, but has more");
            }
            if (length == line.length) {
                line = Arrays.copyOf(line, 2 * length);
            }
            line[length++] = (byte) octet;
        }
        return decoded(Arrays.copyOf(line, length));
    }

    /** Checks that so many bytes are left. */
    void requireLength(long length) throws CorruptFileException {
        long left = end - position();
        if (length < 0 || length > left) {
            throw damage.found("its pickle claims " + Long.toUnsignedString(length) + " bytes at byte " + position()
                    + ", but only " + left + " are left");
        }
        if (length > LONGEST_TEXT || length > limit - position()) {
            throw damage.found("its pickle must have at most " + LONGEST + " bytes and texts of at most " + LONGEST_TEXT
                    + ", but claims " + length + " more at byte " + position());
        }
    }

    private String decoded(byte[] bytes) throws CorruptFileException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw damage.found(
                    "texts of its pickle must be UTF-8, but the one before byte " + position() + " is not", e);
        }
    }

    private void require(int bytes) throws IOException {
        if (window.remaining() >= bytes) {
            return;
        }
        requireLength(bytes);
        window.compact();
        window.limit((int) Math.min(window.capacity(), window.position() + end - next));
        int wanted = window.remaining();
        source.readFully(damage.path(), window, next);
        next += wanted;
        window.flip();
    }
}
