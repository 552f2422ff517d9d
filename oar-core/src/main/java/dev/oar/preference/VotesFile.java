package dev.oar.preference;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.oar.checkpoint.StrictJson;
import dev.oar.file.AtomicFile;
import dev.oar.file.BoundedFile;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The votes of a study, one a line, only ever appended to. A line is the CRC-32C of its JSON in eight hexadecimal digits, a space, the JSON
 * ({@link VoteEntry}) and a line feed. The first line is the {@link Header}, which binds the file to its protocol.
 *
 * <p>An append returns when its line is on disk. A crash can leave a torn last line, which was never acknowledged and is dropped when
 * the file is opened; every other damage is refused. An append that fails leaves the file as it was before.
 *
 * <p>Not safe for use by several threads. Written by a {@link RandomAccessFile}, since an interrupted thread would close a channel.
 */
final class VotesFile implements AutoCloseable {
    static final String FORMAT = "oar-preference-votes";
    static final int VERSION = 1;

    private static final int MOST_BYTES = 512 << 20;
    private static final int SUM_DIGITS = 8;
    private static final JsonMapper JSON = StrictJson.mapper()
            .changeDefaultPropertyInclusion(unused ->
                    JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
            .build();

    private final Path path;
    private final RandomAccessFile file;
    private long length;
    private boolean broken;

    /**
     * The first line.
     *
     * @param format {@value #FORMAT}
     * @param version {@value #VERSION}
     * @param protocol SHA-256 of the protocol as it was when the first vote was cast
     */
    record Header(String format, int version, String protocol) {}

    /**
     * What a file holds.
     *
     * @param header its first line; empty if there is no whole one
     * @param entries all other lines
     * @param whole bytes up to the end of the last whole line
     * @param torn bytes behind that
     */
    record Content(Optional<Header> header, List<VoteEntry> entries, long whole, long torn) {
        Content {
            entries = List.copyOf(entries);
        }
    }

    private VotesFile(Path path, RandomAccessFile file, long length) {
        this.path = path;
        this.file = file;
        this.length = length;
    }

    /** Opens a file to append to it, behind what has been read of it; a torn line is cut off. */
    static VotesFile open(Path path, Content content) throws IOException {
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        try {
            if (file.length() != content.whole) {
                file.setLength(content.whole);
            }
            file.getFD().sync();
            Path folder = path.toAbsolutePath().getParent();
            if (folder != null) {
                AtomicFile.forceDirectory(folder);
            }
            return new VotesFile(path, file, content.whole);
        } catch (IOException e) {
            file.close();
            throw failure(path, e);
        }
    }

    /**
     * Reads a file, which need not be there; a torn last line is passed over.
     *
     * @throws CorruptFileException if a line before the last is damaged, or lines do not follow one another
     */
    static Content read(Path path) throws IOException {
        if (!Files.exists(path)) {
            return new Content(Optional.empty(), List.of(), 0, 0);
        }
        byte[] bytes = BoundedFile.read(path, MOST_BYTES, "begin another study");
        Optional<Header> header = Optional.empty();
        List<VoteEntry> entries = new ArrayList<>();
        int begin = 0;
        while (begin < bytes.length) {
            int end = begin;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            boolean last = end + 1 >= bytes.length;
            Optional<byte[]> json = end < bytes.length ? checked(bytes, begin, end) : Optional.empty();
            if (json.isEmpty() && last) {
                break;
            }
            byte[] line = json.orElseThrow(() -> damaged(path, entries.size() + 1, "its checksum is wrong", null));
            if (header.isEmpty()) {
                header = Optional.of(header(path, line));
            } else {
                entries.add(entry(path, line, entries.size() + 1));
            }
            begin = end + 1;
        }
        return new Content(header, entries, begin, bytes.length - begin);
    }

    /** The JSON of a line if its checksum is right. */
    private static Optional<byte[]> checked(byte[] bytes, int begin, int end) {
        if (end - begin <= SUM_DIGITS + 1 || bytes[begin + SUM_DIGITS] != ' ') {
            return Optional.empty();
        }
        byte[] json = Arrays.copyOfRange(bytes, begin + SUM_DIGITS + 1, end);
        String sum = new String(bytes, begin, SUM_DIGITS, StandardCharsets.US_ASCII);
        return sum.equals(sum(json)) ? Optional.of(json) : Optional.empty();
    }

    private static String sum(byte[] json) {
        CRC32C sum = new CRC32C();
        sum.update(json);
        return String.format(Locale.ROOT, "%08x", sum.getValue());
    }

    private static Header header(Path path, byte[] line) throws CorruptFileException {
        Header header = parsed(path, line, 0, Header.class);
        if (!header.format.equals(FORMAT) || header.version != VERSION) {
            throw damaged(
                    path, 0, "it is of the format " + header.format + " " + header.version + ", not " + FORMAT, null);
        }
        return header;
    }

    private static VoteEntry entry(Path path, byte[] line, int number) throws CorruptFileException {
        VoteEntry entry = parsed(path, line, number, VoteEntry.class);
        if (entry.number() != number) {
            throw damaged(path, number, "it is numbered " + entry.number(), null);
        }
        return entry;
    }

    private static <T> T parsed(Path path, byte[] line, int number, Class<T> type) throws CorruptFileException {
        try {
            T value = JSON.readValue(line, type);
            if (value != null) {
                return value;
            }
            throw damaged(path, number, "it holds null", null);
        } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw damaged(path, number, reason, e);
        }
    }

    /** A file that is damaged before its end. */
    static CorruptFileException damaged(Path path, int number, String reason, @Nullable Exception cause) {
        CorruptFileException damage =
                new CorruptFileException(path + " must hold a whole vote in every line but the last, but line "
                        + (number + 1) + " is damaged (" + reason + "); put a copy of the file in its place");
        if (cause != null) {
            damage.initCause(cause);
        }
        return damage;
    }

    /** Appends the first line, and returns when it is on disk. */
    void append(Header header) throws IOException {
        append(JSON.writeValueAsBytes(header));
    }

    /** Appends a line, and returns when it is on disk. */
    void append(VoteEntry entry) throws IOException {
        append(JSON.writeValueAsBytes(entry));
    }

    private void append(byte[] json) throws IOException {
        if (broken) {
            throw new IOException("votes can be kept only behind those that are there, but " + path
                    + " could not be brought back to them after a failure; open the study again");
        }
        byte[] line = new byte[SUM_DIGITS + 1 + json.length + 1];
        System.arraycopy((sum(json) + " ").getBytes(StandardCharsets.US_ASCII), 0, line, 0, SUM_DIGITS + 1);
        System.arraycopy(json, 0, line, SUM_DIGITS + 1, json.length);
        line[line.length - 1] = '\n';
        try {
            file.seek(length);
            file.write(line);
            file.getFD().sync();
            requireOwn(length + line.length);
        } catch (IOException e) {
            withdraw(e);
            throw failure(path, e);
        }
        length += line.length;
    }

    /** A file that was replaced or written to by others would take votes that nobody finds again. */
    private void requireOwn(long expected) throws IOException {
        if (!Files.exists(path) || Files.size(path) != expected) {
            broken = true;
            throw new CorruptFileException(
                    "votes are written to " + path
                            + " by one program alone, but it was taken away or changed meanwhile; put it back and open the study again");
        }
    }

    private void withdraw(IOException failure) {
        if (broken) {
            return;
        }
        try {
            file.setLength(length);
            file.getFD().sync();
        } catch (IOException e) {
            broken = true;
            failure.addSuppressed(e);
        }
    }

    private static IOException failure(Path path, IOException cause) {
        if (cause instanceof CorruptFileException) {
            return cause;
        }
        return new IOException(
                "a vote counts only when it is on disk, but writing " + path + " failed (" + cause.getMessage()
                        + "); make room and vote again, all earlier votes are kept",
                cause);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
