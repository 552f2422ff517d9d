package dev.oar.pipeline;

import dev.oar.config.Require;
import dev.oar.data.ImageFolderConfig;
import dev.oar.layout.CelebaHqLayout;
import dev.oar.layout.DataLayout;
import dev.oar.layout.FashionProductsLayout;
import dev.oar.layout.ImageNetLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where public data sets are to be had, whose licences do not allow to bundle them. */
final class PublicData {
    private PublicData() {}

    /**
     * Refuses a recipe whose data set is a public one and not there, before anything is done.
     *
     * @throws IllegalArgumentException if there is nothing at its path
     */
    static void require(ImageFolderConfig data, Path baseDirectory) {
        Path path = baseDirectory.resolve(data.path()).normalize();
        Optional<String> source = source(data.layout());
        Require.that(
                source.isEmpty() || Files.exists(path),
                "this recipe needs %s at %s, but nothing is there; unpack it there, or set data.path to where it is",
                source.orElse(""),
                path);
    }

    private static Optional<String> source(DataLayout layout) {
        if (layout instanceof ImageNetLayout) {
            return Optional.of("ImageNet's ILSVRC 2012 (https://image-net.org/download.php)");
        }
        if (layout instanceof FashionProductsLayout) {
            return Optional.of("Fashion Product Images"
                    + " (https://www.kaggle.com/datasets/paramaggarwal/fashion-product-images-dataset)");
        }
        return layout instanceof CelebaHqLayout
                ? Optional.of(
                        "the images of CelebAMask-HQ (https://github.com/switchablenorms/CelebAMask-HQ) and captions of"
                                + " Multi-Modal-CelebA-HQ (https://github.com/IIGROUP/MM-CelebA-HQ-Dataset)")
                : Optional.empty();
    }
}
