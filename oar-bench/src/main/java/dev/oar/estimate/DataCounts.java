package dev.oar.estimate;

import dev.oar.config.Require;
import dev.oar.data.ImageFolderConfig;
import dev.oar.layout.CelebaHqLayout;
import dev.oar.layout.FoundImage;
import dev.oar.layout.ImageArchive;
import dev.oar.layout.ImageNetLayout;
import dev.oar.layout.Listing;
import dev.oar.layout.TableColumns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How many images a recipe is run on.
 *
 * @param train images to train on
 * @param test images kept aside
 * @param classes the number of classes
 * @param source where the numbers come from
 */
public record DataCounts(long train, long test, int classes, String source) {
    private static final int IMAGENET_CLASSES = 1000;

    /** Of ILSVRC 2012's 1,331,167 images with a class, 50,000 are for validation; of CelebA-HQ's 30,000, 6,000 for testing. */
    private static final double IMAGENET_TESTED = 50_000 / 1_331_167.0;

    private static final double CELEBA_HQ_TESTED = 0.2;

    /** Checks that there is something to train on. */
    public DataCounts {
        Require.that(
                train >= 1 && test >= 0 && classes >= 1,
                "an estimate needs at least one image to train on and one class, but there are %s and %s; give --images N",
                train,
                classes);
    }

    /**
     * The numbers of the data set of a recipe: as its files are listed, without a look at their pixels, or as given.
     *
     * @param given how many images there are in all; where it is given, nothing is looked for on disk
     * @throws IllegalArgumentException if neither the data set is there nor a number given
     * @throws IOException if the data set is not of its layout
     */
    static DataCounts of(ImageFolderConfig data, Path baseDirectory, OptionalLong given) throws IOException {
        Path path = baseDirectory.resolve(data.path());
        if (given.isPresent()) {
            long all = given.getAsLong();
            return split(data, all, tested(data, all), classes(data), "--images");
        }
        if (!Files.exists(path)) {
            throw new IllegalArgumentException("an estimate needs the number of images, but there is no data set at "
                    + path + " to count; put it there, or give --images N");
        }
        try (ImageArchive source = ImageArchive.open(path)) {
            Listing listing = data.layout().list(source, columns(data));
            Set<String> kept = Set.copyOf(data.classes());
            List<FoundImage> images = listing.images().stream()
                    .filter(image -> kept.isEmpty() || kept.contains(image.className()))
                    .toList();
            OptionalLong tested = listing.testFiles().isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(images.stream()
                            .filter(image -> listing.testFiles().get().contains(image.fileName()))
                            .count());
            int classes =
                    (int) images.stream().map(FoundImage::className).distinct().count();
            return split(data, images.size(), tested, classes, path.toString());
        }
    }

    private static DataCounts split(
            ImageFolderConfig data, long images, OptionalLong tested, int classes, String source) {
        long kept = Math.min(images, data.mostImages().orElse(Integer.MAX_VALUE));
        long test = tested.isPresent()
                ? Math.round((double) tested.getAsLong() * kept / Math.max(1, images))
                : Math.round(kept * data.testFraction());
        return new DataCounts(kept - test, test, classes, source);
    }

    /** How many images a data set that is not there has for testing, if its layout says so. */
    private static OptionalLong tested(ImageFolderConfig data, long all) {
        if (data.layout() instanceof ImageNetLayout) {
            return OptionalLong.of(Math.round(all * IMAGENET_TESTED));
        }
        return data.layout() instanceof CelebaHqLayout
                ? OptionalLong.of(Math.round(all * CELEBA_HQ_TESTED))
                : OptionalLong.empty();
    }

    /** The classes of a data set that is not there: those named, those that the layout is known to have, or one. */
    private static int classes(ImageFolderConfig data) {
        if (!data.classes().isEmpty()) {
            return data.classes().size();
        }
        return data.layout() instanceof ImageNetLayout ? IMAGENET_CLASSES : 1;
    }

    private static TableColumns columns(ImageFolderConfig data) {
        return new TableColumns(
                data.fileNameColumn(),
                data.classColumn(),
                data.captionColumn(),
                data.groupColumn(),
                data.groupKeyColumn(),
                data.attributeColumns());
    }

    /** All of them. */
    long all() {
        return train + test;
    }

    /** So many times fewer images to train on and to keep aside. */
    DataCounts dividedBy(int factor) {
        return new DataCounts(Math.max(1, train / factor), test / factor, classes, source);
    }
}
