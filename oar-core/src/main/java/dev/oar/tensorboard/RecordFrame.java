package dev.oar.tensorboard;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The frame of a record in a TFRecord file (<a href="https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details">format</a>),
 * all numbers little-endian:
 *
 * <pre>
 * uint64 length
 * uint32 masked CRC of the length's 8 bytes
 * byte   data[length]
 * uint32 masked CRC of the data
 * </pre>
 */
final class RecordFrame {
    private static final int MASK = 0xA282EAD8;

    private RecordFrame() {}

    /** A record with its frame. */
    static byte[] of(byte[] data) {
        ByteBuffer framed = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        framed.putLong(data.length);
        framed.putInt(maskedCrc(framed.array(), Long.BYTES));
        framed.put(data);
        framed.putInt(maskedCrc(data, data.length));
        return framed.array();
    }

    /** CRC-32C (Castagnoli), rotated right by 15 bits, plus a constant: a CRC of data that holds CRCs would be weak. */
    static int maskedCrc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
    }
}
