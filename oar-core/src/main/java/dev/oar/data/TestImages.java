package dev.oar.data;

import dev.oar.layout.DataLayout;
import dev.oar.layout.FoundImage;
import dev.oar.layout.Listing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which images of a set a recipe takes, and which of them it keeps aside for measuring, as {@link ImageFolder} does. */
public final class TestImages {
    private TestImages() {}

    /**
     * The images of the classes that a recipe asks for, and no more than it asks for.
     *
     * @throws dev.oar.config.ConfigException if it names a class that is not there
     */
    public static List<FoundImage> taken(ImageFolderConfig config, Listing listing) {
        return UsableImages.kept(Path.of(config.path()), listing.images(), config);
    }

    /**
     * Which of these images are tested.
     *
     * @param readable images of the listing
     * @throws IOException in one sentence, if attributes are asked for that the images do not have
     * @throws dev.oar.config.ConfigException if attributes or held-out pairs are refused
     */
    public static boolean[] tested(ImageFolderConfig config, Listing listing, List<FoundImage> readable)
            throws IOException {
        List<String> classes =
                DataLayout.inOrder(readable.stream().map(FoundImage::className).toList());
        List<ImageEntry> images = UsableImages.entries(readable, classes);
        ImageAttributes attributes = new AttributeColumns(Path.of(config.path()), config, readable).attributes();
        Set<String> test = families(config, listing, images, attributes);
        boolean[] tested = new boolean[readable.size()];
        for (int i = 0; i < tested.length; i++) {
            tested[i] = test.contains(images.get(i).group());
        }
        return tested;
    }

    /** The families that are kept aside: those held out by rule, and those of the set's own test images, or else a fraction. */
    static Set<String> families(
            ImageFolderConfig config, Listing listing, List<ImageEntry> images, ImageAttributes attributes) {
        Set<String> heldOut = Arrays.stream(attributes.imagesWithPair())
                .mapToObj(index -> images.get(index).group())
                .collect(Collectors.toSet());
        return listing.testFiles()
                .map(files -> given(images, files, heldOut))
                .orElseGet(() -> FamilySplit.testFamilies(images, heldOut, config.testFraction(), config.splitSeed()));
    }

    private static Set<String> given(List<ImageEntry> images, Set<String> files, Set<String> heldOut) {
        Set<String> test = new TreeSet<>(heldOut);
        images.stream()
                .filter(image -> files.contains(image.fileName()))
                .map(ImageEntry::group)
                .forEach(test::add);
        return test;
    }
}
