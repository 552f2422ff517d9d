package dev.oar.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** What may happen to the bytes of any file. */
final class ByteDamage {
    /** Numbers at which arithmetic goes wrong. */
    static final long[] EDGES = {
        0,
        1,
        -1,
        2,
        127,
        128,
        255,
        256,
        65535,
        65536,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 32,
        (1L << 32) - 1,
        1L << 40,
        1L << 62,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private static final byte[] TELLING = {
        0, -1, 0x7f, -128, '0', '9', '-', '"', '\'', '{', '}', '[', ']', ',', '\\', '\n'
    };
    private static final int LONGEST_PIECE = 64;

    private ByteDamage() {}

    /** One way of ten. */
    static List<FileEdit> edits(FileAnatomy file, SplittableRandom random) {
        int at = file.place(random);
        byte[] intact = file.bytes();
        int left = file.size() - at;
        return switch (random.nextInt(10)) {
            case 0 -> over("a bit is flipped", file, at, (byte) (intact[at] ^ 1 << random.nextInt(8)));
            case 1 -> over("a telling byte is written", file, at, TELLING[random.nextInt(TELLING.length)]);
            case 2 -> over("chance is written", file, at, bytes(1 + random.nextInt(8), random));
            case 3 -> List.of(new FileEdit("the file is cut off", at, left, new byte[0]));
            case 4 -> List.of(new FileEdit("something follows", file.size(), 0, piece(file, random)));
            case 5 -> List.of(new FileEdit("something is put between", at, 0, piece(file, random)));
            case 6 -> List.of(new FileEdit("something is missing", at, 1 + random.nextInt(LONGEST_PIECE), new byte[0]));
            case 7 -> swap(file, at, file.place(random), 1 + random.nextInt(LONGEST_PIECE));
            case 8 -> over("something stands twice", file, at, piece(file, random));
            default ->
                over("a number is written", file, at, number(number(file, random), 1 << random.nextInt(4), random));
        };
    }

    /** Other bytes in the place of as many. */
    static List<FileEdit> over(String what, FileAnatomy file, int at, byte... bytes) {
        byte[] written = Arrays.copyOf(bytes, Math.min(bytes.length, file.size() - at));
        return List.of(new FileEdit(what, at, written.length, written));
    }

    /** A number that a length, place or count may lie with: an edge, or near the size of the file. */
    static long number(FileAnatomy file, SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> file.size() + random.nextInt(-9, 10);
            case 1 -> random.nextInt(file.size());
            default -> EDGES[random.nextInt(EDGES.length)];
        };
    }

    /** The lower bytes of a number, little-endian mostly. */
    static byte[] number(long value, int bytes, SplittableRandom random) {
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
        if (random.nextInt(8) == 0) {
            return Arrays.copyOfRange(number.putLong(value).array(), Long.BYTES - bytes, Long.BYTES);
        }
        return Arrays.copyOf(
                number.order(ByteOrder.LITTLE_ENDIAN).putLong(value).array(), bytes);
    }

    /** Bytes of the file, zeros or chance. */
    private static byte[] piece(FileAnatomy file, SplittableRandom random) {
        int length = 1 + random.nextInt(LONGEST_PIECE);
        return switch (random.nextInt(3)) {
            case 0 -> new byte[length];
            case 1 -> bytes(length, random);
            default -> {
                int from = file.place(random);
                yield Arrays.copyOfRange(file.bytes(), from, Math.min(file.size(), from + length));
            }
        };
    }

    private static byte[] bytes(int length, SplittableRandom random) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static List<FileEdit> swap(FileAnatomy file, int one, int other, int longest) {
        int first = Math.min(one, other);
        int second = Math.max(one, other);
        int length = Math.min(longest, Math.min(file.size() - second, Math.max(1, second - first)));
        byte[] firstBytes = Arrays.copyOfRange(file.bytes(), first, first + length);
        byte[] secondBytes = Arrays.copyOfRange(file.bytes(), second, second + length);
        return List.of(
                new FileEdit("two pieces change places", first, length, secondBytes),
                new FileEdit("the other one", second, length, firstBytes));
    }
}
