package dev.oar.pipeline;

import dev.oar.checkpoint.Safetensors;
import dev.oar.order.CounterRandom;
import dev.oar.train.TrainingConfig;
import dev.oar.train.TrainingListener;
import dev.oar.train.TrainingLoop;
import dev.oar.train.TrainingProgress;
import dev.oar.train.TrainingResult;
import dev.oar.train.TrainingTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What all training stages do alike. */
final class StageTraining {
    private StageTraining() {}

    /** The recipe's settings under a seed derived from the recipe's and the section's own. */
    static TrainingConfig seeded(TrainingConfig training, long recipeSeed, String purpose) {
        return training.withSeed(CounterRandom.of(recipeSeed, purpose).bits(training.seed()));
    }

    /** Trains to the end and writes the weights to use as a safetensors file. */
    static void train(Stage stage, TrainingConfig config, TrainingTask task, Path directory, String fileName)
            throws IOException {
        TrainingListener progress = new TrainingProgress(
                stage.name().label(),
                (name, step, total, loss, imagesPerSecond) ->
                        stage.progress("training", step, total, loss, imagesPerSecond));
        try (TrainingResult result = TrainingLoop.run(config, task, directory, List.of(progress))) {
            Safetensors.write(
                    directory.resolve(fileName),
                    result.weights().asMap(),
                    Map.of("format", "pt", "steps", Long.toString(result.steps())));
        }
    }
}
