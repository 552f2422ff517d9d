package dev.oar.parity;

import dev.oar.file.CorruptFileException;
import dev.oar.train.LearningRateSchedule;

/** Learning-rate schedules of a case's settings, by the names that Hugging Face's transformers gives them. */
final class Rates {
    private final LearningRateSchedule schedule;
    private final long steps;

    private Rates(LearningRateSchedule schedule, long steps) {
        this.schedule = schedule;
        this.steps = steps;
    }

    /**
     * Reads a schedule.
     *
     * @throws CorruptFileException if it is of no known name
     */
    static Rates of(Settings settings) throws CorruptFileException {
        int warmUp = settings.integer("num_warmup_steps");
        LearningRateSchedule schedule = switch (settings.text("name")) {
            case "cosine" -> {
                settings.fixed("num_cycles", 0.5);
                yield new LearningRateSchedule.Cosine(warmUp, settings.number("min_lr_ratio"));
            }
            case "linear" -> new LearningRateSchedule.Linear(warmUp);
            case "constant_with_warmup" -> new LearningRateSchedule.Constant(warmUp);
            default -> throw settings.refused("name", "cosine, linear or constant_with_warmup");
        };
        return new Rates(schedule, settings.integer("num_training_steps"));
    }

    /** The rate of the step that follows after so many. */
    double rate(double peak, long step) {
        return schedule.rate(peak, step, steps);
    }
}
