package dev.oar.pipeline;

import dev.oar.checkpoint.Safetensors;
import dev.oar.data.ImageFolder;
import dev.oar.tokenizer.PerceptualDistance;
import dev.oar.tokenizer.TokenizerConfig;
import dev.oar.tokenizer.VqTokenizer;
import dev.oar.train.TokenizerTraining;
import dev.oar.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Trains the tokenizer. */
final class TrainedTokenizerStage extends TokenizerStage {
    static final String FILE = "tokenizer.safetensors";

    private final Recipe.TokenizerSection section;
    private final Optional<PerceptualNetwork> perceptual;

    /**
     * The tokenizer of a recipe's section.
     *
     * @param perceptual the network of its loss's perceptual part, if it has one
     */
    TrainedTokenizerStage(RunContext context, Recipe.TokenizerSection section, Optional<PerceptualNetwork> perceptual) {
        super(context, perceptual.map(PerceptualNetwork::needs).orElse(List.of()));
        this.section = section;
        this.perceptual = perceptual;
    }

    @Override
    String settings() throws IOException {
        return StageTraining.settings(context(), identified());
    }

    @Override
    String settingsButSteps() throws IOException {
        return StageTraining.settings(
                context(), identified().with(section.training().butSteps()));
    }

    /** The section with files known by what they hold, wherever they are. */
    private Recipe.TokenizerSection identified() throws IOException {
        return perceptual.isPresent() ? section.with(perceptual.get().identified(section.loss())) : section;
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        ImageFolder images = StageTraining.images(context());
        if (perceptual.isPresent()) {
            try (PerceptualNetwork.Open network = perceptual.get().open()) {
                train(images, Optional.of(network.distance()), directory);
            }
        } else {
            train(images, Optional.empty(), directory);
        }
        try (VqTokenizer tokenizer = open(directory.resolve(FILE))) {
            return measure(tokenizer);
        }
    }

    private void train(ImageFolder images, Optional<PerceptualDistance> distance, Path directory) throws IOException {
        TrainingConfig training = section.training();
        try (VqTokenizer tokenizer =
                        context().device().compute(() -> VqTokenizer.initialise(section.network(), training.seed()));
                TokenizerTraining task = new TokenizerTraining(
                        tokenizer, images, identified().loss(), distance, section.codebookUsage(), training)) {
            StageTraining.train(this, training, task, Optional.empty(), directory, FILE);
        }
    }

    @Override
    TokenizerConfig config() {
        return section.network();
    }

    @Override
    Path weightsFile() throws IOException {
        return file(FILE);
    }

    @Override
    VqTokenizer tokenizer() throws IOException {
        return open(weightsFile());
    }

    private VqTokenizer open(Path file) throws IOException {
        return new VqTokenizer(
                section.network(), Safetensors.weights(file).movedTo(context().device()));
    }
}
