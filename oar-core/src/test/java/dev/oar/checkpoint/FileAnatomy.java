package dev.oar.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What stands where in an intact file of weights, so that damage can be aimed.
 *
 * @param bytes the file
 * @param parts where its parts stand; none is empty
 */
record FileAnatomy(byte[] bytes, Map<Part, List<Span>> parts) {
    /** One in so many places lies in the data, if there are some. */
    private static final int DATA_SHARE = 8;

    /** What bytes are for. */
    enum Part {
        /** The length and the JSON text of a safetensors file. */
        HEADER,
        /** Pickles, and the counts before the storages of a legacy file. */
        PICKLE,
        /** All of a zip file but its pickle and its storages. */
        DIRECTORY,
        /** The elements of tensors. */
        DATA
    }

    /** Bytes from the first to the one behind the last. */
    record Span(int begin, int end) {
        int length() {
            return end - begin;
        }
    }

    /** Looks into a file by the product's own readers, which must accept it. */
    static FileAnatomy of(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Damage damage = new Damage(file, "file of weights");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return switch (FileMagic.of(channel)) {
                case SAFETENSORS -> safetensors(bytes);
                case ZIP -> zip(bytes, ZipDirectory.read(damage, channel::read, bytes.length));
                case PICKLE ->
                    legacy(
                            bytes,
                            PyTorchLegacy.read(damage, channel::read, bytes.length)
                                    .positions()
                                    .values());
                case JSON, UNKNOWN -> throw new IllegalArgumentException(file + " is no file of weights");
            };
        }
    }

    private static FileAnatomy safetensors(byte[] bytes) {
        long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        int dataBegin = Math.toIntExact(Long.BYTES + length);
        return of(
                bytes,
                Map.of(
                        Part.HEADER,
                        List.of(new Span(0, dataBegin)),
                        Part.DATA,
                        List.of(new Span(dataBegin, bytes.length))));
    }

    private static FileAnatomy zip(byte[] bytes, Map<String, ZipDirectory.Entry> entries) {
        List<Span> pickles = new ArrayList<>();
        List<Span> data = new ArrayList<>();
        entries.forEach((name, entry) -> {
            Span span = new Span((int) entry.begin(), (int) (entry.begin() + entry.size()));
            if (name.endsWith("/data.pkl")) {
                pickles.add(span);
            } else if (name.contains("/data/")) {
                data.add(span);
            }
        });
        List<Span> known = new ArrayList<>(pickles);
        known.addAll(data);
        return of(bytes, Map.of(Part.PICKLE, pickles, Part.DATA, data, Part.DIRECTORY, between(known, bytes.length)));
    }

    private static FileAnatomy legacy(byte[] bytes, Collection<Long> storages) {
        List<Span> pickles = new ArrayList<>();
        List<Span> data = new ArrayList<>();
        int end = 0;
        for (long storage : storages.stream().sorted().toList()) {
            int count = (int) storage - Long.BYTES;
            (pickles.isEmpty() ? pickles : data).add(new Span(end, count));
            pickles.add(new Span(count, (int) storage));
            end = (int) storage;
        }
        (pickles.isEmpty() ? pickles : data).add(new Span(end, bytes.length));
        return of(bytes, Map.of(Part.PICKLE, pickles, Part.DATA, data));
    }

    private static FileAnatomy of(byte[] bytes, Map<Part, List<Span>> parts) {
        Map<Part, List<Span>> present = new EnumMap<>(Part.class);
        parts.forEach((part, spans) -> {
            if (length(spans) > 0) {
                present.put(part, spans);
            }
        });
        return new FileAnatomy(bytes, present);
    }

    private static List<Span> between(List<Span> known, int size) {
        List<Span> gaps = new ArrayList<>();
        int end = 0;
        for (Span span :
                known.stream().sorted(Comparator.comparingInt(Span::begin)).toList()) {
            gaps.add(new Span(end, span.begin()));
            end = span.end();
        }
        gaps.add(new Span(end, size));
        return gaps;
    }

    int size() {
        return bytes.length;
    }

    boolean has(Part part) {
        return parts.containsKey(part);
    }

    List<Span> spans(Part part) {
        return parts.getOrDefault(part, List.of());
    }

    /** How many bytes are no elements. */
    int structureBytes() {
        return size() - length(spans(Part.DATA));
    }

    /** A byte of the structure mostly, of the data sometimes. */
    int place(SplittableRandom random) {
        if (has(Part.DATA) && random.nextInt(DATA_SHARE) == 0) {
            return place(Part.DATA, random);
        }
        List<Part> structure =
                parts.keySet().stream().filter(part -> part != Part.DATA).toList();
        return place(structure.get(random.nextInt(structure.size())), random);
    }

    /** A byte of a part that the file has. */
    int place(Part part, SplittableRandom random) {
        int skipped = random.nextInt(length(spans(part)));
        for (Span span : spans(part)) {
            if (skipped < span.length()) {
                return span.begin() + skipped;
            }
            skipped -= span.length();
        }
        throw new AssertionError(part);
    }

    private static int length(List<Span> spans) {
        return spans.stream().mapToInt(Span::length).sum();
    }
}
