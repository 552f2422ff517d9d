package dev.oar.cli;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The work that Spark's executors can do. */
enum SparkTask {
    TOKENIZE("tokenize"),
    EXTRACT("extract"),
    GENERATE("generate"),
    FEATURES("statistics"),
    PRETRAIN("pretrain"),
    FINETUNE("finetune"),
    RUN("run");

    private static final Set<SparkTask> TRAINING = EnumSet.of(PRETRAIN, FINETUNE, RUN);

    private final String command;

    SparkTask(String command) {
        this.command = command;
    }

    /** Whether executors do it together, as ranks of one training; else piece by piece. */
    boolean trains() {
        return TRAINING.contains(this);
    }

    /** The command whose work it is. */
    String command() {
        return command;
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The task of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static SparkTask named(String word) {
        return Arrays.stream(values())
                .filter(task -> task.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("spark-submit begins with a task, one of "
                        + Arrays.stream(values()).map(SparkTask::word).collect(Collectors.joining(", ")) + ", but "
                        + (word.isEmpty() ? "there is none" : "'" + word + "' is none")
                        + "; for example: oar spark-submit extract RECIPE --out DIR"));
    }
}
