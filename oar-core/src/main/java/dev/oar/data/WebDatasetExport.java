package dev.oar.data;

import dev.oar.config.Require;
import dev.oar.file.AtomicFile;
import dev.oar.file.BoundedFile;
import dev.oar.image.Attribute;
import dev.oar.image.ImageReader;
import dev.oar.layout.TableColumns;
import dev.oar.tar.TarWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes a set of images as WebDataset shards, {@code train-000000.tar} and so on and {@code test-000000.tar} for the images kept aside, which
 * the layout {@code webdataset} reads as the same set: the same image files to the byte, classes, captions, families, attributes and split.
 *
 * <p>The key of a sample is the number of its image in {@link ImageFolder#images()} with eight digits. Beside the image stand {@code cls}, the
 * number of its class, {@code txt}, its caption if it has one, and {@code json}, an object of its former name, the name of its class, its family
 * if it has relatives, and its attributes. Equal sets make equal bytes.
 */
public final class WebDatasetExport {
    /** How many images a shard holds unless told otherwise. */
    public static final int USUAL_SHARD_IMAGES = 10_000;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ImageFolder images;
    private final int shardImages;
    private final IntConsumer listener;
    private final Map<String, Integer> relatives = new HashMap<>();
    private int done;
    private int shards;
    private long bytes;

    private WebDatasetExport(ImageFolder images, int shardImages, IntConsumer listener) {
        this.images = images;
        this.shardImages = shardImages;
        this.listener = listener;
        images.images().forEach(image -> relatives.merge(image.group(), 1, Integer::sum));
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
     * Writes all images of a set. The folder appears when it is complete; a kill leaves a hidden one beside it, which may be deleted.
     *
     * @param out a folder that is not there yet, or is empty
     * @param shardImages how many images a shard holds at most, at least 1
     * @param listener is told after each image how many are done; what it throws ends the work
     * @throws IllegalArgumentException if something else is there
     * @throws IOException in one sentence, if an image cannot be read or writing fails
     */
    public static Written write(ImageFolder images, Path out, int shardImages, IntConsumer listener)
            throws IOException {
        Require.that(
                shardImages >= 1,
                "a shard holds at least 1 image, but shard-images is %s; 10000 is usual",
                shardImages);
        requireFree(out);
        Path target = out.toAbsolutePath();
        Path unfinished = AtomicFile.unfinished(target);
        WebDatasetExport export = new WebDatasetExport(images, shardImages, listener);
        try {
            export.writeShards(unfinished, "train", images.trainIndices());
            export.writeShards(unfinished, "test", images.testIndices());
            Files.deleteIfExists(target);
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            delete(unfinished);
            throw e;
        }
        return new Written(export.done, export.shards, export.bytes);
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

    private void writeShards(Path folder, String side, int[] indices) throws IOException {
        for (int from = 0; from < indices.length; from += shardImages) {
            int[] part = Arrays.copyOfRange(indices, from, Math.min(indices.length, from + shardImages));
            Path shard = folder.resolve(String.format(Locale.ROOT, "%s-%06d.tar", side, from / shardImages));
            AtomicFile.write(shard, channel -> {
                TarWriter tar = new TarWriter(channel);
                for (int index : part) {
                    add(tar, index);
                    done++;
                    listener.accept(done);
                }
                tar.finish();
            });
            shards++;
            bytes += Files.size(shard);
        }
    }

    private void add(TarWriter tar, int index) throws IOException {
        ImageEntry image = images.images().get(index);
        String key = String.format(Locale.ROOT, "%08d", index);
        byte[] content = BoundedFile.read(
                image.path(),
                (int) Math.min(Integer.MAX_VALUE - 8, images.config().maxBytes()),
                "raise max-bytes");
        // In the order of their names, as packers with --sort=name have them.
        SortedMap<String, byte[]> members = new TreeMap<>();
        members.put("cls", text(Integer.toString(image.classIndex())));
        members.put(ImageReader.ending(content), content);
        members.put("json", JSON.writeValueAsBytes(json(index, image)));
        if (!image.caption().isEmpty()) {
            members.put("txt", text(image.caption()));
        }
        for (Map.Entry<String, byte[]> member : members.entrySet()) {
            tar.add(key + "." + member.getKey(), member.getValue());
        }
    }

    private Map<String, String> json(int index, ImageEntry image) {
        Map<String, String> json = new LinkedHashMap<>();
        json.put(TableColumns.DEFAULT_FILE_NAME, image.fileName());
        json.put(TableColumns.DEFAULT_CLASS, images.classes().get(image.classIndex()));
        if (relatives.getOrDefault(image.group(), 0) > 1) {
            json.put(TableColumns.DEFAULT_GROUP, image.group());
        }
        List<Attribute> attributes = images.attributes().attributes();
        int[] values = images.attributes().valuesOf(index);
        for (int i = 0; i < values.length; i++) {
            json.putIfAbsent(
                    attributes.get(i).name(), attributes.get(i).values().get(values[i]));
        }
        return json;
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
