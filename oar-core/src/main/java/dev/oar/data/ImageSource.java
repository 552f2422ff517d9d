package dev.oar.data;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the images of a data set lie: a folder, or a zip read in place.
 *
 * @param root the folder, or the folder within the zip
 * @param title the folder's or zip's name without ending
 * @param zip the zip's file system; null for a folder
 */
record ImageSource(Path root, String title, @Nullable FileSystem zip) implements AutoCloseable {
    /** Opens a folder or a zip. */
    static ImageSource open(Path path) throws IOException {
        String name = String.valueOf(path.toAbsolutePath().normalize().getFileName());
        if (Files.isDirectory(path)) {
            return new ImageSource(path.toAbsolutePath().normalize(), name, null);
        }
        if (!Files.isRegularFile(path)) {
            throw new IOException("there is no folder or zip of images at " + path + "; correct the path");
        }
        if (!name.toLowerCase(Locale.ROOT).endsWith(".zip")) {
            throw new IOException(
                    "images must lie in a folder or a .zip, but " + path + " is neither; correct the path");
        }
        FileSystem zip = fileSystem(path);
        try {
            return new ImageSource(root(zip), name.substring(0, name.length() - 4), zip);
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    private static FileSystem fileSystem(Path path) throws IOException {
        try {
            return FileSystems.newFileSystem(path, (ClassLoader) null);
        } catch (IOException | ProviderNotFoundException | IllegalArgumentException e) {
            throw new IOException(
                    path + " cannot be opened as a zip (" + e.getMessage() + "); pack or download it anew", e);
        }
    }

    /** The zip's top, or the only folder at its top if that holds a table or nothing but folders. */
    private static Path root(FileSystem zip) throws IOException {
        Path top = zip.getPath("/");
        List<Path> entries = children(top);
        if (entries.size() != 1 || !Files.isDirectory(entries.get(0))) {
            return top;
        }
        List<Path> below = children(entries.get(0));
        boolean wrapped = below.stream().anyMatch(path -> path.endsWith(MetadataTable.FILE_NAME))
                || !below.isEmpty() && below.stream().allMatch(Files::isDirectory);
        return wrapped ? entries.get(0) : top;
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(path -> {
                        String name = String.valueOf(path.getFileName());
                        return !name.startsWith(".") && !name.startsWith("__MACOSX");
                    })
                    .toList();
        }
    }

    /** What changes when a file's content does: size and checksum in a zip, size and time in a folder. */
    String version(Path file) throws IOException {
        Object mark = zip == null ? Files.getLastModifiedTime(file).toMillis() : Files.getAttribute(file, "zip:crc");
        return Files.size(file) + " " + mark;
    }

    @Override
    public void close() throws IOException {
        if (zip != null) {
            zip.close();
        }
    }
}
