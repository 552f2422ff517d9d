package dev.oar.benchmark;

import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What was measured for a row; with the machine's limits, which are known in the end, it becomes one.
 *
 * @param name the row's name
 * @param unit what is counted
 * @param value what the repetitions gave
 * @param roofline the least seconds for one image, token or step that limits allow; empty if there is no model of cost
 * @param formula how that, or the value of a ratio, comes about, and how it was measured
 * @param target what should be reached, if anything
 */
public record Figure(
        String name,
        Unit unit,
        Spread value,
        Optional<ToDoubleFunction<MachineLimits>> roofline,
        String formula,
        Optional<Target> target) {
    /** A figure with a roofline. */
    static Figure of(
            String name,
            Unit unit,
            Spread value,
            ToDoubleFunction<MachineLimits> roofline,
            String formula,
            Optional<Target> target) {
        return new Figure(name, unit, value, Optional.of(roofline), formula, target);
    }

    /** A figure without roofline. */
    static Figure of(String name, Unit unit, Spread value, String formula, Optional<Target> target) {
        return new Figure(name, unit, value, Optional.empty(), formula, target);
    }

    /** The row on a machine of these limits. */
    BenchmarkRow row(MachineLimits limits) {
        return roofline.map(least -> BenchmarkRow.of(name, unit, value, least.applyAsDouble(limits), formula, target))
                .orElseGet(() -> BenchmarkRow.of(name, unit, value, formula, target));
    }

    /** How many times as fast as another figure this one is, median to median, the ends by the ends. */
    Spread timesAsFastAs(Figure slower) {
        double[] own = seconds();
        double[] other = slower.seconds();
        return new Spread(
                other[1] / own[1],
                other[0] / own[2],
                other[2] / own[0],
                Math.min(value.repetitions(), slower.value.repetitions()));
    }

    /** The least, median and largest seconds. */
    private double[] seconds() {
        double first = unit.seconds(value.min());
        double last = unit.seconds(value.max());
        return new double[] {Math.min(first, last), unit.seconds(value.median()), Math.max(first, last)};
    }
}
