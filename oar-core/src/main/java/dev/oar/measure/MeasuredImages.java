package dev.oar.measure;

import dev.oar.data.ImageSource;

/**
 * A set of images to compare.
 *
 * @param label name in tables
 * @param fingerprint of all images and their names
 * @param images the images, which stay the caller's
 */
public record MeasuredImages(String label, String fingerprint, ImageSource images) {}
