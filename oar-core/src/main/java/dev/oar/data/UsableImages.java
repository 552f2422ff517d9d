package dev.oar.data;

import dev.oar.config.ConfigException;
import dev.oar.image.ImageFacts;
import dev.oar.image.ImageLoss;
import dev.oar.image.ImageReader;
import dev.oar.image.Rgb;
import dev.oar.layout.DataLayout;
import dev.oar.layout.FoundImage;
import dev.oar.layout.ImageNetClasses;
import dev.oar.layout.Listing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The images of a data set that are left of those listed: of the classes asked for, no more than asked for, and readable.
 *
 * @param classes names in the order of their numbers
 * @param images sorted by file name
 * @param unreadable files left out
 * @param attributes of the images, in their order
 * @param lostClasses classes of whose images none is readable, sorted
 * @param losses what reading leaves out of the images
 */
record UsableImages(
        List<String> classes,
        List<ImageEntry> images,
        List<UnreadableImage> unreadable,
        ImageAttributes attributes,
        List<String> lostClasses,
        ImageLosses losses) {
    /** What looking at a file found: what it says of itself, or else why it cannot be read. */
    private record Checked(FoundImage image, Optional<ImageFacts> facts, String reason) {}

    /**
     * Chooses from the images listed, and checks each.
     *
     * @param modelClasses names of a model's classes in the order of their numbers; empty: the classes of the images, sorted
     * @throws IOException in one sentence, if none is left, or one is unreadable and the configuration does not say to skip it
     * @throws ConfigException if the configuration names a class that is not there, an image is of a class that the model does not
     *     know, or the attributes are refused ({@link AttributeColumns})
     */
    static UsableImages of(ImageFolderConfig config, Listing listing, List<String> modelClasses) throws IOException {
        Path path = Path.of(config.path());
        List<FoundImage> found = kept(path, ImageNetClasses.namedFor(modelClasses, listing.images()), config);
        if (found.isEmpty()) {
            throw new IOException(
                    path + " holds no images; put PNG, JPEG, WebP, GIF or BMP files into one folder per class");
        }
        List<Checked> checked =
                found.parallelStream().map(image -> checked(image, config)).toList();
        List<UnreadableImage> unreadable = checked.stream()
                .filter(each -> each.facts().isEmpty())
                .map(each -> new UnreadableImage(each.image().fileName(), each.reason()))
                .toList();
        if (!unreadable.isEmpty() && !config.skipUnreadable()) {
            throw new IOException(
                    ImageFolder.refusal(path, unreadable)
                            + ", or set skip-unreadable or, of images that are too large, max-pixels and max-bytes in a copy of the recipe");
        }
        Set<String> skipped = new TreeSet<>();
        unreadable.forEach(image -> skipped.add(image.fileName()));
        List<FoundImage> readable = found.stream()
                .filter(image -> !skipped.contains(image.fileName()))
                .toList();
        if (readable.isEmpty()) {
            throw new IOException("all " + found.size() + " images of " + path + " are unreadable, the first because "
                    + unreadable.get(0).reason());
        }
        List<String> there =
                DataLayout.inOrder(readable.stream().map(FoundImage::className).toList());
        requireClasses(path, "classes", config.classes(), there);
        requireClasses(path, "never-flip", config.neverFlip(), there);
        List<String> classes = modelClasses.isEmpty() ? there : List.copyOf(modelClasses);
        requireKnown(path, there, classes);
        Set<String> lost =
                new TreeSet<>(found.stream().map(FoundImage::className).toList());
        there.forEach(lost::remove);
        return new UsableImages(
                classes,
                entries(readable, classes),
                unreadable,
                new AttributeColumns(path, config, readable).attributes(),
                List.copyOf(lost),
                losses(checked));
    }

    /** The images of the classes asked for, and no more than asked for. */
    static List<FoundImage> kept(Path path, List<FoundImage> all, ImageFolderConfig config) {
        return FamilyChoice.of(ofClasses(path, all, config), config.mostImages(), config.splitSeed());
    }

    private static List<FoundImage> ofClasses(Path path, List<FoundImage> all, ImageFolderConfig config) {
        if (config.classes().isEmpty() || all.isEmpty()) {
            return all;
        }
        requireClasses(
                path,
                "classes",
                config.classes(),
                all.stream().map(FoundImage::className).distinct().sorted().toList());
        return all.stream()
                .filter(image -> config.classes().contains(image.className()))
                .toList();
    }

    private static void requireClasses(Path path, String key, List<String> wanted, List<String> there) {
        for (String name : wanted) {
            if (!there.contains(name)) {
                throw new ConfigException("the recipe's " + key + " names the class '" + name + "', but " + path
                        + " has only " + there + "; correct the name");
            }
        }
    }

    private static void requireKnown(Path path, List<String> there, List<String> classes) {
        for (String name : there) {
            if (!classes.contains(name)) {
                throw new ConfigException(
                        "the images of " + path + " must be of classes that the model knows, but '" + name
                                + "' is none of its " + classes.size() + ", such as '" + classes.get(0)
                                + "'; name the folders by the model's classes ('oar models' lists them)");
            }
        }
    }

    private static Checked checked(FoundImage image, ImageFolderConfig config) {
        try {
            ImageFacts facts = ImageReader.facts(image.path(), config.limits());
            if (config.skipUnreadable()) {
                // What is to be skipped must be known before the first epoch, so damage in the middle counts too.
                ImageReader.read(image.path(), config.limits(), Rgb.WHITE);
            }
            return new Checked(image, Optional.of(facts), "");
        } catch (IOException e) {
            return new Checked(image, Optional.empty(), String.valueOf(e.getMessage()));
        }
    }

    private static ImageLosses losses(List<Checked> checked) {
        SortedMap<String, Set<ImageLoss>> losses = new TreeMap<>();
        checked.forEach(
                each -> each.facts().ifPresent(facts -> losses.put(each.image().fileName(), facts.losses())));
        return ImageLosses.of(losses);
    }

    /** Images with the numbers of their classes. */
    static List<ImageEntry> entries(List<FoundImage> found, List<String> classes) {
        Map<String, Integer> numbers = new HashMap<>();
        classes.forEach(name -> numbers.put(name, numbers.size()));
        List<ImageEntry> entries = new ArrayList<>(found.size());
        for (FoundImage image : found) {
            int classIndex = numbers.getOrDefault(image.className(), -1);
            entries.add(new ImageEntry(
                    image.path(),
                    image.fileName(),
                    classIndex,
                    image.caption(),
                    image.group(),
                    image.furtherCaptions()));
        }
        return Collections.unmodifiableList(entries);
    }
}
