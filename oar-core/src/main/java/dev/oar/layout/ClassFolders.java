package dev.oar.layout;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * Lists the images of a folder whose sub-folders are the classes; a folder of images without sub-folders is one class of its own
 * name.
 *
 * <p>Images lie in the folder of their class itself. Deeper ones are of a class that nobody has named, so they are refused. What is
 * no picture is passed over and named.
 */
public final class ClassFolders {
    private final ImageArchive source;
    private final List<FoundImage> loose = new ArrayList<>();
    private final List<FoundImage> inClasses = new ArrayList<>();
    private final List<String> deeper = new ArrayList<>();

    private ClassFolders(ImageArchive source) {
        this.source = source;
    }

    /** All pictures of all class folders, sorted by name. */
    public static Listing list(ImageArchive source) throws IOException {
        return new ClassFolders(source).list();
    }

    private Listing list() throws IOException {
        SortedMap<String, Path> pictures = Listing.pictures(source);
        pictures.forEach(this::add);
        requireOneDepth();
        if (!loose.isEmpty()) {
            DescribingFiles.requireNone(source);
        }
        List<String> others = source.files().keySet().stream()
                .filter(name -> !pictures.containsKey(name))
                .toList();
        List<String> notes = new ArrayList<>(Listing.passedOver(source.path(), others));
        notes.addAll(notesOfFolders());
        return new Listing(inClasses.isEmpty() ? loose : inClasses, new LeftOut(others), notes);
    }

    private void add(String name, Path path) {
        String[] parts = name.split("/");
        if (parts.length == 1) {
            loose.add(new FoundImage(path, name, source.title(), "", name));
        } else if (parts.length == 2) {
            inClasses.add(new FoundImage(path, name, parts[0], "", name));
        } else {
            deeper.add(name);
        }
    }

    private void requireOneDepth() throws IOException {
        if (!deeper.isEmpty()) {
            String first = deeper.get(0);
            String folder = first.substring(0, first.indexOf('/'));
            boolean holdsImages =
                    inClasses.stream().anyMatch(image -> image.className().equals(folder));
            throw new IOException("every sub-folder of " + source.path()
                    + " is a class and holds its images itself, but " + first + " lies deeper; "
                    + (holdsImages
                            ? "move it up into " + folder + ", or name the classes in a metadata.csv"
                            : "give " + source.alone(folder) + " if the classes are in there, or move the images up"));
        }
        if (!inClasses.isEmpty() && !loose.isEmpty()) {
            throw new IOException("images lie either in class folders or all in one folder, but " + source.path()
                    + " holds " + loose.get(0).fileName() + " beside "
                    + inClasses.get(0).fileName() + "; move every image into the folder of its class");
        }
    }

    private List<String> notesOfFolders() {
        Set<String> classes = inClasses.stream().map(FoundImage::className).collect(Collectors.toSet());
        List<String> empty = source.folders().stream()
                .filter(folder -> !classes.contains(folder))
                .toList();
        return Listing.note(source.path(), "folders without images, which are no classes", empty);
    }
}
