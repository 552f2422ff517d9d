package dev.oar.message;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * How sure a model was, in one step, of every cell that its order asked about, a byte a cell: short enough to be told at every step.
 *
 * @param low the least of them, by the order's measure
 * @param high the greatest
 * @param levels in base64 a byte for each cell of the grid, row by row: 0 where it was not asked about, else 1 to 255 evenly from low to
 *     high
 */
public record CandidateConfidences(double low, double high, String levels) {
    private static final int LEVELS = 254;

    /**
     * Those of a step.
     *
     * @param confidences of each cell of the grid; what is no finite number was not asked about
     * @return nothing if no cell was asked about
     */
    public static Optional<CandidateConfidences> of(double... confidences) {
        double[] asked = Arrays.stream(confidences).filter(Double::isFinite).toArray();
        if (asked.length == 0) {
            return Optional.empty();
        }
        double low = Arrays.stream(asked).min().orElseThrow();
        double high = Arrays.stream(asked).max().orElseThrow();
        double scale = high > low ? LEVELS / (high - low) : 0;
        byte[] levels = new byte[confidences.length];
        for (int cell = 0; cell < levels.length; cell++) {
            if (Double.isFinite(confidences[cell])) {
                levels[cell] = (byte) (1 + Math.round((confidences[cell] - low) * scale));
            }
        }
        return Optional.of(
                new CandidateConfidences(low, high, Base64.getEncoder().encodeToString(levels)));
    }
}
