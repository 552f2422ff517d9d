package dev.oar.data;

import java.nio.file.Path;
import java.util.List;

/**
 * One image of a data set.
 *
 * @param path where it lies; inside a zip, a path of the zip's file system
 * @param fileName its name relative to the data set, with slashes
 * @param classIndex place of its class in {@link ImageFolder#classes()}
 * @param caption a description in words, or empty
 * @param group the name of its family: images that are variants of one picture share it
 * @param furtherCaptions other descriptions, which a model that draws from captions is trained on as often
 */
public record ImageEntry(
        Path path, String fileName, int classIndex, String caption, String group, List<String> furtherCaptions) {}
