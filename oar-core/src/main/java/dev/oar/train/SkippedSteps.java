package dev.oar.train;

import dev.oar.checkpoint.Checkpoint;
import dev.oar.file.CorruptFileException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many steps of a training were skipped because their loss or gradient was not finite. */
final class SkippedSteps {
    /** So many in a row end the training. */
    static final int MOST_IN_A_ROW = 10;

    private static final Logger LOG = LoggerFactory.getLogger(SkippedSteps.class);
    private static final String ALL = "skipped-steps";
    private static final String IN_A_ROW = "skipped-steps-in-a-row";

    private long all;
    private long inARow;

    /** The number of all steps skipped so far. */
    long all() {
        return all;
    }

    /** A step was done. */
    void done() {
        inARow = 0;
    }

    /**
     * A step was skipped.
     *
     * @param number its number, from 1
     * @throws ArithmeticException if it is one too many in a row
     */
    void skipped(long number, double loss, double gradientNorm) {
        all++;
        inARow++;
        String cause = Double.isFinite(loss) ? "gradient norm of " + gradientNorm : "loss of " + loss;
        if (inARow >= MOST_IN_A_ROW) {
            throw new ArithmeticException(
                    "a training may skip steps whose loss or gradient is not finite, but not " + MOST_IN_A_ROW
                            + " in a row as steps " + (number - inARow + 1) + " to " + number + ", the last with a "
                            + cause + "; lower learning-rate or clip-norm, or train in float32");
        }
        LOG.warn("step {} was skipped because it had a {}", number, cause);
    }

    /** Adds the counts to the texts of a checkpoint. */
    void save(Map<String, String> state) {
        state.put(ALL, Long.toString(all));
        state.put(IN_A_ROW, Long.toString(inARow));
    }

    /** Takes the counts over from a checkpoint; one that has none was made when no step had been skipped. */
    void restore(Checkpoint checkpoint) throws CorruptFileException {
        all = count(checkpoint, ALL);
        inARow = count(checkpoint, IN_A_ROW);
    }

    private static long count(Checkpoint checkpoint, String name) throws CorruptFileException {
        String saved = checkpoint.state().getOrDefault(name, "0");
        try {
            return Long.parseUnsignedLong(saved);
        } catch (NumberFormatException e) {
            throw new CorruptFileException(
                    "a checkpoint's " + name + " must be a whole number of at least 0, but " + checkpoint.directory()
                            + " says '" + saved + "'; delete it to resume from the one before",
                    e);
        }
    }
}
