package dev.oar.cli;

import dev.oar.data.ImageSet;
import dev.oar.data.ResultPlace;
import dev.oar.measure.ComparisonConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What samples are compared with, and how. */
final class ComparisonOptions {
    private static final int BATCH_SIZE = 32;
    private static final int SUBSAMPLES = 20;

    @Option(
            names = "--reference",
            paramLabel = "SET",
            description = "Real images to compare the samples with, or an .npz of their statistics (mu, sigma).")
    private @Nullable Path reference;

    @Option(
            names = "--training",
            paramLabel = "SET",
            description =
                    "The images that the model was trained on: tells what fraction of the samples is nearer to one of"
                            + " them than the nearest hundredth of the reference is, and shows the nearest.")
    private @Nullable Path training;

    @Option(
            names = "--image-size",
            paramLabel = "PIXELS",
            description =
                    "Crop and resize all images to squares of this side, as training images are (default: they must be"
                            + " of one size).")
    private @Nullable Integer imageSize;

    @Option(
            names = "--batch-size",
            paramLabel = "B",
            description = "Images per forward pass (default: " + BATCH_SIZE + ").")
    private @Nullable Integer batchSize;

    @Option(
            names = "--subsamples",
            paramLabel = "N",
            description = "Subsamples behind every interval (default: " + SUBSAMPLES + ").")
    private @Nullable Integer subsamples;

    @Option(names = "--fid-infinity", description = "Also the Frechet distance extrapolated to unlimited samples.")
    private boolean unlimited;

    /** Whether any of the options was given. */
    boolean given() {
        return reference != null
                || training != null
                || imageSize != null
                || batchSize != null
                || subsamples != null
                || unlimited;
    }

    ComparisonConfig config(long seed) {
        return new ComparisonConfig(
                batchSize == null ? BATCH_SIZE : batchSize,
                subsamples == null ? SUBSAMPLES : subsamples,
                unlimited,
                seed);
    }

    Path reference() {
        if (reference == null) {
            throw new IllegalArgumentException(
                    "samples are measured against a --reference, but there is none; name a set of real images");
        }
        return reference;
    }

    /**
     * Checks that results do not go where images are read from.
     *
     * @param results the file or folder to write
     * @throws IllegalArgumentException if they would lie within the reference or the training images
     */
    void requireOutside(Path results) throws IOException {
        ResultPlace.requireOutside(results, reference());
        if (training != null) {
            ResultPlace.requireOutside(results, training);
        }
    }

    /** Opens a set; close it after use. */
    ImageSet open(Path path) throws IOException {
        return imageSize == null ? ImageSet.open(path) : ImageSet.open(path, imageSize);
    }

    Optional<Path> training() {
        return Optional.ofNullable(training);
    }
}
