package dev.oar.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Writes zip files whose sizes and places need 64 bits. */
final class LargeZip {
    private final FileChannel channel;
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private int entries;

    LargeZip(FileChannel channel) {
        this.channel = channel;
    }

    void entry(String name, byte[] content) throws IOException {
        sparse(name, content.length, content);
    }

    /** An entry of zeros that ends with these bytes. */
    void sparse(String name, long size, byte[] end) throws IOException {
        long at = channel.size();
        byte[] encoded = PyTorchContainers.ascii(name);
        ByteBuffer extra = little(28)
                .putShort((short) 1)
                .putShort((short) 24)
                .putLong(size)
                .putLong(size)
                .putLong(at);
        put(little(30)
                .putInt(0x04034b50)
                .putShort(26, (short) encoded.length)
                .putShort(28, (short) 0)
                .position(30));
        channel.write(ByteBuffer.wrap(encoded), channel.size());
        channel.write(ByteBuffer.wrap(end), channel.size() + size - end.length);
        ByteBuffer header = little(46).putInt(0x02014b50);
        header.putInt(20, -1)
                .putInt(24, -1)
                .putShort(28, (short) encoded.length)
                .putShort(30, (short) 28)
                .putInt(42, -1);
        directory.writeBytes(header.array());
        directory.writeBytes(encoded);
        directory.writeBytes(extra.array());
        entries++;
    }

    void close() throws IOException {
        long begin = channel.size();
        put(ByteBuffer.wrap(directory.toByteArray()).position(directory.size()));
        long end = channel.size();
        put(little(56)
                .putInt(0x06064b50)
                .putLong(24, entries)
                .putLong(32, entries)
                .putLong(40, directory.size())
                .putLong(48, begin)
                .position(56));
        put(little(20).putInt(0x07064b50).putLong(8, end).position(20));
        put(little(22).putInt(0x06054b50).position(22));
    }

    private void put(ByteBuffer bytes) throws IOException {
        channel.write(bytes.flip(), channel.size());
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
