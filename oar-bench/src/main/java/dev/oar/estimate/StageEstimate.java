package dev.oar.estimate;

/**
 * What a stage costs.
 *
 * @param stage its name
 * @param does what it does, in a few words
 * @param parameters of the network that it trains or asks; 0 = none
 * @param operations floating-point operations, a multiplication and an addition being two
 * @param memory at its peak
 * @param disk bytes that it leaves
 * @param seconds how long it takes
 */
public record StageEstimate(
        String stage,
        String does,
        long parameters,
        double operations,
        StageMemory memory,
        double disk,
        double seconds) {}
