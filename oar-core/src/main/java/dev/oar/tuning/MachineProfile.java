package dev.oar.tuning;

import dev.oar.tensor.Device;
import dev.oar.tensor.Precision;
import dev.oar.tensor.WeightFormat;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How long the operations that decide about speed took on a machine, and which precisions and weight formats are to be preferred there.
 * {@link MachineProfiles} measures and keeps it.
 *
 * <p>A narrower format is preferred only if it was at least a tenth faster than float32, so that chance does not decide; among the
 * formats, only those that round nothing but the weights are. Others are a choice of quality that nobody makes for the user.
 *
 * @param training seconds of a forward and backward pass, by work and precision
 * @param products seconds of products with the same weights, by number of rows and format; formats that a device lacks are missing
 */
public record MachineProfile(
        Map<TrainingWork, Map<Precision, Double>> training, Map<ProductRows, Map<WeightFormat, Double>> products) {
    /** How many times as fast as float32 a narrower format must be. */
    static final double WORTHWHILE = 1.1;

    /** Checks that float32, which all are compared with, was measured, and copies the maps. */
    public MachineProfile {
        training = copied(TrainingWork.class, Precision.class, training);
        products = copied(ProductRows.class, WeightFormat.class, products);
        for (TrainingWork work : TrainingWork.values()) {
            require(training.getOrDefault(work, Map.of()), Precision.FLOAT32);
        }
        for (ProductRows rows : ProductRows.values()) {
            require(products.getOrDefault(rows, Map.of()), WeightFormat.FLOAT32);
        }
    }

    /** The precision that a training of this kind is faster in. */
    public Precision fastest(TrainingWork work) {
        return preferred(training.getOrDefault(work, Map.of()), Precision.FLOAT32);
    }

    /** The fastest format of those that round nothing but the weights. */
    public WeightFormat fastest(ProductRows rows) {
        Map<WeightFormat, Double> candidates = new EnumMap<>(products.getOrDefault(rows, Map.of()));
        candidates.keySet().removeIf(WeightFormat::roundsInputs);
        return preferred(candidates, WeightFormat.FLOAT32);
    }

    /** How many times as long as in float32 a training of this kind takes; empty if that was not measured. */
    public Optional<Double> slowdown(TrainingWork work, Precision precision) {
        return ratio(training.getOrDefault(work, Map.of()), precision, Precision.FLOAT32);
    }

    /** How many times as long as in float32 products with weights of this format take; empty if that was not measured. */
    public Optional<Double> slowdown(ProductRows rows, WeightFormat format) {
        return ratio(products.getOrDefault(rows, Map.of()), format, WeightFormat.FLOAT32);
    }

    /** What a user who chose this precision should know before waiting; empty if it is no slower than float32. */
    public Optional<String> warning(TrainingWork work, Precision precision) {
        return slowdown(work, precision)
                .filter(factor -> factor >= WORTHWHILE)
                .map(factor -> String.format(
                        Locale.ROOT,
                        "on this machine %s takes %.1f times as long as float32 for %s; precision: auto chooses what is"
                                + " faster",
                        word(precision),
                        factor,
                        words(work)));
    }

    /** What a user who chose this format should know before waiting; empty if it is no slower than float32. */
    public Optional<String> warning(ProductRows rows, WeightFormat format) {
        return slowdown(rows, format)
                .filter(factor -> factor >= WORTHWHILE)
                .map(factor -> String.format(
                        Locale.ROOT,
                        "on this machine weights in %s take %.1f times as long as in float32 for products of %s; the weight"
                                + " format auto chooses what is faster",
                        word(format),
                        factor,
                        words(rows)));
    }

    /** One line about what was found. */
    public String summary() {
        return "tokenizers train fastest in " + word(fastest(TrainingWork.CONVOLUTIONS)) + " here, transformers in "
                + word(fastest(TrainingWork.LINEAR_LAYERS)) + "; weights are fastest in "
                + word(fastest(ProductRows.FEW)) + " for drawing one image, in " + word(fastest(ProductRows.MANY))
                + " for many";
    }

    /** Names and seconds, such as {@code CONVOLUTIONS.FLOAT32}, for a file. */
    Map<String, String> entries() {
        Map<String, String> entries = new TreeMap<>();
        training.forEach((work, times) -> times.forEach((precision, seconds) ->
                entries.put(work + "." + precision, String.format(Locale.ROOT, "%.4g", seconds))));
        products.forEach((rows, times) -> times.forEach(
                (format, seconds) -> entries.put(rows + "." + format, String.format(Locale.ROOT, "%.4g", seconds))));
        return entries;
    }

    /** What a file holds; empty unless every operation that this device has is there, with a time that can be. */
    static Optional<MachineProfile> parse(Map<String, String> entries, Device device) {
        Map<TrainingWork, Map<Precision, Double>> training = new EnumMap<>(TrainingWork.class);
        Map<ProductRows, Map<WeightFormat, Double>> products = new EnumMap<>(ProductRows.class);
        try {
            for (TrainingWork work : TrainingWork.values()) {
                Map<Precision, Double> times = new EnumMap<>(Precision.class);
                for (Precision precision : Precision.values()) {
                    times.put(precision, Double.valueOf(entries.getOrDefault(work + "." + precision, "")));
                }
                training.put(work, times);
            }
            for (ProductRows rows : ProductRows.values()) {
                Map<WeightFormat, Double> times = new EnumMap<>(WeightFormat.class);
                for (WeightFormat format : WeightFormat.values()) {
                    if (format.runsOn(device)) {
                        times.put(format, Double.valueOf(entries.getOrDefault(rows + "." + format, "")));
                    }
                }
                products.put(rows, times);
            }
            return Optional.of(new MachineProfile(training, products));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static <F> F preferred(Map<F, Double> seconds, F usual) {
        double bound = seconds.getOrDefault(usual, Double.POSITIVE_INFINITY) / WORTHWHILE;
        return seconds.entrySet().stream()
                .filter(entry -> entry.getValue() <= bound)
                .min(Comparator.comparingDouble(entry -> entry.getValue()))
                .map(Map.Entry::getKey)
                .orElse(usual);
    }

    private static <F> Optional<Double> ratio(Map<F, Double> seconds, F format, F usual) {
        Double asked = seconds.get(format);
        Double compared = seconds.get(usual);
        return asked == null || compared == null ? Optional.empty() : Optional.of(asked / compared);
    }

    private static <F> void require(Map<F, Double> seconds, F usual) {
        boolean sound = seconds.containsKey(usual)
                && seconds.values().stream().allMatch(each -> each > 0 && each < Double.POSITIVE_INFINITY);
        if (!sound) {
            throw new IllegalArgumentException("a machine's profile needs positive times, that of " + usual
                    + " among them, but has " + seconds + "; measure it again");
        }
    }

    private static <K extends Enum<K>, F extends Enum<F>> Map<K, Map<F, Double>> copied(
            Class<K> keys, Class<F> formats, Map<K, Map<F, Double>> times) {
        Map<K, Map<F, Double>> copy = new EnumMap<>(keys);
        times.forEach((key, each) -> {
            Map<F, Double> inner = new EnumMap<>(formats);
            inner.putAll(each);
            copy.put(key, Collections.unmodifiableMap(inner));
        });
        return Collections.unmodifiableMap(copy);
    }

    /** The word that recipes and options have for a constant. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String words(TrainingWork work) {
        return switch (work) {
            case CONVOLUTIONS -> "training tokenizers and feature networks";
            case LINEAR_LAYERS -> "training transformers";
        };
    }

    private static String words(ProductRows rows) {
        return switch (rows) {
            case FEW -> "few rows";
            case MANY -> "many rows";
        };
    }
}
