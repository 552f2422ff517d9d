package dev.oar.train;

/**
 * When this process was done with its own gradients of a step, and when those of all processes were added up, by {@link System#nanoTime}. On
 * one machine the times of several processes can be compared.
 *
 * @param gradientsDone the backward pass had ended
 * @param summed all sums were there
 */
public record SumTimes(long gradientsDone, long summed) {}
