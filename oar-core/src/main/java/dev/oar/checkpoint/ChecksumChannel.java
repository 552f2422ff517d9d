package dev.oar.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.zip.Checksum;

/** Hands bytes on to another channel and adds those it took to a checksum. */
final class ChecksumChannel implements WritableByteChannel {
    private final WritableByteChannel target;
    private final Checksum checksum;

    ChecksumChannel(WritableByteChannel target, Checksum checksum) {
        this.target = target;
        this.checksum = checksum;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        ByteBuffer copy = bytes.duplicate();
        int written = target.write(bytes);
        checksum.update(copy.limit(copy.position() + written));
        return written;
    }

    @Override
    public boolean isOpen() {
        return target.isOpen();
    }

    @Override
    public void close() throws IOException {
        target.close();
    }
}
