package dev.oar.data;

/**
 * An image file that cannot be used.
 *
 * @param fileName its name relative to the data set, with slashes
 * @param reason one sentence
 */
public record UnreadableImage(String fileName, String reason) {}
