package dev.oar.image;

/**
 * RGB from luminance and colour differences of half the width and height, in libwebp's fixed point.
 *
 * <p>A pixel takes 9, 3, 3 and 1 sixteenths of the four samples around it, in two steps that round as libwebp does ("fancy upsampling").
 */
final class Vp8Colours {
    private Vp8Colours() {}

    static RgbaImage toRgb(Vp8Plane luminance, Vp8Plane blue, Vp8Plane red, int width, int height) {
        byte[] rgba = new byte[width * height * 4];
        int[] blues = new int[width];
        int[] reds = new int[width];
        for (int y = 0; y < height; y++) {
            chroma(blue, y, height, blues);
            chroma(red, y, height, reds);
            for (int x = 0; x < width; x++) {
                int light = high(luminance.get(x, y), 19077);
                int at = 4 * (y * width + x);
                rgba[at] = eightBits(light + high(reds[x], 26149) - 14234);
                rgba[at + 1] = eightBits(light - high(blues[x], 6419) - high(reds[x], 13320) + 8708);
                rgba[at + 2] = eightBits(light + high(blues[x], 33050) - 17685);
                rgba[at + 3] = (byte) 255;
            }
        }
        return new RgbaImage(width, height, rgba);
    }

    /** One row of a difference at full width. */
    private static void chroma(Vp8Plane plane, int y, int height, int[] row) {
        int near = y / 2;
        int far = Math.max(0, Math.min((height + 1) / 2 - 1, y % 2 == 0 ? near - 1 : near + 1));
        int width = row.length;
        row[0] = 3 * plane.get(0, near) + plane.get(0, far) + 2 >> 2;
        for (int pair = 1; pair <= (width - 1) / 2; pair++) {
            int nearLeft = plane.get(pair - 1, near);
            int nearRight = plane.get(pair, near);
            int farLeft = plane.get(pair - 1, far);
            int farRight = plane.get(pair, far);
            int sum = nearLeft + nearRight + farLeft + farRight + 8;
            row[2 * pair - 1] = (sum + 2 * (nearRight + farLeft) >> 3) + nearLeft >> 1;
            row[2 * pair] = (sum + 2 * (nearLeft + farRight) >> 3) + nearRight >> 1;
        }
        if (width % 2 == 0) {
            int last = width / 2 - 1;
            row[width - 1] = 3 * plane.get(last, near) + plane.get(last, far) + 2 >> 2;
        }
    }

    private static int high(int value, int factor) {
        return value * factor >> 8;
    }

    private static byte eightBits(int value) {
        return (byte) Vp8Plane.clip(value >> 6);
    }
}
