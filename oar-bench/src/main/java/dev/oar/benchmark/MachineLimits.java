package dev.oar.benchmark;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * What the machine can do at most, measured on the threads in force.
 *
 * @param readBandwidth bytes per second that a sum over a large tensor reads
 * @param products floating-point operations per second of large matrix products, by the type of the weights, by the best kernel at hand;
 *     float16 and int8 may be missing
 * @param vectorProducts bytes of weights per second in products of few rows with weights that no cache holds, by their type
 */
public record MachineLimits(
        double readBandwidth, Map<WeightType, Double> products, Map<WeightType, Double> vectorProducts) {
    /** Types that a GPU, or an earlier version of the benchmark, does not know. */
    private static final Set<WeightType> OPTIONAL = EnumSet.of(WeightType.FLOAT16, WeightType.INT8);

    /** Copies the maps. */
    public MachineLimits {
        products = sorted(products);
        vectorProducts = sorted(vectorProducts);
        for (WeightType type : WeightType.values()) {
            boolean missing =
                    OPTIONAL.contains(type) && !products.containsKey(type) && !vectorProducts.containsKey(type);
            if (missing) {
                continue;
            }
            if (!(readBandwidth > 0) || !positive(products, type) || !positive(vectorProducts, type)) {
                throw new IllegalArgumentException("the limits of a machine must be positive numbers for every type of"
                        + " weights, but those of " + type.label() + " are not; measure them again");
            }
        }
    }

    /** Whether products with weights of this type were measured. */
    boolean knows(WeightType type) {
        return products.containsKey(type);
    }

    /** Floating-point operations per second of large products with weights of this type. */
    public double products(WeightType type) {
        return products.getOrDefault(type, 0.0);
    }

    /** Bytes of weights of this type per second in products of few rows. */
    public double vectorProducts(WeightType type) {
        return vectorProducts.getOrDefault(type, 0.0);
    }

    /** The larger of either limit: what runs beside a measurement makes it smaller, never larger. */
    MachineLimits orMore(MachineLimits other) {
        return new MachineLimits(
                Math.max(readBandwidth, other.readBandwidth),
                larger(products, other.products),
                larger(vectorProducts, other.vectorProducts));
    }

    /** The smaller of the fractions of another machine's bandwidth and float32 products. */
    double shareOf(MachineLimits other) {
        return Math.min(
                readBandwidth / other.readBandwidth, products(WeightType.FLOAT32) / other.products(WeightType.FLOAT32));
    }

    private static Map<WeightType, Double> larger(Map<WeightType, Double> first, Map<WeightType, Double> second) {
        Map<WeightType, Double> larger = new EnumMap<>(first);
        second.forEach((type, rate) -> larger.merge(type, rate, Math::max));
        return larger;
    }

    private static Map<WeightType, Double> sorted(Map<WeightType, Double> rates) {
        Map<WeightType, Double> sorted = new EnumMap<>(WeightType.class);
        sorted.putAll(rates);
        return Collections.unmodifiableMap(sorted);
    }

    private static boolean positive(Map<WeightType, Double> rates, WeightType type) {
        return rates.getOrDefault(type, 0.0) > 0;
    }
}
