package dev.oar.checkpoint;

import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the entries of a zip file stand. An entry that is stored as it is is read at its place like any other piece of a file,
 * of any size. (The JDK's reader gives streams and keeps the places to itself.)
 *
 * <p>The fields are those of PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.14 to
 * 4.3.16 (its end, in zip64 too) and 4.5.3 (sizes of 64 bits). Encrypted entries, entries that overlap one another and names that
 * occur twice are refused. So are compressed entries, so that nothing in the file is larger than the file; who can do with
 * entries that are up to {@value #MOST_DEFLATION} times as large as what is stored of them may allow deflated ones.
 */
final class ZipDirectory {
    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int END_64 = 0x06064b50;
    private static final int LOCATOR_64 = 0x07064b50;

    private static final int LOCAL_BYTES = 30;
    private static final int CENTRAL_BYTES = 46;
    private static final int END_BYTES = 22;
    private static final int END_64_BYTES = 56;
    private static final int LOCATOR_64_BYTES = 20;

    private static final int LONGEST_COMMENT = 0xffff;
    private static final long LARGEST_DIRECTORY = 1L << 24;
    private static final long IN_ZIP_64 = 0xffffffffL;
    private static final int ENCRYPTED = 1;

    /** The two ways in which entries are kept, as the format numbers them. */
    private static final int STORED = 0;

    private static final int DEFLATED = 8;

    /** The format of deflated data, RFC 1951, has no way to say more in fewer bits. */
    private static final long MOST_DEFLATION = 1032;

    /**
     * An entry.
     *
     * @param begin its first byte in the file
     * @param size its bytes
     * @param storedSize the bytes of the file that stand for them
     * @param deflated whether these are deflated, or else the entry's own
     * @param checksum the CRC-32 that the directory gives for its bytes, or {@link #NO_CHECKSUM}
     */
    record Entry(long begin, long size, long storedSize, boolean deflated, long checksum) {
        /** Nobody says what the checksum should be. */
        static final long NO_CHECKSUM = -1;

        /** A whole file, as if it were an entry. */
        static Entry ofFile(long size) {
            return new Entry(0, size, size, false, NO_CHECKSUM);
        }
    }

    /** What the directory says of an entry. */
    private record Listed(String name, byte[] encodedName, int method, long checksum, long[] numbers) {
        long size() {
            return numbers[0];
        }

        long storedSize() {
            return numbers[1];
        }

        long local() {
            return numbers[2];
        }
    }

    /** Where the central directory stands and how many entries it lists. */
    private record Place(long begin, long size, long entries) {}

    private final Damage damage;
    private final ByteSource source;
    private final long fileSize;
    private final boolean deflatedToo;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final List<long[]> spans = new ArrayList<>();

    private ZipDirectory(Damage damage, ByteSource source, long fileSize, boolean deflatedToo) {
        this.damage = damage;
        this.source = source;
        this.fileSize = fileSize;
        this.deflatedToo = deflatedToo;
    }

    /**
     * The entries by name, in the order of the directory.
     *
     * @throws CorruptFileException if the file is no zip file of stored entries
     */
    static Map<String, Entry> read(Damage damage, ByteSource source, long fileSize) throws IOException {
        return read(new ZipDirectory(damage, source, fileSize, false));
    }

    /**
     * As {@link #read(Damage, ByteSource, long)}, deflated entries too.
     *
     * @throws CorruptFileException if the file is no zip file, or an entry is compressed in another way
     */
    static Map<String, Entry> readDeflatedToo(Damage damage, ByteSource source, long fileSize) throws IOException {
        return read(new ZipDirectory(damage, source, fileSize, true));
    }

    private static Map<String, Entry> read(ZipDirectory directory) throws IOException {
        directory.readEntries(directory.find());
        directory.requireDisjoint();
        return Collections.unmodifiableMap(directory.entries);
    }

    private Place find() throws IOException {
        long tailBegin = Math.max(0, fileSize - END_BYTES - LONGEST_COMMENT);
        ByteBuffer tail = bytes(tailBegin, fileSize - tailBegin);
        for (int at = tail.capacity() - END_BYTES; at >= 0; at--) {
            if (tail.getInt(at) == END && unsigned(tail.getShort(at + 20)) == tail.capacity() - at - END_BYTES) {
                return checked(place(tail, at, tailBegin + at));
            }
        }
        throw damage.found("it must end with a zip directory, but has none; it was probably cut off");
    }

    private Place place(ByteBuffer tail, int at, long end) throws IOException {
        if (end >= LOCATOR_64_BYTES) {
            // PyTorch writes the wider record always, others where they need it.
            ByteBuffer locator = bytes(end - LOCATOR_64_BYTES, LOCATOR_64_BYTES);
            if (locator.getInt(0) == LOCATOR_64) {
                return place64(locator.getLong(8), end - LOCATOR_64_BYTES);
            }
        }
        return place(
                unsigned(tail.getShort(at + 8)),
                unsigned(tail.getShort(at + 10)),
                unsigned(tail.getInt(at + 12)),
                unsigned(tail.getInt(at + 16)),
                end);
    }

    private Place place64(long begin, long end) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(END_64_BYTES);
        if (begin >= 0 && begin <= end - END_64_BYTES) {
            last = bytes(begin, END_64_BYTES);
        }
        if (last.getInt(0) != END_64) {
            throw damage.found(
                    "its zip directory must end with a record of its place at byte " + begin + ", but there is none");
        }
        return place(last.getLong(24), last.getLong(32), last.getLong(40), last.getLong(48), begin);
    }

    private Place place(long entriesHere, long entriesInAll, long size, long begin, long end)
            throws CorruptFileException {
        boolean before = begin >= 0 && size >= 0 && begin <= end && size == end - begin;
        if (entriesHere != entriesInAll || !before) {
            throw damage.found("its zip directory must be in one piece and end at byte " + end + ", but has " + size
                    + " bytes from byte " + begin + " and " + entriesHere + " of " + entriesInAll + " entries");
        }
        return new Place(begin, size, entriesInAll);
    }

    private Place checked(Place place) throws CorruptFileException {
        if (place.size() > LARGEST_DIRECTORY || place.entries() < 0 || place.entries() > place.size() / CENTRAL_BYTES) {
            throw damage.found("its zip directory of " + place.size() + " bytes, at most " + LARGEST_DIRECTORY
                    + ", must have " + CENTRAL_BYTES + " bytes or more per entry, but claims " + place.entries()
                    + " entries");
        }
        return place;
    }

    private void readEntries(Place place) throws IOException {
        ByteBuffer directory = bytes(place.begin(), place.size());
        for (long i = 0; i < place.entries(); i++) {
            readEntry(directory, place.begin());
        }
        if (directory.hasRemaining()) {
            throw damage.found("its zip directory must have " + place.size() + " bytes, but its " + place.entries()
                    + " entries have " + directory.position());
        }
    }

    private void readEntry(ByteBuffer directory, long dataEnd) throws IOException {
        int at = directory.position();
        if (directory.remaining() < CENTRAL_BYTES || directory.getInt(at) != CENTRAL) {
            throw damage.found("its zip directory must list an entry at byte " + at + ", but does not");
        }
        int nameBytes = unsigned(directory.getShort(at + 28));
        int extraBytes = unsigned(directory.getShort(at + 30));
        int commentBytes = unsigned(directory.getShort(at + 32));
        if (CENTRAL_BYTES + nameBytes + extraBytes + commentBytes > directory.remaining()) {
            throw damage.found("an entry of its zip directory must end with it, but is longer");
        }
        byte[] encodedName = new byte[nameBytes];
        directory.get(at + CENTRAL_BYTES, encodedName);
        String name = name(encodedName);
        ByteBuffer extra =
                directory.slice(at + CENTRAL_BYTES + nameBytes, extraBytes).order(ByteOrder.LITTLE_ENDIAN);
        directory.position(at + CENTRAL_BYTES + nameBytes + extraBytes + commentBytes);

        long[] numbers = {
            unsigned(directory.getInt(at + 24)),
            unsigned(directory.getInt(at + 20)),
            unsigned(directory.getInt(at + 42))
        };
        readZip64(name, extra, numbers);
        int method = unsigned(directory.getShort(at + 10));
        Listed listed = new Listed(name, encodedName, method, unsigned(directory.getInt(at + 16)), numbers);
        requireKind(listed, (directory.getShort(at + 8) & ENCRYPTED) != 0);
        add(listed, dataEnd);
    }

    private void requireKind(Listed listed, boolean encrypted) throws CorruptFileException {
        boolean stored = listed.method() == STORED && listed.size() == listed.storedSize();
        boolean deflated = deflatedToo && listed.method() == DEFLATED;
        if (encrypted || !stored && !deflated) {
            throw damage.found("its entries must be stored as they are" + (deflatedToo ? " or deflated" : "")
                    + ", but '"
                    + listed.name() + "' is compressed or encrypted (" + listed.storedSize() + " bytes stand for "
                    + listed.size() + ")");
        }
        if (listed.size() / MOST_DEFLATION > listed.storedSize()) {
            throw damage.found("a deflated byte stands for " + MOST_DEFLATION + " bytes at most, but in entry '"
                    + listed.name() + "' " + listed.storedSize() + " are to stand for " + listed.size());
        }
    }

    /** Replaces those numbers among size, stored size and place that need more than 32 bits. */
    private void readZip64(String name, ByteBuffer extra, long[] numbers) throws CorruptFileException {
        while (extra.remaining() >= 4) {
            int kind = unsigned(extra.getShort());
            int length = unsigned(extra.getShort());
            if (length > extra.remaining()) {
                break;
            }
            ByteBuffer field = extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
            extra.position(extra.position() + length);
            for (int i = 0; kind == 1 && i < numbers.length; i++) {
                if (numbers[i] == IN_ZIP_64 && field.remaining() >= Long.BYTES) {
                    numbers[i] = field.getLong();
                }
            }
        }
        if (Arrays.stream(numbers).anyMatch(number -> number < 0)) {
            throw damage.found("sizes and places of its entries must be below 2^63, but one of '" + name + "' is not");
        }
    }

    private void add(Listed listed, long dataEnd) throws IOException {
        String name = listed.name();
        long local = listed.local();
        if (local > dataEnd - LOCAL_BYTES) {
            throw damage.found("its entries must stand before its directory at byte " + dataEnd + ", but '" + name
                    + "' begins at byte " + local);
        }
        ByteBuffer header = bytes(local, LOCAL_BYTES);
        int nameBytes = unsigned(header.getShort(26));
        long begin = local + LOCAL_BYTES + nameBytes + unsigned(header.getShort(28));
        boolean same = unsigned(header.getShort(8)) == listed.method() && nameBytes == listed.encodedName().length;
        if (header.getInt(0) != LOCAL || !same) {
            throw damage.found(
                    "entry '" + name + "' must begin with a header of its own at byte " + local + ", but does not");
        }
        if (begin > dataEnd || listed.storedSize() > dataEnd - begin) {
            throw damage.found("entry '" + name + "' must end before the directory at byte " + dataEnd + ", but has "
                    + listed.storedSize() + " bytes from byte " + begin);
        }
        if (!Arrays.equals(bytes(local + LOCAL_BYTES, nameBytes).array(), listed.encodedName())) {
            throw damage.found("entry '" + name + "' must have the same name where it begins, but has another");
        }
        Entry entry =
                new Entry(begin, listed.size(), listed.storedSize(), listed.method() == DEFLATED, listed.checksum());
        if (entries.put(name, entry) != null) {
            throw damage.found("its entries must have names of their own, but two are named '" + name + "'");
        }
        spans.add(new long[] {local, begin + listed.storedSize()});
    }

    private void requireDisjoint() throws CorruptFileException {
        spans.sort(Comparator.comparingLong(span -> span[0]));
        for (int i = 1; i < spans.size(); i++) {
            if (spans.get(i)[0] < spans.get(i - 1)[1]) {
                throw damage.found("its entries must not overlap, but one ends at byte " + spans.get(i - 1)[1]
                        + " and another begins at " + spans.get(i)[0]);
            }
        }
    }

    private String name(byte[] encoded) throws CorruptFileException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(encoded))
                    .toString();
        } catch (CharacterCodingException e) {
            throw damage.found("the names of its entries must be UTF-8, but one is not", e);
        }
    }

    /** Bytes that the file is known to have, at most as many as a directory may have. */
    private ByteBuffer bytes(long begin, long length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(length)).order(ByteOrder.LITTLE_ENDIAN);
        source.readFully(damage.path(), bytes, begin);
        return bytes.flip();
    }

    private static int unsigned(short value) {
        return Short.toUnsignedInt(value);
    }

    private static long unsigned(int value) {
        return Integer.toUnsignedLong(value);
    }
}
