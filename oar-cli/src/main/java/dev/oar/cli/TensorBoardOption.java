package dev.oar.cli;

import dev.oar.train.TrainingLogs;
import picocli.CommandLine.Option;

/** Whether trainings are written down for TensorBoard, too; for commands that train. */
final class TensorBoardOption {
    @Option(
            names = "--tensorboard",
            description = {
                "Also write event files for TensorBoard, beside the metrics.jsonl of every training; 'tensorboard --logdir DIR' shows them,"
                        + " also while training goes on."
            })
    private boolean given;

    /** Whether it was asked for. */
    boolean given() {
        return given;
    }

    /** What is written of trainings besides their metrics. */
    TrainingLogs logs() {
        return given ? TrainingLogs.TENSORBOARD : TrainingLogs.NONE;
    }
}
