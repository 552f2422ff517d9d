package dev.oar.generate;

import dev.oar.config.Default;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.GuidanceScale;
import dev.oar.decode.SamplingFilter;
import dev.oar.tensor.WeightFormat;
import java.util.Optional;

/**
 * How images are drawn. Each guidance schedule but the first two is that of a public model; what a schedule needs beside the
 * scale must be given with it and with no other.
 *
 * @param order in which order cells are filled
 * @param guidanceScale classifier-free guidance; 1 = off
 * @param guidanceSchedule how the scale changes
 * @param temperature sampling temperature
 * @param topK how many of the most probable tokens may be drawn; 0 = all
 * @param topP nucleus of probabilities that may be drawn; 1 = all
 * @param guidancePower for {@link GuidanceSchedule#POWER_COSINE}: 0 to 100; the larger, the later guidance grows
 * @param guidedCells for {@link GuidanceSchedule#FIRST_CELLS}: how many cells are filled under guidance, at least 0
 * @param weightFormat how the weights of the model's linear layers are kept while it draws
 */
public record Drawing(
        DrawingOrder order,
        @Default("1") double guidanceScale,
        @Default("constant") GuidanceSchedule guidanceSchedule,
        @Default("1") double temperature,
        @Default("0") int topK,
        @Default("1") double topP,
        Optional<Double> guidancePower,
        Optional<Integer> guidedCells,
        @Default("float32") WeightFormat weightFormat) {

    /** How the guidance scale changes while cells are filled. */
    public enum GuidanceSchedule {
        /** The same at every step. */
        CONSTANT,
        /** From 1 at the first cell to the full scale, see {@link GuidanceScale.Linear}. */
        LINEAR,
        /** From 1 to the full scale at the last step, see {@link GuidanceScale.LinearAhead}. */
        LINEAR_AHEAD,
        /** From 1 to the full scale by a cosine of a power, see {@link GuidanceScale.PowerCosine}. */
        POWER_COSINE,
        /** The full scale for the first cells, none for the rest, see {@link GuidanceScale.FirstCells}. */
        FIRST_CELLS
    }

    /** Checks the numbers by making what they stand for. */
    public Drawing {
        var unused = new SamplingFilter(temperature, topK, topP);
        requireBelonging("guidance-power", guidancePower.isPresent(), GuidanceSchedule.POWER_COSINE, guidanceSchedule);
        requireBelonging("guided-cells", guidedCells.isPresent(), GuidanceSchedule.FIRST_CELLS, guidanceSchedule);
        var unusedScale = scale(guidanceScale, guidanceSchedule, guidancePower, guidedCells);
    }

    /** A drawing with weights in float32. */
    public Drawing(
            DrawingOrder order,
            double guidanceScale,
            GuidanceSchedule guidanceSchedule,
            double temperature,
            int topK,
            double topP,
            Optional<Double> guidancePower,
            Optional<Integer> guidedCells) {
        this(
                order,
                guidanceScale,
                guidanceSchedule,
                temperature,
                topK,
                topP,
                guidancePower,
                guidedCells,
                WeightFormat.FLOAT32);
    }

    /** A drawing whose guidance schedule needs no number of its own. */
    public Drawing(
            DrawingOrder order,
            double guidanceScale,
            GuidanceSchedule guidanceSchedule,
            double temperature,
            int topK,
            double topP) {
        this(order, guidanceScale, guidanceSchedule, temperature, topK, topP, Optional.empty(), Optional.empty());
    }

    /** This order without guidance and filters. */
    public static Drawing of(DrawingOrder order) {
        return new Drawing(order, 1, GuidanceSchedule.CONSTANT, 1, 0, 1);
    }

    /** The same drawing in another order. */
    public Drawing withOrder(DrawingOrder other) {
        return new Drawing(
                other,
                guidanceScale,
                guidanceSchedule,
                temperature,
                topK,
                topP,
                guidancePower,
                guidedCells,
                weightFormat);
    }

    /** The same drawing at another guidance scale. */
    public Drawing withGuidanceScale(double other) {
        return new Drawing(
                order, other, guidanceSchedule, temperature, topK, topP, guidancePower, guidedCells, weightFormat);
    }

    /** The same drawing with weights in another format. */
    public Drawing withWeightFormat(WeightFormat other) {
        return new Drawing(
                order, guidanceScale, guidanceSchedule, temperature, topK, topP, guidancePower, guidedCells, other);
    }

    /** The decoder's guidance. */
    public ClassifierFreeGuidance guidance() {
        return new ClassifierFreeGuidance(scale(guidanceScale, guidanceSchedule, guidancePower, guidedCells));
    }

    /** The decoder's filter. */
    public SamplingFilter filter() {
        return new SamplingFilter(temperature, topK, topP);
    }

    private static GuidanceScale scale(
            double scale, GuidanceSchedule schedule, Optional<Double> power, Optional<Integer> cells) {
        return switch (schedule) {
            case CONSTANT -> new GuidanceScale.Linear(scale, scale);
            case LINEAR -> new GuidanceScale.Linear(1, scale);
            case LINEAR_AHEAD -> new GuidanceScale.LinearAhead(scale);
            case POWER_COSINE -> new GuidanceScale.PowerCosine(scale, power.orElseThrow());
            case FIRST_CELLS -> new GuidanceScale.FirstCells(scale, cells.orElseThrow());
        };
    }

    private static void requireBelonging(
            String number, boolean given, GuidanceSchedule owner, GuidanceSchedule schedule) {
        if (given != (schedule == owner)) {
            String word = GenerationParameters.word(owner);
            throw new IllegalArgumentException(number + " must be given with the guidance-schedule " + word
                    + " and with no other, but was " + (given ? "" : "not ") + "given with "
                    + GenerationParameters.word(schedule) + "; "
                    + (given ? "leave it out or choose " + word : "add it"));
        }
    }
}
