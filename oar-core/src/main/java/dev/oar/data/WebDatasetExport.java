package dev.oar.data;

import dev.oar.config.Require;
import dev.oar.file.BoundedFile;
import dev.oar.image.Attribute;
import dev.oar.layout.TableColumns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.PrimitiveIterator;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntConsumer;

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

    private final ImageFolder images;
    private final Map<String, Integer> relatives = new HashMap<>();

    private WebDatasetExport(ImageFolder images) {
        this.images = images;
        images.images().forEach(image -> relatives.merge(image.group(), 1, Integer::sum));
    }

    /**
     * Writes all images of a set. The folder appears when it is complete; a kill leaves a hidden one beside it, which may be deleted.
     *
     * @param out a folder that is not there yet, or is empty
     * @param shardImages how many images a shard holds at most, at least 1
     * @param listener is told after each image how many are done; what it throws ends the work
     * @throws IllegalArgumentException if something else is there, or an image has several captions
     * @throws IOException in one sentence, if an image cannot be read or writing fails
     */
    public static WebDatasetWriter.Written write(ImageFolder images, Path out, int shardImages, IntConsumer listener)
            throws IOException {
        requireOneCaption(images);
        WebDatasetExport export = new WebDatasetExport(images);
        SortedMap<String, WebDatasetWriter.Samples> sides = new TreeMap<>(Comparator.reverseOrder());
        sides.put("train", export.samples(images.trainIndices()));
        sides.put("test", export.samples(images.testIndices()));
        return WebDatasetWriter.write(sides, out, shardImages, listener);
    }

    private static void requireOneCaption(ImageFolder images) {
        for (ImageEntry image : images.images()) {
            Require.that(
                    image.furtherCaptions().isEmpty(),
                    "a sample of WebDataset has one caption, but %s has %s; choose one by the layout's caption-line",
                    image.fileName(),
                    image.furtherCaptions().size() + 1);
        }
    }

    private WebDatasetWriter.Samples samples(int[] indices) {
        PrimitiveIterator.OfInt next = Arrays.stream(indices).iterator();
        return () -> next.hasNext() ? Optional.of(sample(next.nextInt())) : Optional.empty();
    }

    private WebDatasetWriter.Sample sample(int index) throws IOException {
        ImageEntry image = images.images().get(index);
        byte[] content = BoundedFile.read(
                image.path(),
                (int) Math.min(Integer.MAX_VALUE - 8, images.config().maxBytes()),
                "raise max-bytes");
        return new WebDatasetWriter.Sample(
                String.format(Locale.ROOT, "%08d", index),
                content,
                OptionalInt.of(image.classIndex()),
                image.caption(),
                json(index, image));
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
}
