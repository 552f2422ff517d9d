package dev.oar.image;

import java.util.Arrays;

/** Samples of luminance or of a colour difference, with the row above and the column to the left that prediction takes for them. */
final class Vp8Plane {
    private static final int ABOVE = 127;
    private static final int LEFT = 129;

    final int width;
    final int height;
    private final int stride;
    private final byte[] samples;

    Vp8Plane(int width, int height) {
        this.width = width;
        this.height = height;
        this.stride = width + 1;
        this.samples = new byte[stride * (height + 1)];
        for (int y = 0; y < height; y++) {
            samples[(y + 1) * stride] = (byte) LEFT;
        }
        Arrays.fill(samples, 0, stride, (byte) ABOVE);
    }

    /** A sample; rows and columns begin at -1. */
    int get(int x, int y) {
        return samples[(y + 1) * stride + x + 1] & 255;
    }

    /** Sets a sample to the nearest of 0 to 255. */
    void set(int x, int y, int value) {
        samples[(y + 1) * stride + x + 1] = (byte) clip(value);
    }

    /** Where a sample lies in {@link #at}. */
    int index(int x, int y) {
        return (y + 1) * stride + x + 1;
    }

    /** The distance of two samples of a column in {@link #at}. */
    int stride() {
        return stride;
    }

    int at(int index) {
        return samples[index] & 255;
    }

    void put(int index, int value) {
        samples[index] = (byte) clip(value);
    }

    static int clip(int value) {
        return value < 0 ? 0 : Math.min(value, 255);
    }
}
