package dev.oar.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads the text chunks of a PNG file, skipping its pixels; every length is checked before memory is taken. */
final class PngTextReader {
    /** The most text, in bytes after decompression, that one file may hold. */
    static final int MAXIMUM_TEXT_BYTES = 1 << 20;

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    private final String file;
    private final ByteSource source;
    private final Map<String, String> text = new LinkedHashMap<>();
    private long position;
    private int textBytes;

    private PngTextReader(String file, ByteSource source) {
        this.file = file;
        this.source = source;
    }

    static Map<String, String> read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + " is not there or is not a file; name a PNG file");
        }
        try (FileChannel channel = FileChannel.open(file)) {
            return read(file.toString(), ByteSource.of(channel));
        }
    }

    /**
     * Reads the text of a file.
     *
     * @param name what to call it in errors
     */
    static Map<String, String> read(String name, ByteSource source) throws IOException {
        PngTextReader reader = new PngTextReader(name, source);
        reader.readChunks();
        return reader.text;
    }

    private void readChunks() throws IOException {
        if (source.length() < SIGNATURE.length || !Arrays.equals(take(SIGNATURE.length), SIGNATURE)) {
            throw new IOException(
                    file + " is not a PNG file: its first 8 bytes are not the PNG signature; name a PNG file");
        }
        String type = "";
        while (!type.equals("IEND")) {
            if (remaining() < 12) {
                throw new IOException(file + " is cut off: it ends without an IEND chunk; copy the file again");
            }
            ByteBuffer head = ByteBuffer.wrap(take(8));
            long length = Integer.toUnsignedLong(head.getInt());
            type = new String(head.array(), 4, 4, StandardCharsets.ISO_8859_1);
            if (length > remaining() - 4) {
                throw new IOException(file + " is cut off: its chunk " + printable(type) + " claims " + length
                        + " bytes, but " + Math.max(0, remaining() - 4) + " are left; copy the file again");
            }
            if (type.equals("tEXt") || type.equals("zTXt") || type.equals("iTXt")) {
                readText(type, length);
            } else {
                position += length + 4;
            }
        }
    }

    private void readText(String type, long length) throws IOException {
        claim(length);
        byte[] data = take((int) length);
        CRC32 checksum = new CRC32();
        checksum.update(type.getBytes(StandardCharsets.US_ASCII));
        checksum.update(data);
        if (ByteBuffer.wrap(take(4)).getInt() != (int) checksum.getValue()) {
            throw new IOException(
                    file + " is damaged: the checksum of a " + type + " chunk is wrong; copy the file again");
        }
        ByteBuffer rest = ByteBuffer.wrap(data);
        String keyword = untilZero(rest, StandardCharsets.ISO_8859_1);
        String value;
        if (type.equals("tEXt")) {
            value = decode(rest, StandardCharsets.ISO_8859_1);
        } else if (type.equals("zTXt")) {
            value = decode(inflated(rest, next(rest)), StandardCharsets.ISO_8859_1);
        } else {
            boolean compressed = next(rest) != 0;
            byte method = next(rest);
            untilZero(rest, StandardCharsets.ISO_8859_1);
            untilZero(rest, StandardCharsets.UTF_8);
            value = decode(compressed ? inflated(rest, method) : rest, StandardCharsets.UTF_8);
        }
        text.putIfAbsent(keyword, value);
    }

    private String untilZero(ByteBuffer data, Charset charset) throws IOException {
        int start = data.position();
        while (next(data) != 0) {
            // Only the position moves.
        }
        return new String(data.array(), start, data.position() - 1 - start, charset);
    }

    private byte next(ByteBuffer data) throws IOException {
        if (!data.hasRemaining()) {
            throw new IOException(file + " is damaged: a text chunk ends too early; copy the file again");
        }
        return data.get();
    }

    private ByteBuffer inflated(ByteBuffer data, byte method) throws IOException {
        if (method != 0) {
            throw new IOException(
                    file + " is damaged: compression method 0 is the only one of PNG, but a text chunk names " + method
                            + "; copy the file again");
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(data);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            byte[] block = new byte[8192];
            while (!inflater.finished()) {
                int count = inflater.inflate(block);
                if (count == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
                    throw new DataFormatException("the compressed text has no end");
                }
                claim(count);
                bytes.write(block, 0, count);
            }
            return ByteBuffer.wrap(bytes.toByteArray());
        } catch (DataFormatException e) {
            throw new IOException(file + " is damaged: a compressed text chunk cannot be read; copy the file again", e);
        } finally {
            inflater.end();
        }
    }

    private void claim(long bytes) throws IOException {
        if (bytes > MAXIMUM_TEXT_BYTES - textBytes) {
            throw new IOException(file + " holds more than " + MAXIMUM_TEXT_BYTES
                    + " bytes of text, which is the most that is read; name an image of this project");
        }
        textBytes += (int) bytes;
    }

    private byte[] take(int count) throws IOException {
        if (!source.has(position, count)) {
            throw new IOException(file + " is cut off: it ends inside a chunk; copy the file again");
        }
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) source.unsignedByte(position + i);
        }
        position += count;
        return bytes;
    }

    private long remaining() {
        return source.length() - position;
    }

    private static String decode(ByteBuffer data, Charset charset) {
        return charset.decode(data).toString();
    }

    private static String printable(String type) {
        return type.chars().allMatch(c -> c > 32 && c < 127) ? type : "of unprintable type";
    }
}
