package dev.oar.layout;

import java.nio.file.Path;
import java.util.List;

/**
 * An image as a folder or a table lists it, before it was looked at.
 *
 * @param attributes of those asked for, the value of each
 * @param furtherCaptions other descriptions of the same image
 */
public record FoundImage(
        Path path,
        String fileName,
        String className,
        String caption,
        String group,
        List<String> attributes,
        List<String> furtherCaptions) {
    /** An image with at most one caption. */
    public FoundImage(
            Path path, String fileName, String className, String caption, String group, List<String> attributes) {
        this(path, fileName, className, caption, group, attributes, List.of());
    }

    /** The same image in another class. */
    FoundImage withClass(String otherClass) {
        return new FoundImage(path, fileName, otherClass, caption, group, attributes, furtherCaptions);
    }

    /** An image without attributes. */
    public FoundImage(Path path, String fileName, String className, String caption, String group) {
        this(path, fileName, className, caption, group, List.of());
    }
}
