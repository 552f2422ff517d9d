package dev.oar.benchmark;

import dev.oar.config.Require;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One measured figure.
 *
 * @param name parts from the general to the special, parted by slashes; {@code oar bench --only} takes the beginning of one
 * @param unit what is counted
 * @param value what the repetitions gave
 * @param roofline the least seconds that the machine's limits allow for one image, token or step; empty if there is no model of cost
 * @param share the roofline over the median's seconds; empty without roofline
 * @param formula how the roofline, or the value of a ratio, comes about, and how it was measured
 * @param target what should be reached, if anything
 * @param verdict whether the median reaches it
 */
public record BenchmarkRow(
        String name,
        Unit unit,
        Spread value,
        OptionalDouble roofline,
        OptionalDouble share,
        String formula,
        Optional<Target> target,
        Verdict verdict) {
    /** Checks that the verdict follows from the numbers. */
    public BenchmarkRow {
        Require.that(
                roofline.isPresent() == share.isPresent() && verdict == Verdict.of(target, value.median(), share),
                "a row's share and verdict must follow from its numbers, but those of %s do not; measure it again",
                name);
    }

    /** A row with a roofline in seconds per image, token or step. */
    static BenchmarkRow of(
            String name, Unit unit, Spread value, double roofline, String formula, Optional<Target> target) {
        OptionalDouble share = OptionalDouble.of(roofline / unit.seconds(value.median()));
        return new BenchmarkRow(
                name,
                unit,
                value,
                OptionalDouble.of(roofline),
                share,
                formula,
                target,
                Verdict.of(target, value.median(), share));
    }

    /** A row without roofline. */
    static BenchmarkRow of(String name, Unit unit, Spread value, String formula, Optional<Target> target) {
        OptionalDouble none = OptionalDouble.empty();
        return new BenchmarkRow(
                name, unit, value, none, none, formula, target, Verdict.of(target, value.median(), none));
    }
}
