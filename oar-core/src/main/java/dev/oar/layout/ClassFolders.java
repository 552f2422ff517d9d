package dev.oar.layout;

import dev.oar.file.CorruptFileException;
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
        return list(source, Problems.REFUSED);
    }

    /** All pictures that lie where classes have theirs. */
    static Listing list(ImageArchive source, Problems problems) throws IOException {
        return new ClassFolders(source).list(problems);
    }

    private Listing list(Problems problems) throws IOException {
        SortedMap<String, Path> pictures = Listing.pictures(source);
        if (pictures.isEmpty()) {
            ParquetFiles.requireNone(source);
        }
        pictures.forEach(this::add);
        deeper(problems);
        loose(problems);
        if (!loose.isEmpty() && inClasses.isEmpty()) {
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

    private void deeper(Problems problems) throws CorruptFileException {
        Set<String> classes = classes();
        for (String name : deeper) {
            String folder = name.substring(0, name.indexOf('/'));
            problems.found(
                    ListingProblem.MISPLACED,
                    name,
                    new CorruptFileException("every sub-folder of " + source.path()
                            + " is a class and holds its images itself, but " + name + " lies deeper; "
                            + (classes.contains(folder)
                                    ? "move it up into " + folder + ", or name the classes in a metadata.csv"
                                    : "give " + source.alone(folder)
                                            + " if the classes are in there, or move the images up")));
        }
    }

    private void loose(Problems problems) throws CorruptFileException {
        if (inClasses.isEmpty()) {
            return;
        }
        for (FoundImage image : loose) {
            problems.found(
                    ListingProblem.MISPLACED,
                    image.fileName(),
                    new CorruptFileException("images lie either in class folders or all in one folder, but "
                            + source.path() + " holds " + image.fileName() + " beside "
                            + inClasses.get(0).fileName() + "; move every image into the folder of its class"));
        }
    }

    private Set<String> classes() {
        return inClasses.stream().map(FoundImage::className).collect(Collectors.toSet());
    }

    private List<String> notesOfFolders() {
        Set<String> classes = classes();
        List<String> empty = source.folders().stream()
                .filter(folder -> !classes.contains(folder))
                .toList();
        return Listing.note(source.path(), "folders without images, which are no classes", empty);
    }
}
