package dev.oar.layout;

import dev.oar.config.Kind;
import dev.oar.config.Require;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * CelebA-HQ with the captions of Multi-Modal-CelebA-HQ (Xia et al., arXiv 2012.03308): {@code N.jpg} in {@code images/} or CelebAMask-HQ's
 * {@code CelebA-HQ-img/}, and {@code N.txt} of several captions, one a line, in {@code celeba-caption/}; all of them anywhere below the top.
 * Images 0 to 23999 are trained on, the others tested, as the data set has it; its lists of names are not read. All images are one class,
 * {@value #CLASS}.
 *
 * @param captionLine the one of an image's captions that it is drawn from, counted from 1; where there are fewer, the last. Absent: training
 *     takes all of them equally often, and measurements take the first
 */
@Kind("celeba-hq")
public record CelebaHqLayout(Optional<Integer> captionLine) implements DataLayout {
    static final String CLASS = "face";

    private static final int FIRST_TEST = 24_000;
    private static final int MOST = 30_000;
    private static final List<String> IMAGE_FOLDERS = List.of("CelebA-HQ-img", "images");
    private static final String CAPTION_FOLDER = "celeba-caption";

    /** Checks the number. */
    public CelebaHqLayout {
        captionLine.ifPresent(
                line -> Require.that(line >= 1, "caption-line counts from 1, but is %s; choose 1 to 10", line));
    }

    @Override
    public Listing list(ImageArchive source, TableColumns columns, Problems problems) throws IOException {
        SortedMap<Integer, String> images = numbered(source, IMAGE_FOLDERS, true, problems);
        LayoutFiles.require(
                !images.isEmpty(),
                "CelebA-HQ has images named 0.jpg to 29999.jpg in a folder %s, but %s has none; give the folder that it"
                        + " was unpacked to",
                String.join(" or ", IMAGE_FOLDERS),
                source.path());
        SortedMap<Integer, String> captions = numbered(source, List.of(CAPTION_FOLDER), false, problems);
        LayoutFiles files = new LayoutFiles(source);
        List<FoundImage> found = new ArrayList<>();
        List<String> without = new ArrayList<>();
        Set<String> test = new HashSet<>();
        for (Map.Entry<Integer, String> image : images.entrySet()) {
            String name = image.getValue();
            List<String> lines = captions(files, Optional.ofNullable(captions.get(image.getKey())));
            if (lines.isEmpty()) {
                without.add(name);
            }
            Path path = source.file(name).orElseThrow();
            String first = lines.isEmpty() ? "" : lines.get(0);
            List<String> further = lines.stream().skip(1).toList();
            found.add(new FoundImage(path, name, CLASS, first, name, List.of(), further));
            if (image.getKey() >= FIRST_TEST) {
                test.add(name);
            }
        }
        found.sort((one, other) -> one.fileName().compareTo(other.fileName()));
        List<String> notes = new ArrayList<>();
        files.note("images without a caption", captions.isEmpty() ? List.of() : without)
                .ifPresent(notes::add);
        List<String> alone = captions.entrySet().stream()
                .filter(caption -> !images.containsKey(caption.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        files.note("captions without an image", alone).ifPresent(notes::add);
        return new Listing(
                found, files.leftOut(found, Set.copyOf(captions.values())), notes, Optional.of(Set.copyOf(test)));
    }

    /** A numbered file in a folder of a name that only this data set has, if there is one. */
    static Optional<String> sign(ImageArchive source) {
        return DataLayouts.first(
                source, name -> name.matches("(?:.*/)?(?:CelebA-HQ-img/\\d+\\.jpg|" + CAPTION_FOLDER + "/\\d+\\.txt)"));
    }

    private List<String> captions(LayoutFiles files, Optional<String> name) throws IOException {
        if (name.isEmpty()) {
            return List.of();
        }
        List<String> lines = files.lines(name.get()).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        return captionLine.isEmpty() || lines.isEmpty()
                ? lines
                : List.of(lines.get(Math.min(captionLine.get(), lines.size()) - 1));
    }

    /** The files of folders of these names whose own name is a number without leading zeros, as the data set numbers images. */
    private static SortedMap<Integer, String> numbered(
            ImageArchive source, List<String> folders, boolean images, Problems problems) throws IOException {
        SortedMap<Integer, String> numbered = new TreeMap<>();
        for (String name : source.files().keySet()) {
            String folder = LayoutFiles.folder(name);
            String own = folder.isEmpty() ? "" : LayoutFiles.last(folder.substring(0, folder.length() - 1));
            String stem = LayoutFiles.stem(name);
            boolean fits = images ? LayoutFiles.isImage(name) : name.endsWith(".txt");
            if (folders.contains(own) && fits && stem.matches("0|[1-9]\\d{0,4}") && Integer.parseInt(stem) < MOST) {
                String earlier = numbered.putIfAbsent(Integer.parseInt(stem), name);
                if (earlier != null) {
                    problems.found(
                            ListingProblem.NAMED_TWICE,
                            name,
                            new CorruptFileException("every number is one file, but " + source.path() + " has "
                                    + earlier + " and " + name + "; keep one of the two"));
                }
            }
        }
        return numbered;
    }
}
