package dev.oar.checkpoint;

import dev.oar.file.NamedReading;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;

/**
 * SHA-256 as 64 lower-case hexadecimal digits: tells whether two inputs are the same without keeping both.
 *
 * <p>A stage of the pipeline is skipped when the fingerprints of its inputs and settings are those it was last run with, and
 * token and order files carry the fingerprint of what made them.
 */
public final class Fingerprint {
    private static final int PIECE = 1 << 20;

    private Fingerprint() {}

    /** A fingerprint of what is added piece by piece, such as images that do not fit into memory together. */
    public static final class Accumulator {
        private final MessageDigest digest = sha256();

        /** A fingerprint to which nothing has been added. */
        public Accumulator() {}

        /** Adds a text; where it ends counts. */
        public Accumulator add(String text) {
            update(digest, text);
            return this;
        }

        /** Adds bytes; where they end counts. */
        public Accumulator add(byte[] bytes) {
            update(digest, bytes);
            return this;
        }

        /** Adds a number. */
        public Accumulator add(long value) {
            digest.update(number(value));
            return this;
        }

        /** The fingerprint of all that was added; the accumulator is empty again. */
        public String fingerprint() {
            return hex(digest);
        }
    }

    /** Of texts in this order; where one ends and the next begins counts, so {@code ("ab", "c")} is not {@code ("a", "bc")}. */
    public static String of(String... texts) {
        MessageDigest digest = sha256();
        for (String text : texts) {
            update(digest, text);
        }
        return hex(digest);
    }

    /** Of the bytes of a file of any file system, as {@code sha256sum} prints it. */
    public static String ofFile(Path path) throws IOException {
        return NamedReading.of(path, () -> {
            MessageDigest digest = sha256();
            try (SeekableByteChannel channel = Files.newByteChannel(path)) {
                ByteBuffer piece = ByteBuffer.allocate(PIECE);
                while (channel.read(piece) >= 0) {
                    digest.update(piece.flip());
                    piece.clear();
                }
            }
            return hex(digest);
        });
    }

    /** Of names, types, shapes and values of weights; the order of the names does not count. */
    public static String of(Weights weights) {
        MessageDigest digest = sha256();
        for (String name : new TreeSet<>(weights.names())) {
            TensorScope.run(() -> update(digest, name, weights.get(name)));
        }
        return hex(digest);
    }

    private static void update(MessageDigest digest, String name, Tensor tensor) {
        Tensor host = tensor.detach().cpu().contiguous();
        update(digest, name);
        update(digest, ElementType.of(host.scalar_type()).name());
        long[] shape = host.shape();
        digest.update(number(shape.length));
        for (long size : shape) {
            digest.update(number(size));
        }
        long bytes = host.nbytes();
        for (long begin = 0; begin < bytes; begin += PIECE) {
            digest.update(Tensors.memory(host, begin, (int) Math.min(PIECE, bytes - begin)));
        }
    }

    private static void update(MessageDigest digest, String text) {
        update(digest, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void update(MessageDigest digest, byte[] bytes) {
        digest.update(number(bytes.length));
        digest.update(bytes);
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform must offer SHA-256, but this one does not", e);
        }
    }
}
