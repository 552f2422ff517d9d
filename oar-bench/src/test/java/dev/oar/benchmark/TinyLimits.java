package dev.oar.benchmark;

import java.util.EnumMap;
import java.util.Map;

/** Limits of machines that do not exist, and sizes that take no time. */
final class TinyLimits {
    static final LimitSizes SIZES = new LimitSizes(1 << 12, 8, 64, 64, 4, 1 << 16, 1);

    private TinyLimits() {}

    /** A machine with one rate of products, whatever the type of the weights. */
    static MachineLimits of(double readBandwidth, double products) {
        Map<WeightType, Double> rates = new EnumMap<>(WeightType.class);
        for (WeightType type : WeightType.values()) {
            rates.put(type, products);
        }
        return new MachineLimits(readBandwidth, rates, rates);
    }
}
