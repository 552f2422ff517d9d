package dev.oar.checkpoint;

import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a zip entry, in pieces. Stored entries are read at any place; deflated ones only in order, so going back in them
 * begins anew.
 *
 * <p>The checksum is compared when the last byte has been read, if all bytes before it were read too.
 */
final class ZipEntryStream implements AutoCloseable {
    private static final int PIECE = 1 << 16;

    private final Damage damage;
    private final ByteSource source;
    private final String name;
    private final ZipDirectory.Entry entry;
    private final CRC32 checksum = new CRC32();
    private final byte[] skipped;
    private @Nullable Inflater inflater;
    private long position;

    /** How many bytes from the beginning are in the checksum. */
    private long summed;

    /** How many of the stored bytes the inflater was given. */
    private long taken;

    ZipEntryStream(Damage damage, ByteSource source, String name, ZipDirectory.Entry entry) {
        this.damage = damage;
        this.source = source;
        this.name = name;
        this.entry = entry;
        this.skipped = new byte[entry.deflated() ? PIECE : 0];
    }

    /** How many bytes are left. */
    long remaining() {
        return entry.size() - position;
    }

    /** The next byte's place in the entry. */
    long position() {
        return position;
    }

    /**
     * Fills a part of an array.
     *
     * @throws CorruptFileException if the entry ends before, what is stored of it is damaged, or its checksum is another
     */
    void read(byte[] target, int offset, int length) throws IOException {
        if (length > remaining()) {
            throw damage.found("entry '" + name + "' of " + entry.size() + " bytes must have " + length
                    + " more from byte " + position + ", but ends");
        }
        if (entry.deflated()) {
            inflate(target, offset, length);
        } else {
            source.readFully(damage.path(), ByteBuffer.wrap(target, offset, length), entry.begin() + position);
        }
        if (summed == position) {
            checksum.update(target, offset, length);
            summed += length;
        }
        position += length;
        if (remaining() == 0) {
            requireIntact();
        }
    }

    /** Goes to a byte of the entry, at most its end. */
    void seek(long target) throws IOException {
        if (!entry.deflated()) {
            position = target;
            return;
        }
        if (target < position) {
            beginAnew();
        }
        while (position < target) {
            read(skipped, 0, (int) Math.min(PIECE, target - position));
        }
    }

    private void beginAnew() {
        close();
        checksum.reset();
        position = 0;
        summed = 0;
        taken = 0;
    }

    private void inflate(byte[] target, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int inflated = inflateSome(target, offset + done, length - done);
            if (inflated == 0) {
                throw damage.found("entry '" + name + "' must have " + entry.size() + " bytes, but has "
                        + (position + done) + " when inflated");
            }
            done += inflated;
        }
    }

    /** At least one byte, or 0 at the end of the deflated data. */
    private int inflateSome(byte[] target, int offset, int length) throws IOException {
        Inflater current = inflater;
        if (current == null) {
            current = new Inflater(true);
            inflater = current;
        }
        try {
            while (true) {
                int inflated = current.inflate(target, offset, length);
                if (inflated > 0 || current.finished()) {
                    return inflated;
                }
                current.setInput(nextStored());
            }
        } catch (DataFormatException e) {
            throw damage.found("entry '" + name + "' cannot be inflated (" + e.getMessage() + ")", e);
        }
    }

    private byte[] nextStored() throws IOException {
        byte[] piece = new byte[(int) Math.min(PIECE, entry.storedSize() - taken)];
        if (piece.length == 0) {
            throw damage.found("the " + entry.storedSize() + " deflated bytes of entry '" + name
                    + "' must end with a last block, but do not");
        }
        source.readFully(damage.path(), ByteBuffer.wrap(piece), entry.begin() + taken);
        taken += piece.length;
        return piece;
    }

    private void requireIntact() throws IOException {
        if (entry.deflated() && inflateSome(new byte[1], 0, 1) > 0) {
            throw damage.found("entry '" + name + "' must have " + entry.size() + " bytes, but has more when inflated");
        }
        boolean known = entry.checksum() != ZipDirectory.Entry.NO_CHECKSUM && summed == entry.size();
        if (known && checksum.getValue() != entry.checksum()) {
            throw damage.found("the checksum of entry '" + name + "' must be " + Long.toHexString(entry.checksum())
                    + ", but is " + Long.toHexString(checksum.getValue()));
        }
    }

    /** Frees the inflater; reading on is possible only after going back to the beginning. */
    @Override
    public void close() {
        Inflater current = inflater;
        if (current != null) {
            current.end();
            inflater = null;
        }
    }
}
