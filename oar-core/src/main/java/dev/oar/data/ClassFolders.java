package dev.oar.data;

import dev.oar.image.DrawnNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Lists the images of a folder whose sub-folders are the classes. */
final class ClassFolders {
    private static final Set<String> IMAGE_ENDINGS = Set.of("png", "jpg", "jpeg", "bmp");
    private static final Set<String> DESKTOP_FILES = Set.of("thumbs.db", "desktop.ini");

    /** What Java decodes bytes to that are no letter. */
    private static final char UNDECODED = '\uFFFD';

    private ClassFolders() {}

    /**
     * All files of all class folders, sorted by name; a folder of images without sub-folders is one class of its own name. What drawing
     * writes beside its images is passed over.
     *
     * @param root where the class folders lie
     * @param title how the data set is called in errors and, if it has no class folders, its only class
     */
    static List<FoundImage> list(Path root, String title) throws IOException {
        List<FoundImage> found = new ArrayList<>();
        List<FoundImage> loose = new ArrayList<>();
        for (Path path : files(root)) {
            Path relative = root.relativize(path);
            String name = name(relative);
            if (DrawnNames.isBesideImages(name)) {
                continue;
            }
            if (relative.getNameCount() > 1) {
                String className = relative.getName(0).toString().replace("/", "");
                found.add(new FoundImage(path, name, className, "", name));
            } else if (IMAGE_ENDINGS.contains(ending(name))) {
                loose.add(new FoundImage(path, name, title, "", name));
            }
        }
        if (!found.isEmpty() && !loose.isEmpty()) {
            throw new IOException("images lie either in class folders or all in one folder, but " + root + " holds "
                    + loose.get(0).fileName() + " beside " + found.get(0).fileName()
                    + "; move every image into the folder of its class");
        }
        List<FoundImage> images = found.isEmpty() ? loose : found;
        images.sort(Comparator.comparing(FoundImage::fileName));
        return images;
    }

    /** The images of a folder at any depth, sorted by name; other files are passed over and nothing is a class. */
    static List<FoundImage> images(Path root) throws IOException {
        return files(root).stream()
                .map(path -> {
                    String name = name(root.relativize(path));
                    return new FoundImage(path, name, "", "", name);
                })
                .filter(image -> IMAGE_ENDINGS.contains(ending(image.fileName())))
                .sorted(Comparator.comparing(FoundImage::fileName))
                .toList();
    }

    /** The name of a file relative to the data set, with slashes on every platform. */
    static String name(Path relative) {
        StringBuilder name = new StringBuilder();
        for (Path part : relative) {
            name.append(name.isEmpty() ? "" : "/").append(part.toString().replace("/", ""));
        }
        return name.toString();
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> walk = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
            List<Path> files = walk.filter(path -> !path.equals(root) && isVisible(root.relativize(path)))
                    .filter(Files::isRegularFile)
                    .toList();
            requireDecoded(root, files);
            return files;
        } catch (UncheckedIOException e) {
            throw new IOException(
                    "the images of " + root + " cannot be listed (" + e.getCause() + "); check the folder", e);
        }
    }

    /** Letters that Java cannot decode all become the same one, and names that differ become equal. */
    private static void requireDecoded(Path root, List<Path> files) throws IOException {
        for (Path file : files) {
            Path relative = root.relativize(file);
            if (root.getFileSystem() == FileSystems.getDefault()
                    && relative.toString().indexOf(UNDECODED) >= 0) {
                throw new IOException("names of files must be readable in the locale of the process, but " + relative
                        + " in " + root + " is not; set LC_ALL=C.UTF-8 before Java starts, or rename it");
            }
        }
    }

    private static boolean isVisible(Path relative) {
        for (Path part : relative) {
            String name = part.toString();
            if (name.startsWith(".") || name.startsWith("__MACOSX")) {
                return false;
            }
        }
        return !DESKTOP_FILES.contains(relative.getFileName().toString().toLowerCase(Locale.ROOT));
    }

    private static String ending(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
