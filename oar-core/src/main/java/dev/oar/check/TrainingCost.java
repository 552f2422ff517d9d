package dev.oar.check;

import java.util.List;

/**
 * What training on a set would cost.
 *
 * @param recipe the recipe that it was estimated for
 * @param machine what it was estimated for, and how
 * @param stages the stages in the sequence in which they run
 * @param notes what was assumed and what does not fit, each in one sentence
 */
public record TrainingCost(String recipe, String machine, List<Stage> stages, List<String> notes) {
    /**
     * What one stage costs.
     *
     * @param stage its name
     * @param hours how long it takes, in hours, about
     * @param memoryBytes the memory that it holds at its peak, in bytes, about
     * @param diskBytes what it leaves on disk, in bytes
     */
    public record Stage(String stage, double hours, double memoryBytes, double diskBytes) {}

    /** Keeps copies. */
    public TrainingCost {
        stages = List.copyOf(stages);
        notes = List.copyOf(notes);
    }

    /** The hours of all stages. */
    public double hours() {
        return stages.stream().mapToDouble(Stage::hours).sum();
    }

    /** The bytes on disk that all stages leave. */
    public double diskBytes() {
        return stages.stream().mapToDouble(Stage::diskBytes).sum();
    }
}
