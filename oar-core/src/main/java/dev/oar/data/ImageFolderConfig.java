package dev.oar.data;

import dev.oar.config.Default;
import dev.oar.config.Keys;
import dev.oar.config.Require;
import dev.oar.image.ImageLimits;
import dev.oar.image.Rgb;
import dev.oar.layout.DataLayout;
import dev.oar.layout.FolderLayout;
import dev.oar.layout.TableColumns;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The recipe section that names a set of images.
 *
 * @param path a folder, a {@code .zip} or an uncompressed {@code .tar}, relative to the recipe; with a {@code metadata.csv} or {@code metadata.jsonl} at its top
 *     the images are those the table lists, without one every sub-folder is a class
 * @param imageSize side in pixels that images are cropped to
 * @param background colour behind transparent pixels, as in {@code #ffffff}
 * @param skipUnreadable whether unreadable files are listed and left out instead of ending the run; every image is then decoded
 *     once when the set is opened
 * @param maxPixels largest product of width and height of an image file
 * @param maxBytes largest image file in bytes
 * @param testFraction fraction of the families of each class that is kept aside for measuring, from 0 to below 1
 * @param splitSeed chooses which families those are
 * @param fileNameColumn column of the table that names the files
 * @param classColumn column that names the classes; if the table has none of this name, the folder that holds an image is
 *     its class
 * @param captionColumn column of captions; if the table has none of this name, captions are empty
 * @param groupColumn column that ties variants together: equal values are one family, and so are a value and the image whose key
 *     it is; an image with an empty value is a family of its own unless others name it
 * @param groupKeyColumn column by which other rows name an image in the group column; the file name unless set
 * @param flip whether horizontally flipped images are trained on too
 * @param neverFlip classes whose images are never flipped, such as flags or text
 * @param classes the classes to keep; all if empty
 * @param mostImages how many images to keep at most, whole families chosen by the seed of the split; empty: all
 * @param attributeColumns columns of the table that are attributes of the images, such as the colour of hair
 * @param heldOutPairs pairs of values, by attribute, that are never trained on together: images that have both are tested, whatever
 *     the fraction
 * @param layout how images and what is said of them lie there; a set that has test images of its own is split by them, whatever
 *     the fraction
 * @param codes of the training images, extracted before: they take the place of what the tokenizer would make of those images
 */
@Keys({
    "path",
    "image-size",
    "background",
    "skip-unreadable",
    "max-pixels",
    "max-bytes",
    "test-fraction",
    "split-seed",
    "file-name-column",
    "class-column",
    "caption-column",
    "group-column",
    "group-key-column",
    "flip",
    "never-flip",
    "classes"
})
public record ImageFolderConfig(
        String path,
        int imageSize,
        @Default("'#ffffff'") String background,
        @Default("false") boolean skipUnreadable,
        @Default("50000000") long maxPixels,
        @Default("52428800") long maxBytes,
        @Default("0.1") double testFraction,
        @Default("0") long splitSeed,
        @Default(TableColumns.DEFAULT_FILE_NAME) String fileNameColumn,
        @Default(TableColumns.DEFAULT_CLASS) String classColumn,
        @Default(TableColumns.DEFAULT_CAPTION) String captionColumn,
        @Default(TableColumns.DEFAULT_GROUP) String groupColumn,
        Optional<String> groupKeyColumn,
        @Default("false") boolean flip,
        @Default("[]") List<String> neverFlip,
        @Default("[]") List<String> classes,
        Optional<Integer> mostImages,
        @Default("[]") List<String> attributeColumns,
        @Default("[]") List<Map<String, String>> heldOutPairs,
        @Default("{kind: folder}") DataLayout layout,
        Optional<ExtractedCodesConfig> codes) {
    /** Checks the ranges. */
    public ImageFolderConfig {
        Require.that(!path.isBlank(), "path must name a folder, zip or tar of images, but is empty; name one");
        Require.that(
                imageSize >= 1 && imageSize <= 8192,
                "image-size must lie between 1 and 8192 pixels, but is %s; choose one there",
                imageSize);
        Require.that(
                background.matches("#[0-9a-fA-F]{6}"),
                "background must be # and six hexadecimal digits, but is '%s'; write '#ffffff' for white",
                background);
        Require.that(
                testFraction >= 0 && testFraction < 1,
                "test-fraction must be at least 0 and below 1, but is %s; 0.1 is usual",
                testFraction);
        new ImageLimits(maxPixels, maxBytes);
        Require.that(
                mostImages.orElse(1) >= 1,
                "most-images must be at least 1, but is %s; leave it out to keep all images",
                mostImages.orElse(1));
        neverFlip = List.copyOf(neverFlip);
        classes = List.copyOf(classes);
        attributeColumns = List.copyOf(attributeColumns);
        Require.that(
                attributeColumns.stream().noneMatch(String::isBlank)
                        && attributeColumns.stream().distinct().count() == attributeColumns.size(),
                "attribute-columns must name each column once, but are %s; correct them",
                attributeColumns);
        heldOutPairs = pairs(heldOutPairs, attributeColumns);
        Require.that(
                codes.isEmpty() || flip,
                "codes are those of images and of the same images flipped, but flip is %s; set it to true",
                flip);
    }

    private static List<Map<String, String>> pairs(List<Map<String, String>> pairs, List<String> attributes) {
        for (Map<String, String> pair : pairs) {
            Require.that(
                    pair.size() == 2 && attributes.containsAll(pair.keySet()),
                    "each of held-out-pairs gives the values of two of attribute-columns, %s, but one is %s; write for"
                            + " example {hair_color: red, hat: blue}",
                    attributes,
                    pair);
        }
        // Sorted, so that equal pairs make equal texts.
        return pairs.stream()
                .map(pair -> Collections.unmodifiableMap(new TreeMap<>(pair)))
                .toList();
    }

    /** The section with every default, for a folder or zip of images. */
    public static ImageFolderConfig of(String path, int imageSize) {
        return new ImageFolderConfig(
                path,
                imageSize,
                Rgb.WHITE.toString(),
                false,
                ImageLimits.DEFAULT.maxPixels(),
                ImageLimits.DEFAULT.maxBytes(),
                0.1,
                0,
                TableColumns.DEFAULT_FILE_NAME,
                TableColumns.DEFAULT_CLASS,
                TableColumns.DEFAULT_CAPTION,
                TableColumns.DEFAULT_GROUP,
                Optional.empty(),
                false,
                List.of(),
                List.of(),
                Optional.empty(),
                List.of(),
                List.of(),
                new FolderLayout(),
                Optional.empty());
    }

    /** The same section for another folder or zip. */
    public ImageFolderConfig withPath(String otherPath) {
        return with(otherPath, imageSize, layout, codes);
    }

    /** The same images at another size. */
    public ImageFolderConfig withImageSize(int otherSize) {
        return with(path, otherSize, layout, codes);
    }

    /** The same section for images that lie in another way. */
    public ImageFolderConfig withLayout(DataLayout otherLayout) {
        return with(path, imageSize, otherLayout, codes);
    }

    /** The same section with the codes of its training images. */
    public ImageFolderConfig withCodes(ExtractedCodesConfig extracted) {
        return with(path, imageSize, layout, Optional.of(extracted));
    }

    private ImageFolderConfig with(
            String otherPath, int otherSize, DataLayout otherLayout, Optional<ExtractedCodesConfig> otherCodes) {
        return new ImageFolderConfig(
                otherPath,
                otherSize,
                background,
                skipUnreadable,
                maxPixels,
                maxBytes,
                testFraction,
                splitSeed,
                fileNameColumn,
                classColumn,
                captionColumn,
                groupColumn,
                groupKeyColumn,
                flip,
                neverFlip,
                classes,
                mostImages,
                attributeColumns,
                heldOutPairs,
                otherLayout,
                otherCodes);
    }

    /** What the columns of a table are called. */
    public TableColumns columns() {
        return new TableColumns(
                fileNameColumn, classColumn, captionColumn, groupColumn, groupKeyColumn, attributeColumns);
    }

    /** The limits that files are held to. */
    public ImageLimits limits() {
        return new ImageLimits(maxPixels, maxBytes);
    }
}
