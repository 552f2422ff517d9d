package dev.oar.message;

import java.util.List;
import java.util.Optional;

/**
 * How a job stands.
 *
 * @param id its name
 * @param kind what it does
 * @param model the model that draws
 * @param state where it is
 * @param place its place in the queue while it waits; 1 is next
 * @param count how many images it is asked for
 * @param progress share of its cells that are drawn, 0 to 1
 * @param images those that are done
 * @param problem why it was given up
 */
public record JobStatus(
        String id,
        String kind,
        String model,
        JobState state,
        Optional<Integer> place,
        int count,
        double progress,
        List<JobImage> images,
        Optional<Problem> problem) {}
