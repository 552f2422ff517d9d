package dev.oar.benchmark;

import java.util.Optional;
import java.util.OptionalDouble;

/** What a row says of its target. */
public enum Verdict {
    /** The target is reached. */
    MET,
    /** It is not. */
    MISSED,
    /** There is none: the row is there to be compared with. */
    CONTEXT;

    /** The verdict of a value and its fraction of the roofline. */
    static Verdict of(Optional<Target> target, double value, OptionalDouble share) {
        if (target.isEmpty()) {
            return CONTEXT;
        }
        return target.get().isMet(value, share) ? MET : MISSED;
    }
}
