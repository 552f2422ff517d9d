package dev.oar.estimate;

import dev.oar.config.Require;
import java.util.Optional;

/**
 * An accelerator by its data sheet.
 *
 * @param name the word that it is asked for by
 * @param bfloat16 dense bfloat16 products, TFLOP/s; absent where it has none
 * @param tf32 dense products of float32 numbers rounded to TF32, TFLOP/s, which convolutions use; absent where it has none
 * @param float32 products in float32, TFLOP/s
 * @param memory gigabytes, 10^9 bytes
 * @param bandwidth of that memory, gigabytes a second
 * @param utilisation the fraction of these that large trainings reach, in (0, 1]
 */
public record Accelerator(
        String name,
        Optional<Double> bfloat16,
        Optional<Double> tf32,
        double float32,
        double memory,
        double bandwidth,
        double utilisation) {
    private static final double TERA = 1e12;
    private static final double GIGA = 1e9;

    /** Seven numbers of four bytes that a step of AdamW moves per parameter: reads weight, gradient and two moments, writes all but one. */
    private static final double OPTIMISER_BYTES = 28;

    /** Checks that the figures are positive. */
    public Accelerator {
        Require.that(
                float32 > 0 && memory > 0 && bandwidth > 0 && bfloat16.orElse(1.0) > 0 && tf32.orElse(1.0) > 0,
                "the figures of an accelerator must be positive, but those of %s are not; correct the table",
                name);
        Rates.requireUtilisation(utilisation);
    }

    /**
     * How fast it works.
     *
     * @param training whether the transformer is trained in bfloat16 where that is there
     * @param extraction whether orders are extracted so
     * @param used the fraction of its figures that is reached, in (0, 1]
     */
    Rates rates(boolean training, boolean extraction, double used) {
        Rates.requireUtilisation(used);
        double narrow = bfloat16.orElse(float32);
        return new Rates(
                (training ? narrow : float32) * TERA * used,
                OPTIMISER_BYTES / (bandwidth * GIGA * used),
                (extraction ? narrow : float32) * TERA * used,
                float32 * TERA * used,
                tf32.orElse(float32) * TERA * used,
                bandwidth * GIGA * used,
                Rates.HostSeconds.OF_ACCELERATORS);
    }

    /** What numbers it computes in. */
    String precision(boolean narrow) {
        return narrow && bfloat16.isPresent() ? "bfloat16" : "float32";
    }

    /** Its memory in bytes. */
    double memoryBytes() {
        return memory * GIGA;
    }
}
