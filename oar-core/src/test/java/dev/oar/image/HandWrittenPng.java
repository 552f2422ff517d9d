package dev.oar.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * PNG files of every colour type and depth, written by the standard (ISO/IEC 15948) alone, so that reading is not tested against the
 * library that reads.
 *
 * @param colourType 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha
 * @param depth bits per sample
 * @param interlaced whether rows come in the seven passes of Adam7
 */
record HandWrittenPng(int colourType, int depth, boolean interlaced) {
    private static final int[][] ADAM7 = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };

    /** A sample of a picture. */
    interface Samples {
        int at(int x, int y, int channel);
    }

    int channels() {
        return switch (colourType) {
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> 1;
        };
    }

    int largest() {
        return (1 << depth) - 1;
    }

    /**
     * A file.
     *
     * @param palette content of PLTE; none if empty
     * @param transparency content of tRNS; none if empty
     */
    byte[] encode(int width, int height, Samples samples, byte[] palette, byte[] transparency) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        chunk(
                file,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put((byte) depth)
                        .put((byte) colourType)
                        .put(new byte[] {0, 0, (byte) (interlaced ? 1 : 0)})
                        .array());
        if (palette.length > 0) {
            chunk(file, "PLTE", palette);
        }
        if (transparency.length > 0) {
            chunk(file, "tRNS", transparency);
        }
        chunk(file, "IDAT", deflated(rows(width, height, samples)));
        chunk(file, "IEND", new byte[0]);
        return file.toByteArray();
    }

    private byte[] rows(int width, int height, Samples samples) {
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        int[][] passes = interlaced ? ADAM7 : new int[][] {{0, 0, 1, 1}};
        for (int[] pass : passes) {
            for (int y = pass[1]; y < height && pass[0] < width; y += pass[3]) {
                rows.write(0);
                rows.writeBytes(row(width, y, pass[0], pass[2], samples));
            }
        }
        return rows.toByteArray();
    }

    private byte[] row(int width, int y, int firstX, int stepX, Samples samples) {
        int pixels = (width - firstX + stepX - 1) / stepX;
        byte[] row = new byte[(pixels * channels() * depth + 7) / 8];
        int bit = 0;
        for (int x = firstX; x < width; x += stepX) {
            for (int channel = 0; channel < channels(); channel++) {
                int value = samples.at(x, y, channel);
                for (int i = depth - 1; i >= 0; i--, bit++) {
                    row[bit / 8] |= (byte) ((value >> i & 1) << (7 - bit % 8));
                }
            }
        }
        return row;
    }

    /** Bytes as a zlib stream. */
    static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater();
        deflater.setInput(bytes);
        deflater.finish();
        byte[] buffer = new byte[bytes.length + 64];
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (!deflater.finished()) {
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return out.toByteArray();
    }

    /** Writes a chunk. */
    static void chunk(ByteArrayOutputStream file, String type, byte[] content) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(content);
        file.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
        file.writeBytes(name);
        file.writeBytes(content);
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
