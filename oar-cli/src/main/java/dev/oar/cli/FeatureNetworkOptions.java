package dev.oar.cli;

import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.WeightFiles;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureFiles;
import dev.oar.feature.FeatureNetwork;
import dev.oar.feature.InceptionInput;
import dev.oar.feature.InceptionNetwork;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** In which feature space images are compared. */
final class FeatureNetworkOptions {
    @Option(
            names = "--model",
            paramLabel = "NAME|DIR",
            description = "Compare in the feature space of this model's data set (FD, never called FID; default:"
                    + " noto-emoji-64). With --samples, the model that draws.")
    private @Nullable String model;

    @Option(
            names = "--inception",
            paramLabel = "FILE",
            description = "Compare in the feature space of the FID Inception network: its weights as pytorch-fid"
                    + " publishes them (pt_inception-2015-12-05-6726825d.pth), a file that you have.")
    private @Nullable Path inception;

    @Option(
            names = "--protocol",
            paramLabel = "PROTOCOL",
            description = "How images come to the Inception network: pytorch-fid (default) or adm, as the evaluator of"
                    + " guided-diffusion does it.")
    private @Nullable InceptionInput protocol;

    /** Whether any of the options was given. */
    boolean given() {
        return model != null || inception != null || protocol != null;
    }

    /** The model that draws. */
    String modelName() {
        if (model == null) {
            throw new IllegalArgumentException(
                    "--samples draws with a --model, but there is none; name one ('oar models')");
        }
        return model;
    }

    /** A network to be closed after use. */
    record OpenNetwork(FeatureNetwork network) implements AutoCloseable {
        @Override
        public void close() {
            if (network instanceof InceptionNetwork open) {
                open.close();
            } else if (network instanceof FeatureClassifier open) {
                open.close();
            }
        }
    }

    /** Opens the network that options ask for. */
    static final class Opener {
        private static final String USUAL = "noto-emoji-64";

        private final BundledModels models;

        Opener(BundledModels models) {
            this.models = models;
        }

        OpenNetwork open(FeatureNetworkOptions options) throws IOException {
            if (options.inception != null && options.model != null) {
                throw new IllegalArgumentException(
                        "images are compared in one feature space, but both --model and --inception were given; leave"
                                + " one of them out");
            }
            return openBeside(options);
        }

        /** Where the network that {@link #open} opens lies: a file, or the folder of a model. */
        Path path(FeatureNetworkOptions options) throws IOException {
            return options.inception == null
                    ? models.find(options.model == null ? USUAL : options.model).path()
                    : options.inception;
        }

        /** How images come to the Inception network, if it is the one that {@link #open} opens. */
        Optional<InceptionInput> protocol(FeatureNetworkOptions options) {
            return options.inception == null ? Optional.empty() : Optional.of(input(options.protocol));
        }

        private static InceptionInput input(@Nullable InceptionInput protocol) {
            return protocol == null ? InceptionInput.PYTORCH_FID : protocol;
        }

        /** As {@link #open}, where the model is named to draw with, and compared in only if there is no Inception network. */
        OpenNetwork openBeside(FeatureNetworkOptions options) throws IOException {
            if (options.inception != null) {
                return inception(options.inception, options.protocol);
            }
            if (options.protocol != null) {
                throw new IllegalArgumentException(
                        "--protocol says how images come to the Inception network, but there is no"
                                + " --inception; name a file with its weights");
            }
            ModelFolder folder = models.find(options.model == null ? USUAL : options.model);
            FeatureClassifier classifier = FeatureFiles.read(folder.path());
            return new OpenNetwork(classifier);
        }

        private static OpenNetwork inception(Path file, @Nullable InceptionInput protocol) throws IOException {
            Weights weights = WeightFiles.mapped(file);
            try {
                return new OpenNetwork(new InceptionNetwork(weights, input(protocol)));
            } catch (IllegalArgumentException e) {
                weights.close();
                throw e;
            }
        }
    }
}
