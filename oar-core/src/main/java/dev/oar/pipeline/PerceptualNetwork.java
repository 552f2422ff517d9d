package dev.oar.pipeline;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.Lpips;
import dev.oar.feature.LpipsFiles;
import dev.oar.tensor.Device;
import dev.oar.tokenizer.PerceptualDistance;
import dev.oar.tokenizer.PerceptualLossConfig;
import dev.oar.tokenizer.VqLossConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the network of a tokenizer's perceptual loss comes from: a stage of the run, or files that the user brings. */
sealed interface PerceptualNetwork {
    /** The stages that must have been run before. */
    List<Stage> needs();

    /** The loss as fingerprints know it: files by what they hold instead of where they are. */
    VqLossConfig identified(VqLossConfig loss) throws IOException;

    /** Opens the network on the run's device; close it after use. */
    Open open() throws IOException;

    /**
     * The network of a loss, if it has one.
     *
     * @throws IllegalArgumentException if files of it are missing
     */
    static Optional<PerceptualNetwork> of(RunContext context, VqLossConfig loss) {
        return loss.perceptual().map(part -> {
            if (part instanceof PerceptualLossConfig.Lpips lpips) {
                Path vgg = context.baseDirectory().resolve(lpips.weights());
                Optional<Path> heads = lpips.heads().map(context.baseDirectory()::resolve);
                LpipsFiles.require(vgg, heads);
                return new OfFiles(lpips, vgg, heads, context.device());
            }
            return new Trained(FeaturesStage.ofTokenizerLoss(context), context.device());
        });
    }

    /**
     * A distance and what owns its network.
     *
     * @param distance lives as long as the owner
     */
    record Open(PerceptualDistance distance, Runnable owner) implements AutoCloseable {
        @Override
        public void close() {
            owner.run();
        }
    }

    /** The features of a classifier that a stage of the run trains. */
    record Trained(FeaturesStage stage, Device device) implements PerceptualNetwork {
        @Override
        public List<Stage> needs() {
            return List.of(stage);
        }

        @Override
        public VqLossConfig identified(VqLossConfig loss) {
            return loss;
        }

        @Override
        public Open open() throws IOException {
            FeatureClassifier classifier = stage.network();
            var unused = classifier.weights().movedTo(device);
            return new Open(classifier.perceptualDistance(), classifier::close);
        }
    }

    /** LPIPS from files. */
    final class OfFiles implements PerceptualNetwork {
        private final PerceptualLossConfig.Lpips config;
        private final Path vgg;
        private final Optional<Path> heads;
        private final Device device;
        private PerceptualLossConfig.@Nullable Lpips identified;

        OfFiles(PerceptualLossConfig.Lpips config, Path vgg, Optional<Path> heads, Device device) {
            this.config = config;
            this.vgg = vgg;
            this.heads = heads;
            this.device = device;
        }

        @Override
        public List<Stage> needs() {
            return List.of();
        }

        @Override
        public VqLossConfig identified(VqLossConfig loss) throws IOException {
            PerceptualLossConfig.Lpips known = identified;
            if (known == null) {
                Optional<String> ofHeads =
                        heads.isPresent() ? Optional.of(Fingerprint.ofFile(heads.get())) : Optional.empty();
                known = new PerceptualLossConfig.Lpips(Fingerprint.ofFile(vgg), ofHeads, config.weight());
                identified = known;
            }
            return loss.withPerceptual(known);
        }

        @Override
        public Open open() throws IOException {
            Lpips lpips = LpipsFiles.read(vgg, heads).movedTo(device);
            return new Open(lpips, lpips::close);
        }
    }
}
