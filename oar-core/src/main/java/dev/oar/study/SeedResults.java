package dev.oar.study;

import dev.oar.evaluate.EvaluationReport;
import java.util.Map;

/**
 * What a study found under one seed.
 *
 * @param seed the seed
 * @param report figures of all arms, and their comparison with the baseline
 * @param speeds images drawn per second by arm and order, as far as it is known; of one process, whatever else ran beside it
 */
public record SeedResults(long seed, EvaluationReport report, Map<String, Map<String, Double>> speeds) {}
