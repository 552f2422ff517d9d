package dev.oar.data;

import java.nio.file.Path;

/** An image as a folder or a table lists it, before it was looked at. */
record FoundImage(Path path, String fileName, String className, String caption, String group) {}
