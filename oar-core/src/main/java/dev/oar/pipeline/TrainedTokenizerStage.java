package dev.oar.pipeline;

import dev.oar.checkpoint.Safetensors;
import dev.oar.data.ImageFolder;
import dev.oar.tokenizer.TokenizerConfig;
import dev.oar.tokenizer.VqTokenizer;
import dev.oar.train.TokenizerTraining;
import dev.oar.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Trains the tokenizer. */
final class TrainedTokenizerStage extends TokenizerStage {
    static final String FILE = "tokenizer.safetensors";

    private final Recipe.TokenizerSection section;

    TrainedTokenizerStage(RunContext context, Recipe.TokenizerSection section) {
        super(context);
        this.section = section;
    }

    @Override
    String settings() throws IOException {
        return StageTraining.settings(context(), section);
    }

    @Override
    String settingsButSteps() throws IOException {
        return StageTraining.settings(context(), section.with(section.training().butSteps()));
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        ImageFolder images = StageTraining.images(context());
        TrainingConfig training = section.training();
        try (VqTokenizer tokenizer =
                        context().device().compute(() -> VqTokenizer.initialise(section.network(), training.seed()));
                TokenizerTraining task =
                        new TokenizerTraining(tokenizer, images, section.loss(), section.codebookUsage(), training)) {
            StageTraining.train(this, training, task, Optional.empty(), directory, FILE);
        }
        try (VqTokenizer tokenizer = open(directory.resolve(FILE))) {
            return measure(tokenizer);
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
