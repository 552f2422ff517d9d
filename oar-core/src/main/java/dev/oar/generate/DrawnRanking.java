package dev.oar.generate;

import dev.oar.config.Require;
import dev.oar.data.CalibrationTable;
import dev.oar.decode.Calibrated;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.ConfidenceRanking;
import dev.oar.decode.ConfidenceRanking.FillFirst;
import dev.oar.decode.OrderNoise;
import dev.oar.decode.OrderPolicy;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** What dynamic and spaced orders have in common: a ranking of cells that images can be drawn by, calibrated or not. */
final class DrawnRanking {
    private DrawnRanking() {}

    /**
     * A policy, calibrated by the table in a file if there is one.
     *
     * @throws IOException if the file cannot be read, or is of another measure
     */
    static OrderPolicy calibrated(OrderPolicy policy, ConfidenceRanking ranking, Optional<String> file)
            throws IOException {
        if (file.isEmpty()) {
            return policy;
        }
        CalibrationTable table = CalibrationTable.read(Path.of(file.get()));
        if (!table.measure().equals(ranking.confidence().word())) {
            throw new CorruptFileException("a calibration is of the measure that cells rank by, "
                    + ranking.confidence().word() + ", but " + file.get() + " is of " + table.measure()
                    + "; choose that confidence, or extract orders by this one");
        }
        return new Calibrated(policy, table);
    }

    /** Refuses a measure that looks at the answer. */
    static void require(ConfidenceRanking ranking) {
        Require.that(
                !ranking.confidence().needsGroundTruth(),
                "%s looks at the answer and cannot be used for drawing; choose %s",
                ranking.confidence().word(),
                ConfidenceMeasure.wordsForDrawing());
    }

    /** What tells orders of this ranking from others in their names; nothing of the usual measure without noise. */
    static String words(ConfidenceRanking ranking) {
        String first = ranking.fillFirst() == FillFirst.LEAST_CONFIDENT ? ", least confident first" : "";
        String measure = ranking.confidence() == ConfidenceMeasure.NEGATIVE_ENTROPY
                ? ""
                : ", by " + ranking.confidence().word();
        return measure
                + first
                + ranking.noise().told()
                + (ranking.localityWeight() == 0 ? "" : ", locality " + OrderNoise.trimmed(ranking.localityWeight()));
    }
}
