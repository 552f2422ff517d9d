package dev.oar.pipeline;

import java.util.List;

/**
 * What a run would do, found out without doing any of it.
 *
 * @param train images to train on
 * @param test images to test on
 * @param classes the number of classes
 * @param stages the stages in the order in which they run
 */
public record RunPlan(int train, int test, int classes, List<Planned> stages) {
    /** Copies the list. */
    public RunPlan {
        stages = List.copyOf(stages);
    }

    /**
     * One stage.
     *
     * @param stage its name
     * @param done whether it is complete for the same settings and inputs
     */
    public record Planned(StageName stage, boolean done) {}
}
