package dev.oar.image;

/**
 * Colours from dark violet over blue and green to bright yellow, for numbers from 0 to 1.
 *
 * <p>The ramp is perceptually uniform by construction: in the OKLCH form of the OKLab colour space (Björn Ottosson, "A
 * perceptual color space for image processing", 2020) lightness and hue change linearly, and chroma is as large as the
 * sRGB gamut allows up to a limit. Lightness alone tells the value, so the ramp survives greyscale printing and colour
 * blindness.
 */
public final class ColourRamp {
    private static final double DARK = 0.27;
    private static final double BRIGHT = 0.93;
    private static final double FIRST_HUE = 300;
    private static final double LAST_HUE = 100;
    private static final double MOST_CHROMA = 0.14;
    private static final int STEPS = 256;

    private static final int[] TABLE = table();

    private ColourRamp() {}

    /**
     * The colour of a value as packed 0xRRGGBB.
     *
     * @param value 0 is darkest, 1 brightest; values outside are clamped
     */
    public static int at(double value) {
        return TABLE[(int) Math.round(Math.max(0, Math.min(1, value)) * (STEPS - 1))];
    }

    private static int[] table() {
        int[] table = new int[STEPS];
        for (int step = 0; step < STEPS; step++) {
            double fraction = step / (STEPS - 1.0);
            double lightness = DARK + (BRIGHT - DARK) * fraction;
            double hue = Math.toRadians(FIRST_HUE + (LAST_HUE - FIRST_HUE) * fraction);
            table[step] = packed(linear(lightness, mostChroma(lightness, hue), hue));
        }
        return table;
    }

    private static double mostChroma(double lightness, double hue) {
        double inside = 0;
        double outside = MOST_CHROMA;
        for (int halving = 0; halving < 30; halving++) {
            double middle = (inside + outside) / 2;
            if (isInGamut(linear(lightness, middle, hue))) {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        return inside;
    }

    private static boolean isInGamut(double[] linear) {
        for (double channel : linear) {
            if (channel < 0 || channel > 1) {
                return false;
            }
        }
        return true;
    }

    /** Linear sRGB of an OKLCH colour. */
    private static double[] linear(double lightness, double chroma, double hue) {
        double a = chroma * Math.cos(hue);
        double b = chroma * Math.sin(hue);
        double l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
        double m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
        double s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
        return new double[] {
            4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s
        };
    }

    private static int packed(double[] linear) {
        int colour = 0;
        for (double channel : linear) {
            double encoded = channel <= 0.0031308 ? 12.92 * channel : 1.055 * Math.pow(channel, 1 / 2.4) - 0.055;
            colour = colour << 8 | (int) Math.round(255 * encoded);
        }
        return colour;
    }

    private static double cube(double value) {
        return value * value * value;
    }
}
