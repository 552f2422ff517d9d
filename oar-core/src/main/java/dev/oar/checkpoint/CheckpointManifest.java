package dev.oar.checkpoint;

import dev.oar.file.AtomicFile;
import dev.oar.file.CorruptFileException;
import dev.oar.file.NamedReading;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code state.json} of a checkpoint says:
 *
 * <pre>
 * {
 *   "format": "oar-checkpoint",
 *   "version": 1,
 *   "step": 1000,
 *   "groups": {"model": {"bytes": 4120, "crc32c": "9ae0daaf"}},
 *   "state": {"name": "text"}
 * }
 * </pre>
 *
 * @param step training steps done
 * @param groups size and checksum of each group's file
 * @param state the caller's texts
 */
record CheckpointManifest(long step, Map<String, Content> groups, Map<String, String> state) {
    private static final String FILE = "state.json";
    private static final String FORMAT = "oar-checkpoint";
    private static final int VERSION = 1;
    private static final long LARGEST = 64L << 20;
    private static final int PIECE = 1 << 20;
    private static final Pattern GROUP = Pattern.compile("[a-z0-9][a-z0-9-]*");
    private static final JsonMapper JSON = new JsonMapper();

    /** Size and CRC-32C of a file. */
    record Content(long bytes, String crc32c) {}

    CheckpointManifest {
        groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
        state = Collections.unmodifiableMap(new LinkedHashMap<>(state));
    }

    static void requireGroupName(String group) {
        if (!GROUP.matcher(group).matches()) {
            throw new IllegalArgumentException(
                    "a group of a checkpoint is named by lower-case letters, digits and hyphens,"
                            + " but one is named '" + group + "'; rename it");
        }
    }

    static String fileName(String group) {
        return group + ".safetensors";
    }

    /** Writes the files of all groups and {@code state.json} into a directory and forces them to disk. */
    static void write(Path directory, long step, Map<String, Weights> groups, Map<String, String> state)
            throws IOException {
        Map<String, Object> written = new LinkedHashMap<>();
        for (Map.Entry<String, Weights> group : groups.entrySet()) {
            SafetensorsWriter writer = new SafetensorsWriter(group.getValue().asMap(), Map.of());
            Path file = directory.resolve(fileName(group.getKey()));
            CRC32C checksum = new CRC32C();
            AtomicFile.writeForced(file, channel -> writer.writeTo(new ChecksumChannel(channel, checksum)));
            Map<String, Object> content = new LinkedHashMap<>();
            content.put("bytes", Files.size(file));
            content.put("crc32c", hex(checksum));
            written.put(group.getKey(), content);
        }
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("format", FORMAT);
        root.put("version", VERSION);
        root.put("step", step);
        root.put("groups", written);
        root.put("state", new TreeMap<>(state));
        byte[] json = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
        AtomicFile.writeForced(directory.resolve(FILE), channel -> {
            ByteBuffer bytes = ByteBuffer.wrap(json);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        });
    }

    /** Reads and checks {@code state.json} and the sizes of the files it names. */
    static CheckpointManifest read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw corrupt(directory, "it must hold " + FILE + ", but does not");
        }
        if (Files.size(file) > LARGEST) {
            throw corrupt(directory, FILE + " may have " + LARGEST + " bytes, but has " + Files.size(file));
        }
        CheckpointManifest manifest = parse(directory, NamedReading.bytes(file));
        for (Map.Entry<String, Content> group : manifest.groups.entrySet()) {
            Path weights = directory.resolve(fileName(group.getKey()));
            long size = Files.isRegularFile(weights) ? Files.size(weights) : -1;
            if (size != group.getValue().bytes()) {
                throw corrupt(
                        directory,
                        fileName(group.getKey()) + " must have "
                                + group.getValue().bytes() + " bytes, but "
                                + (size < 0 ? "is missing" : "has " + size));
            }
        }
        return manifest;
    }

    /** Reads a group's file through once and compares its checksum. */
    void requireIntact(Path directory, String group) throws IOException {
        Content content = groups.get(group);
        if (content == null) {
            throw new CorruptFileException(directory + " must hold a group named '" + group + "', but holds "
                    + groups.keySet() + "; it was made by something else, so choose another checkpoint");
        }
        String found = checksum(directory.resolve(fileName(group)));
        if (!found.equals(content.crc32c())) {
            throw corrupt(
                    directory, fileName(group) + " must have the checksum " + content.crc32c() + ", but has " + found);
        }
    }

    private static CheckpointManifest parse(Path directory, byte[] json) throws CorruptFileException {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JacksonException e) {
            throw new CorruptFileException(message(directory, FILE + " must be JSON, but is not"), e);
        }
        if (!FORMAT.equals(root.path("format").asString(""))
                || root.path("version").asInt(0) != VERSION) {
            throw corrupt(
                    directory,
                    FILE + " must be of format " + FORMAT + " version " + VERSION + ", but is of format "
                            + root.path("format") + " version " + root.path("version"));
        }
        JsonNode step = root.path("step");
        if (!step.isIntegralNumber() || !step.canConvertToLong() || step.asLong() < 0) {
            throw corrupt(directory, FILE + " must give a step of at least 0, but gives " + step);
        }
        return new CheckpointManifest(step.asLong(), groups(directory, root), state(directory, root));
    }

    private static Map<String, Content> groups(Path directory, JsonNode root) throws CorruptFileException {
        Map<String, Content> groups = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> group : root.path("groups").properties()) {
            JsonNode bytes = group.getValue().path("bytes");
            JsonNode crc32c = group.getValue().path("crc32c");
            if (!GROUP.matcher(group.getKey()).matches()
                    || !bytes.isIntegralNumber()
                    || !bytes.canConvertToLong()
                    || !crc32c.isString()) {
                throw corrupt(
                        directory,
                        FILE + " must give bytes and crc32c of each group, but says " + group.getValue() + " of '"
                                + group.getKey() + "'");
            }
            groups.put(group.getKey(), new Content(bytes.asLong(), crc32c.asString()));
        }
        return groups;
    }

    private static Map<String, String> state(Path directory, JsonNode root) throws CorruptFileException {
        Map<String, String> state = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> text : root.path("state").properties()) {
            if (!text.getValue().isString()) {
                throw corrupt(
                        directory,
                        FILE + " must hold texts as state, but '" + text.getKey() + "' is " + text.getValue());
            }
            state.put(text.getKey(), text.getValue().asString());
        }
        return state;
    }

    private static String checksum(Path file) throws IOException {
        CRC32C checksum = new CRC32C();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
            while (channel.read(piece) >= 0) {
                checksum.update(piece.flip());
                piece.clear();
            }
        }
        return hex(checksum);
    }

    private static String hex(CRC32C checksum) {
        return String.format(Locale.ROOT, "%08x", checksum.getValue());
    }

    private static CorruptFileException corrupt(Path directory, String finding) {
        return new CorruptFileException(message(directory, finding));
    }

    private static String message(Path directory, String finding) {
        return "the checkpoint " + directory + " is damaged: " + finding
                + "; delete this directory to resume from the one before it, or from the start";
    }
}
