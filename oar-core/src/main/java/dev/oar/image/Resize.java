package dev.oar.image;

/**
 * Antialiased resampling that gives the bytes of Pillow's {@code Image.resize}.
 *
 * <p>Each output pixel is a weighted sum of the input pixels under a filter whose support grows with the reduction; rows first,
 * then columns, both in fixed point with 22 fractional bits and rounding to 8 bits in between. The tokenizers that users
 * bring were trained on images scaled this way, and a drift here would change their tokens.
 */
public final class Resize {
    private static final int FRACTION_BITS = 22;

    private Resize() {}

    private enum Filter {
        BOX(0.5) {
            @Override
            double weight(double x) {
                return x > -0.5 && x <= 0.5 ? 1 : 0;
            }
        },
        BICUBIC(2) {
            @Override
            double weight(double x) {
                double a = -0.5;
                double distance = Math.abs(x);
                if (distance < 1) {
                    return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
                }
                return distance < 2 ? (((distance - 5) * distance + 8) * distance - 4) * a : 0;
            }
        };

        final double support;

        Filter(double support) {
            this.support = support;
        }

        abstract double weight(double x);
    }

    /**
     * For each output position the first input position and the fixed-point weights from there on.
     *
     * @param unchanged whether input and output sizes agree, so that this pass is left out
     */
    private record Weights(int[] first, int[][] values, boolean unchanged) {
        static Weights of(Filter filter, int inputSize, int outputSize, int start, int count) {
            double scale = (double) inputSize / outputSize;
            double filterScale = Math.max(scale, 1);
            double support = filter.support * filterScale;
            int[] first = new int[count];
            int[][] values = new int[count][];
            for (int i = 0; i < count; i++) {
                double centre = (start + i + 0.5) * scale;
                int low = Math.max(0, (int) (centre - support + 0.5));
                int high = Math.min(inputSize, (int) (centre + support + 0.5));
                first[i] = low;
                values[i] = fixedPoint(filter, low, high, centre, 1 / filterScale);
            }
            return new Weights(first, values, inputSize == outputSize);
        }

        private static int[] fixedPoint(Filter filter, int low, int high, double centre, double inverseScale) {
            double[] weights = new double[high - low];
            double sum = 0;
            for (int i = 0; i < weights.length; i++) {
                weights[i] = filter.weight((i + low - centre + 0.5) * inverseScale);
                sum += weights[i];
            }
            int[] fixed = new int[weights.length];
            for (int i = 0; i < fixed.length; i++) {
                double scaled = weights[i] / sum * (1 << FRACTION_BITS);
                fixed[i] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
            }
            return fixed;
        }
    }

    /**
     * Resizes with a box filter: at integer reductions the mean of each block.
     *
     * @param width new width, at least 1
     * @param height new height, at least 1
     */
    public static RgbImage box(RgbImage image, int width, int height) {
        return resample(image, Filter.BOX, width, height, 0, 0, width, height);
    }

    /**
     * Resizes with the antialiased bicubic filter (a = -0.5).
     *
     * @param width new width, at least 1
     * @param height new height, at least 1
     */
    public static RgbImage bicubic(RgbImage image, int width, int height) {
        return bicubic(image, width, height, 0, 0, width, height);
    }

    /**
     * A window of the resized image; nothing outside of it is computed, so an extreme format costs no memory.
     *
     * @param width width of the whole resized image
     * @param height height of the whole resized image
     * @param left first column of the window
     * @param top first row of the window
     * @param windowWidth columns of the window
     * @param windowHeight rows of the window
     */
    public static RgbImage bicubic(
            RgbImage image, int width, int height, int left, int top, int windowWidth, int windowHeight) {
        return resample(image, Filter.BICUBIC, width, height, left, top, windowWidth, windowHeight);
    }

    private static RgbImage resample(
            RgbImage image,
            Filter filter,
            int width,
            int height,
            int left,
            int top,
            int windowWidth,
            int windowHeight) {
        if (width < 1
                || height < 1
                || left < 0
                || top < 0
                || windowWidth < 1
                || windowHeight < 1
                || left > width - windowWidth
                || top > height - windowHeight) {
            throw new IllegalArgumentException("a window must lie within the resized image, but " + windowWidth + " x "
                    + windowHeight + " pixels at (" + left + ", " + top + ") do not fit " + width + " x " + height
                    + "; choose a smaller window");
        }
        Weights columns = Weights.of(filter, image.width(), width, left, windowWidth);
        Weights rows = Weights.of(filter, image.height(), height, top, windowHeight);
        return vertical(horizontal(image, columns), rows);
    }

    private static RgbImage horizontal(RgbImage image, Weights weights) {
        int width = weights.first().length;
        if (weights.unchanged() && width == image.width()) {
            return image;
        }
        byte[] source = image.rgb();
        byte[] target = new byte[Math.multiplyExact(Math.multiplyExact(image.height(), width), 3)];
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < width; x++) {
                int start = (y * image.width() + weights.first()[x]) * 3;
                mix(source, start, 3, weights.values()[x], target, (y * width + x) * 3);
            }
        }
        return new RgbImage(width, image.height(), target);
    }

    private static RgbImage vertical(RgbImage image, Weights weights) {
        int height = weights.first().length;
        if (weights.unchanged() && height == image.height()) {
            return image;
        }
        int rowBytes = image.width() * 3;
        byte[] target = new byte[Math.multiplyExact(height, rowBytes)];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < image.width(); x++) {
                int start = weights.first()[y] * rowBytes + x * 3;
                mix(image.rgb(), start, rowBytes, weights.values()[y], target, y * rowBytes + x * 3);
            }
        }
        return new RgbImage(image.width(), height, target);
    }

    private static void mix(byte[] source, int start, int stride, int[] weights, byte[] target, int position) {
        int red = 1 << (FRACTION_BITS - 1);
        int green = red;
        int blue = red;
        int from = start;
        for (int weight : weights) {
            red += weight * (source[from] & 0xff);
            green += weight * (source[from + 1] & 0xff);
            blue += weight * (source[from + 2] & 0xff);
            from += stride;
        }
        target[position] = clipped(red);
        target[position + 1] = clipped(green);
        target[position + 2] = clipped(blue);
    }

    private static byte clipped(int fixed) {
        return (byte) Math.max(0, Math.min(255, fixed >> FRACTION_BITS));
    }
}
