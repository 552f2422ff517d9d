package dev.oar.tar;

import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The files of an uncompressed tar, in their order: found in one pass from header to header, which passes over contents without reading
 * them. USTAR, GNU's long names and the extended headers of pax are understood. Nothing is unpacked; folders and devices are not seen.
 *
 * @param files the files, each of which can be read in place; a tar among them can be listed in turn
 * @param links names of links, which are not followed
 */
public record TarDirectory(List<TarPath> files, List<String> links) {
    private static final int MOST_NAME_BYTES = 1 << 20;
    private static final int PIECE = 1 << 16;

    /** How compressed files begin. */
    private static final Map<String, String> COMPRESSED = new TreeMap<>(
            Map.of("1f8b", "gzip", "425a68", "bzip2", "fd377a585a", "xz", "28b52ffd", "zstd", "1f9d", "compress"));

    /** Keeps copies. */
    public TarDirectory {
        files = List.copyOf(files);
        links = List.copyOf(links);
    }

    /**
     * Lists a tar.
     *
     * @param tar a file on disk, or a member of another tar
     * @throws CorruptFileException in one sentence, if it is no tar, compressed, damaged or cut short, or a member's name stands twice or
     *     leads out of the tar
     */
    public static TarDirectory read(Path tar) throws IOException {
        TarFileSystem system = TarFileSystem.of(tar);
        try (SeekableByteChannel channel = Files.newByteChannel(tar)) {
            return new Pass(tar, system, channel).directory();
        }
    }

    /** One pass over the headers. */
    private static final class Pass {
        private final Path tar;
        private final TarFileSystem system;
        private final SeekableByteChannel channel;
        private final long size;
        private final List<TarPath> files = new ArrayList<>();
        private final List<String> links = new ArrayList<>();
        private final Set<String> names = new HashSet<>();
        private long position;
        private String last = "";
        private Optional<String> longName = Optional.empty();
        private Map<String, String> extended = Map.of();

        Pass(Path tar, TarFileSystem system, SeekableByteChannel channel) throws IOException {
            this.tar = tar;
            this.system = system;
            this.channel = channel;
            this.size = channel.size();
        }

        TarDirectory directory() throws IOException {
            requireUncompressed();
            for (byte[] block = block(); !isZero(block); block = block()) {
                long start = position;
                TarHeader header = TarHeader.parse(block).orElseThrow(() -> damaged(start));
                position = start + TarHeader.BLOCK;
                if (header.isDescription()) {
                    describe(header);
                    pass(header);
                } else {
                    TarHeader whole = described(header);
                    take(whole);
                    pass(whole);
                }
            }
            requireNothingBehind();
            return new TarDirectory(files, links);
        }

        private void requireUncompressed() throws IOException {
            byte[] start = bytes(0, (int) Math.min(size, 8));
            String hex = HexFormat.of().formatHex(start);
            for (Map.Entry<String, String> format : COMPRESSED.entrySet()) {
                if (hex.startsWith(format.getKey())) {
                    throw new CorruptFileException("members are read in place only of an uncompressed tar, but " + tar
                            + " is compressed (" + format.getValue() + "); decompress it");
                }
            }
        }

        private byte[] block() throws IOException {
            if (position + TarHeader.BLOCK > size) {
                throw last.isEmpty()
                        ? new CorruptFileException(
                                tar + " must be a tar, but has only " + size + " bytes; download or pack it anew")
                        : new CorruptFileException("a tar ends in blocks of zeros, but " + tar + " is cut short behind "
                                + last + "; download or pack it anew");
            }
            return bytes(position, TarHeader.BLOCK);
        }

        private CorruptFileException damaged(long start) {
            return new CorruptFileException(
                    last.isEmpty()
                            ? tar + " must be a tar, but does not begin as one; download or pack it anew"
                            : "a header must follow each member of a tar, but " + tar + " holds something else behind "
                                    + last + ", at byte " + start + "; download or pack it anew");
        }

        /** The header with what members before it said of it. */
        private TarHeader described(TarHeader header) throws IOException {
            String name =
                    Optional.ofNullable(extended.get("path")).or(() -> longName).orElse(header.name());
            long content = extended.containsKey("size") ? extendedSize() : header.size();
            boolean sparse = extended.keySet().stream().anyMatch(key -> key.startsWith("GNU.sparse."));
            longName = Optional.empty();
            extended = Map.of();
            if (sparse || header.isInPieces()) {
                throw new CorruptFileException("members of a tar must be whole files, but " + name + " in " + tar
                        + " has holes or goes on in another tar; pack it anew without --sparse and --multi-volume");
            }
            return header.with(name, content);
        }

        private long extendedSize() throws IOException {
            try {
                return Long.parseLong(extended.getOrDefault("size", ""));
            } catch (NumberFormatException e) {
                throw new CorruptFileException(
                        "the size of a member must be a number, but " + tar + " gives '" + extended.get("size")
                                + "' for the one behind " + last + "; pack it anew",
                        e);
            }
        }

        /** Goes on behind a content, which fills its last block. */
        private void pass(TarHeader header) {
            position += (header.size() + TarHeader.BLOCK - 1) / TarHeader.BLOCK * TarHeader.BLOCK;
        }

        private void requireWhole(TarHeader header) throws IOException {
            if (header.size() < 0 || header.size() > size - position) {
                throw new CorruptFileException(tar + " is cut short within " + header.name() + ", of whose "
                        + header.size() + " bytes it holds " + (size - position) + "; download or pack it anew");
            }
        }

        private void describe(TarHeader header) throws IOException {
            requireWhole(header);
            if (header.type() == TarHeader.GNU_NAME) {
                longName = Optional.of(TarHeader.decoded(description(header)).replaceAll("\0.*", ""));
            } else if (header.isExtended()) {
                extended = records(description(header));
            }
        }

        private void take(TarHeader header) throws IOException {
            requireWhole(header);
            if (header.isFile()) {
                String name = inside(header.name());
                if (!names.add(name)) {
                    throw new CorruptFileException("a tar may hold a file once, but " + tar + " holds " + name
                            + " twice; pack it anew from the unpacked files");
                }
                files.add(new TarPath(system, name, position, header.size()));
            } else if (header.isLink()) {
                links.add(header.name());
            }
            last = header.name();
        }

        /** A name without parts that mean the folder they stand in; one that leads elsewhere is refused. */
        private String inside(String name) throws CorruptFileException {
            List<String> parts = Arrays.stream(name.split("/"))
                    .filter(part -> !part.isEmpty() && !part.equals("."))
                    .toList();
            if (parts.isEmpty() || parts.contains("..") || name.startsWith("/")) {
                throw new CorruptFileException("members of a tar must lie in it, but " + tar + " names '" + name
                        + "'; pack it anew with relative names and without '..'");
            }
            return String.join("/", parts);
        }

        private byte[] description(TarHeader header) throws IOException {
            if (header.size() > MOST_NAME_BYTES) {
                throw new CorruptFileException("what a tar says of a member may have up to " + MOST_NAME_BYTES
                        + " bytes, but " + tar + " has " + header.size() + " behind '" + last + "'; pack it anew");
            }
            return bytes(position, (int) header.size());
        }

        /** Records such as {@code 30 path=a/long/name.jpg} and a line feed, each with its own length in front. */
        private Map<String, String> records(byte[] bytes) throws IOException {
            Map<String, String> records = new TreeMap<>();
            int start = 0;
            while (start < bytes.length && bytes[start] != 0) {
                int space = start;
                while (space < bytes.length && bytes[space] >= '0' && bytes[space] <= '9' && space - start < 8) {
                    space++;
                }
                int length = space == start ? 0 : Integer.parseInt(ascii(bytes, start, space));
                boolean whole = length > space - start + 1 && length <= bytes.length - start && bytes[space] == ' ';
                String record =
                        whole ? TarHeader.decoded(Arrays.copyOfRange(bytes, space + 1, start + length - 1)) : "";
                int equals = record.indexOf('=');
                if (equals < 0) {
                    throw new CorruptFileException("what a tar says of a member must be records of their length, a name"
                            + " and a value, but is not in " + tar + " behind '" + last + "'; pack it anew");
                }
                records.put(record.substring(0, equals), record.substring(equals + 1));
                start += length;
            }
            return records;
        }

        private static String ascii(byte[] bytes, int from, int to) {
            return new String(bytes, from, to - from, StandardCharsets.US_ASCII);
        }

        /** Tars that were written one behind the other look like the first alone; nothing of the others must be lost without a word. */
        private void requireNothingBehind() throws IOException {
            while (position < size) {
                byte[] piece = bytes(position, (int) Math.min(PIECE, size - position));
                if (!isZero(piece)) {
                    throw new CorruptFileException("nothing follows the end of a tar, but " + tar
                            + " holds more behind its end after " + last
                            + "; unpack it with 'tar --ignore-zeros' and pack it anew");
                }
                position += piece.length;
            }
        }

        private static boolean isZero(byte[] bytes) {
            for (byte each : bytes) {
                if (each != 0) {
                    return false;
                }
            }
            return true;
        }

        private byte[] bytes(long from, int count) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(count);
            channel.position(from);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // Channels may give less than they are asked for.
            }
            if (buffer.hasRemaining()) {
                throw new CorruptFileException(tar + " became shorter while it was read; read it when it is complete");
            }
            return buffer.array();
        }
    }
}
