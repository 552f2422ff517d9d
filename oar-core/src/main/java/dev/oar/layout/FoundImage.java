package dev.oar.layout;

import java.nio.file.Path;
import java.util.List;

/** An image as a folder or a table lists it, before it was looked at; of the attributes asked for, the value of each. */
public record FoundImage(
        Path path, String fileName, String className, String caption, String group, List<String> attributes) {
    /** An image without attributes. */
    public FoundImage(Path path, String fileName, String className, String caption, String group) {
        this(path, fileName, className, caption, group, List.of());
    }
}
