package dev.oar.data;

import java.io.IOException;
import java.io.UncheckedIOException;
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

    private ClassFolders() {}

    /**
     * All files of all class folders, sorted by name; a folder of images without sub-folders is one class of its own name.
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
            return walk.filter(path -> !path.equals(root) && isVisible(root.relativize(path)))
                    .filter(Files::isRegularFile)
                    .toList();
        } catch (UncheckedIOException e) {
            throw new IOException(
                    "the images of " + root + " cannot be listed (" + e.getCause() + "); check the folder", e);
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
