package dev.oar.feature;

import dev.oar.config.Default;
import java.util.List;

/**
 * The sizes of an {@link AttributeClassifier}.
 *
 * @param channels channels of each stage; every stage halves the side, and the heads see all cells that are left:
 *     as many stages as leave about 4 x 4 to 8 x 8 do
 * @param normGroups groups of every group normalisation, a divisor of all channels
 * @param dropout dropout on the features while training, in [0, 1)
 */
public record AttributeClassifierConfig(
        @Default("[32, 64, 128]") List<Integer> channels,
        @Default("8") int normGroups,
        @Default("0") double dropout) {
    /** Checks the sizes. */
    public AttributeClassifierConfig {
        channels = List.copyOf(channels);
        var unused = new ConvolutionalTrunk(channels, normGroups);
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("dropout must lie in [0, 1), but is " + dropout + "; 0 is off");
        }
    }

    /** Images to features. */
    ConvolutionalTrunk trunk() {
        return new ConvolutionalTrunk(channels, normGroups);
    }
}
