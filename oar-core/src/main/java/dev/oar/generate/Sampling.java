package dev.oar.generate;

import dev.oar.config.Default;
import dev.oar.decode.SamplingFilter;

/**
 * Which tokens may be drawn, and how likely.
 *
 * @param temperature sampling temperature
 * @param topK how many of the most probable tokens may be drawn; 0 = all
 * @param topP nucleus of probabilities that may be drawn; 1 = all
 */
public record Sampling(
        @Default("1") double temperature,
        @Default("0") int topK,
        @Default("1") double topP) {
    /** The model's own distribution. */
    public static final Sampling NONE = new Sampling(1, 0, 1);

    /** Checks the numbers by making what they stand for. */
    public Sampling {
        var unused = new SamplingFilter(temperature, topK, topP);
    }

    /** The decoder's filter. */
    public SamplingFilter filter() {
        return new SamplingFilter(temperature, topK, topP);
    }
}
