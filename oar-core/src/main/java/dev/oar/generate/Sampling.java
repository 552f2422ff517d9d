package dev.oar.generate;

import dev.oar.config.Default;
import dev.oar.config.Keys;
import dev.oar.decode.EntropyTemperature;
import dev.oar.decode.SamplingFilter;
import dev.oar.decode.TokenFilter;

/**
 * Which tokens may be drawn, and how likely.
 *
 * @param temperature sampling temperature
 * @param topK how many of the most probable tokens may be drawn; 0 = all
 * @param topP nucleus of probabilities that may be drawn; 1 = all
 * @param temperatureSchedule how the temperature of a cell hangs on its distribution
 */
@Keys({"temperature", "top-k", "top-p"})
public record Sampling(
        @Default("1") double temperature,
        @Default("0") int topK,
        @Default("1") double topP,
        @Default("constant") TemperatureSchedule temperatureSchedule) {
    /** The model's own distribution. */
    public static final Sampling NONE = new Sampling(1, 0, 1);

    /** Checks the numbers by making what they stand for. */
    public Sampling {
        var unused = new SamplingFilter(temperature, topK, topP);
    }

    /** How the temperature of a cell hangs on its distribution. */
    public enum TemperatureSchedule {
        /** Not at all. */
        CONSTANT,
        /** Cells that the model is sure of are drawn at a higher temperature than others, see {@link EntropyTemperature}. */
        ENTROPY
    }

    /** The same temperature everywhere. */
    public Sampling(double temperature, int topK, double topP) {
        this(temperature, topK, topP, TemperatureSchedule.CONSTANT);
    }

    /** The decoder's filter. */
    public TokenFilter filter() {
        return switch (temperatureSchedule) {
            case CONSTANT -> new SamplingFilter(temperature, topK, topP);
            case ENTROPY -> new EntropyTemperature(temperature, topK, topP);
        };
    }
}
