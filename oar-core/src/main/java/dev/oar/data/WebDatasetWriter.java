package dev.oar.data;

import dev.oar.config.Require;
import dev.oar.file.AtomicFile;
import dev.oar.image.ImageReader;
import dev.oar.tar.TarWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes samples as WebDataset shards, {@code SIDE-000000.tar} and so on. Beside an image stand {@code cls}, the number of its class if it has
 * one, {@code txt}, its caption if it has one, and {@code json}, an object of whatever else is said of it. Equal samples make equal bytes.
 */
public final class WebDatasetWriter {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path folder;
    private final int shardImages;
    private final IntConsumer listener;
    private int done;
    private int shards;
    private long bytes;

    private WebDatasetWriter(Path folder, int shardImages, IntConsumer listener) {
        this.folder = folder;
        this.shardImages = shardImages;
        this.listener = listener;
    }

    /**
     * An image and what is said of it.
     *
     * @param key what its members are called up to the first dot; no other sample has it
     * @param image all bytes of an image file
     * @param classIndex the number of its class
     * @param caption a description, or empty
     * @param described whatever else is said of it
     */
    public record Sample(
            String key, byte[] image, OptionalInt classIndex, String caption, Map<String, String> described) {}

    /** Samples one after the other. */
    @FunctionalInterface
    public interface Samples {
        /** The next one; empty behind the last. */
        Optional<Sample> next() throws IOException;
    }

    /**
     * What was written.
     *
     * @param images how many images
     * @param shards how many files
     * @param bytes their size together
     */
    public record Written(int images, int shards, long bytes) {}

    /**
     * Writes all samples. The folder appears when it is complete; a kill leaves a hidden one beside it, which may be deleted.
     *
     * @param sides the samples of each side by the word that its shards are named by, in the order in which they are written
     * @param out a folder that is not there yet, or is empty
     * @param shardImages how many images a shard holds at most, at least 1
     * @param listener is told after each image how many are done; what it throws ends the work
     * @throws IllegalArgumentException if something else is there
     * @throws IOException in one sentence, if an image cannot be read or writing fails
     */
    public static Written write(SortedMap<String, Samples> sides, Path out, int shardImages, IntConsumer listener)
            throws IOException {
        Require.that(
                shardImages >= 1,
                "a shard holds at least 1 image, but shard-images is %s; 10000 is usual",
                shardImages);
        requireFree(out);
        Path target = out.toAbsolutePath();
        Path unfinished = AtomicFile.unfinished(target);
        WebDatasetWriter writer = new WebDatasetWriter(unfinished, shardImages, listener);
        try {
            for (Map.Entry<String, Samples> side : sides.entrySet()) {
                writer.writeShards(side.getKey(), side.getValue());
            }
            Files.createDirectories(unfinished);
            Files.deleteIfExists(target);
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            delete(unfinished);
            throw e;
        }
        return new Written(writer.done, writer.shards, writer.bytes);
    }

    private static void requireFree(Path out) throws IOException {
        boolean free = Files.notExists(out);
        if (Files.isDirectory(out)) {
            try (Stream<Path> entries = Files.list(out)) {
                free = entries.findAny().isEmpty();
            }
        }
        Require.that(
                free,
                "shards are written to a new or empty folder, but %s holds something; name another, or empty it",
                out);
    }

    private void writeShards(String side, Samples samples) throws IOException {
        Optional<Sample> next = samples.next();
        for (int number = 0; next.isPresent(); number++) {
            Path shard = folder.resolve(String.format(Locale.ROOT, "%s-%06d.tar", side, number));
            Sample first = next.get();
            AtomicFile.write(shard, channel -> {
                TarWriter tar = new TarWriter(channel);
                add(tar, first);
                for (int i = 1; i < shardImages; i++) {
                    Optional<Sample> sample = samples.next();
                    if (sample.isEmpty()) {
                        break;
                    }
                    add(tar, sample.get());
                }
                tar.finish();
            });
            shards++;
            bytes += Files.size(shard);
            next = samples.next();
        }
    }

    private void add(TarWriter tar, Sample sample) throws IOException {
        // In the order of their names, as packers with --sort=name have them.
        SortedMap<String, byte[]> members = new TreeMap<>();
        if (sample.classIndex().isPresent()) {
            members.put("cls", text(Integer.toString(sample.classIndex().getAsInt())));
        }
        members.put(ImageReader.ending(sample.image()), sample.image());
        members.put("json", JSON.writeValueAsBytes(sample.described()));
        if (!sample.caption().isEmpty()) {
            members.put("txt", text(sample.caption()));
        }
        for (Map.Entry<String, byte[]> member : members.entrySet()) {
            tar.add(sample.key() + "." + member.getKey(), member.getValue());
        }
        done++;
        listener.accept(done);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Takes away an unfinished folder, in which shards are all that lies. */
    private static void delete(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> entries = Files.list(folder)) {
                for (Path entry : entries.toList()) {
                    Files.delete(entry);
                }
            }
            Files.delete(folder);
        }
    }
}
