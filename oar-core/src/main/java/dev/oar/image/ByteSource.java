package dev.oar.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file, read in one byte order: from memory, or window by window from a file of which only parts are wanted. Not for
 * several threads.
 */
final class ByteSource {
    private static final int WINDOW = 16 << 10;

    private final @Nullable SeekableByteChannel channel;
    private final long length;
    private final boolean bigEndian;
    private byte[] window;
    private long windowStart;

    private ByteSource(@Nullable SeekableByteChannel channel, byte[] window, long length, boolean bigEndian) {
        this.channel = channel;
        this.window = window;
        this.length = length;
        this.bigEndian = bigEndian;
    }

    /** A file in memory, most significant byte first. */
    static ByteSource of(byte[] bytes) {
        return new ByteSource(null, bytes, bytes.length, true);
    }

    /** A file on disk, most significant byte first; the channel stays the caller's. */
    static ByteSource of(SeekableByteChannel channel) throws IOException {
        return new ByteSource(channel, new byte[0], channel.size(), true);
    }

    /** The same bytes in an order that may be another. */
    ByteSource inOrder(boolean mostSignificantFirst) {
        ByteSource other = new ByteSource(channel, window, length, mostSignificantFirst);
        other.windowStart = windowStart;
        return other;
    }

    /** Whether reading costs nothing. */
    boolean isInMemory() {
        return channel == null;
    }

    /** The length of the file in bytes. */
    long length() {
        return length;
    }

    boolean has(long position, long count) {
        return position >= 0 && count >= 0 && position + count <= length;
    }

    int unsignedByte(long position) throws IOException {
        long at = position - windowStart;
        if (at < 0 || at >= window.length) {
            load(position);
            at = position - windowStart;
        }
        return window[(int) at] & 0xff;
    }

    int unsignedShort(long position) throws IOException {
        int first = unsignedByte(position);
        int second = unsignedByte(position + 1);
        return bigEndian ? first << 8 | second : second << 8 | first;
    }

    int signedInt(long position) throws IOException {
        int first = unsignedShort(position);
        int second = unsignedShort(position + 2);
        return bigEndian ? first << 16 | second : second << 16 | first;
    }

    long unsignedInt(long position) throws IOException {
        return signedInt(position) & 0xFFFFFFFFL;
    }

    /** Whether these Latin-1 characters stand there. */
    boolean says(long position, String text) throws IOException {
        if (!has(position, text.length())) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (unsignedByte(position + i) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void load(long position) throws IOException {
        if (channel == null || position < 0 || position >= length) {
            throw new IOException("ends within its header");
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(WINDOW, length - position));
        channel.position(position);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new IOException("became shorter while it was read");
            }
        }
        window = buffer.array();
        windowStart = position;
    }
}
