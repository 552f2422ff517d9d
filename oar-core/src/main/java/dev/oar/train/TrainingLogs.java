package dev.oar.train;

import java.nio.file.Path;
import java.util.List;

/** What is written of trainings besides their {@code metrics.jsonl}. */
@FunctionalInterface
public interface TrainingLogs {
    /** Nothing. */
    TrainingLogs NONE = (directory, config, task, settings) -> List.of();

    /** Event files for TensorBoard in the folder of each training, beside its metrics. */
    TrainingLogs TENSORBOARD =
            (directory, config, task, settings) -> List.of(new TensorBoardLog(directory, config, task, settings));

    /**
     * The listeners that write the logs of one training.
     *
     * @param directory the folder of the training
     * @param config how it is trained
     * @param task what is trained
     * @param settings all that is set, as YAML, for people to read
     */
    List<TrainingListener> of(Path directory, TrainingConfig config, TrainingTask task, String settings);
}
