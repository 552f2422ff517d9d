package dev.oar.evaluate;

import dev.oar.checkpoint.NumpyArchive;
import dev.oar.checkpoint.NumpyArchiveWriter;
import dev.oar.data.ImageSource;
import dev.oar.data.SampleBatch;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Statistics of a reference set that are kept instead of its images.
 *
 * <p>As a NumPy archive: {@code mu [width]} and {@code sigma [width, width]}, float64, which is what pytorch-fid reads and writes.
 * The reference batches of ADM's evaluator (Dhariwal and Nichol, arXiv 2105.05233) have {@code mu_s} and {@code sigma_s} of the
 * spatial features too, and may have the images as {@code arr_0}. None of these says how many images it was computed from, so
 * the number of families is unknown after reading.
 *
 * @param features statistics of the pooled features, for the Frechet distance
 * @param spatial statistics of the spatial features, for its spatial form (sFID), if they are known
 */
public record ReferenceStatistics(GaussianStatistics features, Optional<GaussianStatistics> spatial) {
    private static final String MEAN = "mu";
    private static final String IMAGES = "arr_0";
    private static final String COVARIANCE = "sigma";
    private static final String OF_SPATIAL = "_s";

    /** Four times the features of Inception. */
    private static final int LARGEST_WIDTH = 8192;

    /** Statistics of pooled features alone. */
    public static ReferenceStatistics of(GaussianStatistics features) {
        return new ReferenceStatistics(features, Optional.empty());
    }

    /**
     * Whether a file holds statistics rather than, or beside, images.
     *
     * @throws IOException if it is no NumPy archive
     */
    public static boolean presentIn(Path file) throws IOException {
        try (NumpyArchive archive = NumpyArchive.open(file)) {
            return archive.names().contains(MEAN);
        }
    }

    /**
     * Whether a file holds statistics and no images.
     *
     * @throws IOException if it is no NumPy archive
     */
    public static boolean alone(Path file) throws IOException {
        try (NumpyArchive archive = NumpyArchive.open(file)) {
            return archive.names().contains(MEAN) && !archive.names().contains(IMAGES);
        }
    }

    /**
     * Reads the statistics of a file of pytorch-fid's or of ADM's evaluator.
     *
     * @throws CorruptFileException if it is damaged, or its arrays are missing, of other shapes or not finite
     */
    public static ReferenceStatistics read(Path file) throws IOException {
        try (NumpyArchive archive = NumpyArchive.open(file)) {
            GaussianStatistics features = read(archive, "");
            boolean spatial = archive.names().contains(MEAN + OF_SPATIAL);
            return new ReferenceStatistics(
                    features, spatial ? Optional.of(read(archive, OF_SPATIAL)) : Optional.empty());
        }
    }

    private static GaussianStatistics read(NumpyArchive archive, String ending) throws IOException {
        String covarianceName = COVARIANCE + ending;
        double[] mean = finite(archive, MEAN + ending, 1, LARGEST_WIDTH);
        double[] covariance = finite(archive, covarianceName, 2, mean.length * mean.length);
        if (mean.length == 0
                || archive.array(covarianceName).shape().get(0) != mean.length
                || covariance.length != mean.length * mean.length) {
            throw new CorruptFileException("statistics need one row and column of '" + covarianceName
                    + "' per number of '" + MEAN + ending + "', but " + archive.path() + " has a shape of "
                    + archive.array(covarianceName).shape() + " for " + mean.length
                    + " numbers; compute the statistics anew");
        }
        return new GaussianStatistics(mean, covariance, OptionalInt.empty());
    }

    private static double[] finite(NumpyArchive archive, String name, int axes, int most) throws IOException {
        var unused = archive.array(name, axes);
        double[] values = archive.doubles(name, most);
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new CorruptFileException("statistics must be finite, but '" + name + "' of " + archive.path()
                        + " holds " + values[i] + " at position " + i + "; compute the statistics anew");
            }
        }
        return values;
    }

    /**
     * Writes the statistics; equal statistics give equal bytes.
     *
     * @throws IOException if writing fails
     */
    public void write(Path target) throws IOException {
        NumpyArchiveWriter.write(target, this::addTo);
    }

    /**
     * Writes the images too, as a reference batch of ADM's evaluator, which needs them for precision and recall.
     *
     * @throws IllegalArgumentException if there is no image, or their sizes differ
     * @throws IOException if an image cannot be read, or writing fails
     */
    public void write(Path target, ImageSource images) throws IOException {
        NumpyArchiveWriter.write(target, archive -> {
            SampleBatch.add(archive, images);
            addTo(archive);
        });
    }

    private void addTo(NumpyArchiveWriter archive) throws IOException {
        add(archive, features, "");
        if (spatial.isPresent()) {
            add(archive, spatial.get(), OF_SPATIAL);
        }
    }

    private static void add(NumpyArchiveWriter archive, GaussianStatistics statistics, String ending)
            throws IOException {
        int width = statistics.width();
        archive.doubles(MEAN + ending, statistics.mean(), width);
        archive.doubles(COVARIANCE + ending, statistics.covariance(), width, width);
    }
}
