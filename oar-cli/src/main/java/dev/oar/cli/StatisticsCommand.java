package dev.oar.cli;

import dev.oar.data.ImageSet;
import dev.oar.data.ResultPlace;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.FeatureJob;
import dev.oar.evaluate.GaussianStatistics;
import dev.oar.evaluate.InceptionFeatures;
import dev.oar.evaluate.ReferenceStatistics;
import dev.oar.feature.InceptionNetwork;
import dev.oar.piece.MadePieces;
import dev.oar.piece.PieceMakers;
import dev.oar.tensor.LibTorch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the statistics of a set of images, so that it need not be read again for every comparison. */
@Command(
        name = "statistics",
        sortOptions = false,
        description = {
            "Writes mean and covariance of a set's features to an .npz, which 'oar evaluate --reference' takes in place of the"
                    + " images; pytorch-fid reads it, too.",
            "",
            "With the Inception network it also holds the statistics of spatial features (mu_s, sigma_s), and with --images"
                    + " the images themselves: a reference batch for the evaluator of guided-diffusion."
        })
final class StatisticsCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Interruption interruption;
    private final FeatureNetworkOptions.Opener networks;
    private final Optional<PieceMakers> makers;

    @Parameters(paramLabel = "SET", description = "A folder, zip or tar of images, or an .npz batch.")
    private Path set = Path.of("");

    @Mixin
    private FeatureNetworkOptions network = new FeatureNetworkOptions();

    @Option(
            names = "--image-size",
            paramLabel = "PIXELS",
            description = "Crop and resize all images to squares of this side (default: they must be of one size).")
    private @Nullable Integer imageSize;

    @Option(
            names = "--batch-size",
            paramLabel = "B",
            defaultValue = "32",
            description = "Images per forward pass (default: ${DEFAULT-VALUE}).")
    private int batchSize = 32;

    @Option(names = "--images", description = "Also write the images.")
    private boolean images;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file to write, an .npz.")
    private Path out = Path.of("");

    StatisticsCommand(
            Terminal terminal,
            Interruption interruption,
            FeatureNetworkOptions.Opener networks,
            Optional<PieceMakers> makers) {
        this.terminal = terminal;
        this.interruption = interruption;
        this.networks = networks;
        this.makers = makers;
    }

    @Override
    public Integer call() throws IOException {
        if (!out.toString().toLowerCase(Locale.ROOT).endsWith(".npz")) {
            throw new IllegalArgumentException("--out must name a file that ends in .npz, but is " + out);
        }
        ResultPlace.requireOutside(out, set);
        LibTorch.load();
        try (ImageSet source = imageSize == null ? ImageSet.open(set) : ImageSet.open(set, imageSize);
                FeatureNetworkOptions.OpenNetwork open = networks.open(network)) {
            SetEvaluation.noteLeftOut(terminal, set, source);
            ReferenceStatistics statistics = statistics(source, open);
            if (images) {
                statistics.write(out, source);
            } else {
                statistics.write(out);
            }
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "wrote the statistics of %d images, features: %s, to %s%n",
                            source.count(),
                            open.network().name(),
                            out);
        }
        return 0;
    }

    private ReferenceStatistics statistics(ImageSet source, FeatureNetworkOptions.OpenNetwork open) throws IOException {
        if (makers.isPresent()) {
            return madeBy(makers.get(), source, open);
        }
        try (ProgressView progress = ProgressView.of(terminal)) {
            IntConsumer done = images -> {
                interruption.check();
                progress.show("features", images, source.count(), "");
            };
            if (open.network() instanceof InceptionNetwork inception) {
                InceptionFeatures features = InceptionFeatures.of(inception, source, batchSize, done);
                return new ReferenceStatistics(
                        GaussianStatistics.of(features.pool()), Optional.of(GaussianStatistics.of(features.spatial())));
            }
            return ReferenceStatistics.of(
                    GaussianStatistics.of(FeatureExtraction.of(open.network(), source, batchSize, done)));
        }
    }

    /** The statistics of features that others make. */
    private ReferenceStatistics madeBy(PieceMakers others, ImageSet source, FeatureNetworkOptions.OpenNetwork open)
            throws IOException {
        FeatureJob job = FeatureJob.of(
                source,
                imageSize == null ? 0 : imageSize,
                open.network(),
                networks.path(network),
                networks.protocol(network),
                batchSize,
                out);
        try (ProgressView progress = ProgressView.of(terminal)) {
            MadePieces pieces = others.make(job, done -> {
                interruption.check();
                progress.show("features", done, source.count(), "");
            });
            ReferenceStatistics statistics;
            if (open.network() instanceof InceptionNetwork) {
                InceptionFeatures features = job.readInception(pieces);
                statistics = new ReferenceStatistics(
                        GaussianStatistics.of(features.pool()), Optional.of(GaussianStatistics.of(features.spatial())));
            } else {
                statistics = ReferenceStatistics.of(
                        GaussianStatistics.of(job.read(pieces, open.network().width())));
            }
            pieces.delete();
            return statistics;
        }
    }
}
