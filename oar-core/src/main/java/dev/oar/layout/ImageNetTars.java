package dev.oar.layout;

import dev.oar.tar.TarDirectory;
import dev.oar.tar.TarPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** ImageNet's official tars in a set, as far as their images are not there unpacked as well. */
final class ImageNetTars {
    private static final String TRAINING = "ILSVRC2012_img_train.tar";
    private static final String VALIDATION = "ILSVRC2012_img_val.tar";
    private static final Pattern OF_CLASS = Pattern.compile("n\\d{8}\\.tar");

    private final ImageArchive source;
    private final SortedMap<String, Path> images = new TreeMap<>();
    private final Set<String> read = new HashSet<>();
    private final List<String> others = new ArrayList<>();
    private final List<String> links = new ArrayList<>();
    private final List<String> again = new ArrayList<>();
    private final Set<String> classes = new HashSet<>();
    private boolean hasValidation;

    private ImageNetTars(ImageArchive source) {
        this.source = source;
    }

    /** Whether a name is that of one of them. */
    static boolean isOfficial(String name) {
        String file = LayoutFiles.last(name);
        return file.equals(TRAINING)
                || file.equals(VALIDATION)
                || OF_CLASS.matcher(file).matches();
    }

    /**
     * Lists the tars of a set.
     *
     * @param unpacked names of the images that lie there as files of their own
     */
    static ImageNetTars open(ImageArchive source, Set<String> unpacked) throws IOException {
        ImageNetTars tars = new ImageNetTars(source);
        for (String name : unpacked) {
            boolean validation = ImageNetLayout.isValidation(name) || ImageNetLayout.isFlatValidation(name);
            tars.hasValidation |= validation;
            if (!validation) {
                ImageNetLayout.classOf(name).ifPresent(tars.classes::add);
            }
        }
        tars.open();
        return tars;
    }

    private void open() throws IOException {
        for (Map.Entry<String, Path> file : source.files().entrySet()) {
            if (OF_CLASS.matcher(LayoutFiles.last(file.getKey())).matches()
                    && openClass(file.getKey(), file.getValue())) {
                read.add(file.getKey());
            }
        }
        // Tars of classes that were taken out of the training tar come first, so that no class is read twice.
        for (Map.Entry<String, Path> file : source.files().entrySet()) {
            String last = LayoutFiles.last(file.getKey());
            if (last.equals(TRAINING)) {
                openTraining(file.getKey(), file.getValue());
                read.add(file.getKey());
            } else if (last.equals(VALIDATION) && hasValidation) {
                again.add(file.getKey());
            } else if (last.equals(VALIDATION)) {
                hasValidation = true;
                openImages(file.getKey(), file.getValue());
                read.add(file.getKey());
            }
        }
    }

    private void openTraining(String name, Path tar) throws IOException {
        for (TarPath file : list(name, tar)) {
            String within = name + "/" + file.name();
            if (OF_CLASS.matcher(LayoutFiles.last(file.name())).matches()) {
                openClass(within, file);
            } else {
                others.add(within);
            }
        }
    }

    /** Whether the class was not there already. */
    private boolean openClass(String name, Path tar) throws IOException {
        String last = LayoutFiles.last(name);
        if (!classes.add(last.substring(0, last.length() - ".tar".length()))) {
            again.add(name);
            return false;
        }
        openImages(name, tar);
        return true;
    }

    private void openImages(String name, Path tar) throws IOException {
        for (TarPath file : list(name, tar)) {
            String within = name + "/" + LayoutFiles.last(file.name());
            if (!ImageArchive.isVisible(file.name())) {
                continue;
            }
            if (LayoutFiles.isImage(file.name())) {
                LayoutFiles.require(
                        images.put(within, file) == null,
                        "every image has a name of its own, but %s holds %s in two folders; take one out",
                        source.place(name),
                        LayoutFiles.last(file.name()));
            } else {
                others.add(within);
            }
        }
    }

    private List<TarPath> list(String name, Path tar) throws IOException {
        TarDirectory directory = TarDirectory.read(tar);
        directory.links().forEach(link -> links.add(name + "/" + link));
        return directory.files();
    }

    /** The images, by the names of their tars, a slash and their own. */
    SortedMap<String, Path> images() {
        return images;
    }

    /** Names of the tars in the set that were read. */
    Set<String> read() {
        return read;
    }

    /** Members that are no images. */
    List<String> others() {
        return others;
    }

    /** What a user should know of the tars, each in one sentence. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        notes.addAll(Listing.note(source.path(), "tars of images that are there already, which are left out", again));
        notes.addAll(Listing.note(source.path(), "links in tars, which are not followed", links));
        notes.addAll(Listing.note(source.path(), "files in tars that are no images and are passed over", others));
        return notes;
    }
}
