package dev.oar.data;

import java.util.List;
import java.util.Optional;

/** Image configurations for tests. */
final class DataConfigs {
    private DataConfigs() {}

    static ImageFolderConfig with(
            ImageFolderConfig base, boolean skipUnreadable, String classes, String group, Optional<String> key) {
        return new ImageFolderConfig(
                base.path(),
                base.imageSize(),
                base.background(),
                skipUnreadable,
                base.maxPixels(),
                base.maxBytes(),
                base.testFraction(),
                base.splitSeed(),
                base.fileNameColumn(),
                classes,
                base.captionColumn(),
                group,
                key,
                base.flip(),
                base.neverFlip(),
                base.classes(),
                base.mostImages(),
                base.attributeColumns(),
                base.heldOutPairs(),
                base.layout(),
                base.codes());
    }

    static ImageFolderConfig withClasses(ImageFolderConfig base, List<String> classes) {
        return new ImageFolderConfig(
                base.path(),
                base.imageSize(),
                base.background(),
                base.skipUnreadable(),
                base.maxPixels(),
                base.maxBytes(),
                base.testFraction(),
                base.splitSeed(),
                base.fileNameColumn(),
                base.classColumn(),
                base.captionColumn(),
                base.groupColumn(),
                base.groupKeyColumn(),
                base.flip(),
                base.neverFlip(),
                classes,
                base.mostImages(),
                base.attributeColumns(),
                base.heldOutPairs(),
                base.layout(),
                base.codes());
    }

    static ImageFolderConfig withAttributes(ImageFolderConfig base, List<String> attributeColumns) {
        return new ImageFolderConfig(
                base.path(),
                base.imageSize(),
                base.background(),
                base.skipUnreadable(),
                base.maxPixels(),
                base.maxBytes(),
                base.testFraction(),
                base.splitSeed(),
                base.fileNameColumn(),
                base.classColumn(),
                base.captionColumn(),
                base.groupColumn(),
                base.groupKeyColumn(),
                base.flip(),
                base.neverFlip(),
                base.classes(),
                base.mostImages(),
                attributeColumns,
                base.heldOutPairs(),
                base.layout(),
                base.codes());
    }
}
