package dev.oar.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ColourRampTests {
    @Test
    void lightnessGrowsByEqualSteps() {
        double dark = lightness(ColourRamp.at(0));
        double bright = lightness(ColourRamp.at(1));
        assertThat(bright - dark).isGreaterThan(0.6);
        for (int step = 0; step <= 255; step++) {
            assertThat(lightness(ColourRamp.at(step / 255.0)))
                    .as("step %d", step)
                    .isCloseTo(dark + (bright - dark) * step / 255, within(0.004));
        }
    }

    @Test
    void valuesOutsideAreClamped() {
        assertThat(ColourRamp.at(-3)).isEqualTo(ColourRamp.at(0));
        assertThat(ColourRamp.at(7)).isEqualTo(ColourRamp.at(1));
        assertThat(ColourRamp.at(Double.NaN)).isEqualTo(ColourRamp.at(0));
    }

    /** The lightness of OKLab, by its forward definition. */
    private static double lightness(int colour) {
        double red = linear(colour >> 16 & 255);
        double green = linear(colour >> 8 & 255);
        double blue = linear(colour & 255);
        return 0.2104542553 * Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
                + 0.7936177850 * Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
                - 0.0040720468 * Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
    }

    private static double linear(int channel) {
        double encoded = channel / 255.0;
        return encoded <= 0.04045 ? encoded / 12.92 : Math.pow((encoded + 0.055) / 1.055, 2.4);
    }
}
