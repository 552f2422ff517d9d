package dev.oar.layout;

import dev.oar.config.Kind;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * ImageNet's ILSVRC 2012: folders named by their WordNet ids ({@code n01440764/n01440764_10026.JPEG}), at the top or in {@code train/}, and
 * the validation images in {@code val/}, in such folders too or as they come, without any. Classes are the ids in their order as texts, as
 * all public models have them, not in that of the development kit.
 *
 * <p>The official tars are read in place, without unpacking them: {@code ILSVRC2012_img_train.tar}, a tar of one tar per class, such tars of
 * classes by themselves ({@code n01440764.tar}), and {@code ILSVRC2012_img_val.tar}. A class whose images are unpacked, or validation images that
 * are, are not read from tars again.
 *
 * <p>Where there are validation images, they are tested and no others. The classes of those without folders are read from Kaggle's
 * {@code LOC_val_solution.csv} or the development kit's {@code ILSVRC2012_validation_ground_truth.txt} and {@code meta.mat}, anywhere below the
 * top. The first word of a class is the caption of its images, by Kaggle's {@code LOC_synset_mapping.txt} where that is there, or else by
 * WordNet ({@link ImageNetClasses}).
 */
@Kind("imagenet")
public record ImageNetLayout() implements DataLayout {
    private static final String VALIDATION = "val/";
    private static final String WORDS = "LOC_synset_mapping.txt";
    private static final String SOLUTION = "LOC_val_solution.csv";
    private static final String GROUND_TRUTH = "ILSVRC2012_validation_ground_truth.txt";
    private static final String META = "meta.mat";
    private static final Pattern OF_CLASS = Pattern.compile("(?:.*/)?(n\\d{8})(?:\\.tar)?/[^/]+");
    private static final Pattern FLAT = Pattern.compile("(?:.*/)?ILSVRC2012_val_(\\d{8})\\.[A-Za-z]+");
    private static final Pattern ID = Pattern.compile("n\\d{8}");

    @Override
    public Listing list(ImageArchive source, TableColumns columns, Problems problems) throws IOException {
        LayoutFiles files = new LayoutFiles(source);
        SortedMap<String, String> classes = new TreeMap<>();
        SortedMap<String, Integer> flat = new TreeMap<>();
        SortedMap<String, Path> images = files.images("");
        ImageNetTars tars = ImageNetTars.open(source, images.keySet());
        images.putAll(tars.images());
        for (String name : images.keySet()) {
            Optional<String> ofFolder = classOf(name);
            Matcher number = FLAT.matcher(name);
            if (ofFolder.isPresent()) {
                classes.put(name, ofFolder.get());
            } else if (number.matches()) {
                flat.put(name, Integer.parseInt(number.group(1)));
            }
        }
        Set<String> test = new HashSet<>(flat.keySet());
        classes.keySet().stream().filter(ImageNetLayout::isValidation).forEach(test::add);
        LayoutFiles.require(
                classes.size() + flat.size() > test.size(),
                "ImageNet has training images in folders such as n01440764 or in ILSVRC2012_img_train.tar, but %s has none;"
                        + " give the folder above them",
                source.path());
        Set<String> read = new HashSet<>(tars.read());
        classes.putAll(validationClasses(files, flat, read, problems));
        Map<String, String> words = words(files, read);
        List<FoundImage> found = new ArrayList<>();
        classes.forEach((name, id) -> {
            Path path = Objects.requireNonNull(images.get(name));
            found.add(new FoundImage(path, name, id, words.getOrDefault(id, ""), name));
        });
        Set<String> others = new TreeSet<>(files.leftOut(found, read).names());
        others.addAll(tars.others());
        return new Listing(
                found,
                new LeftOut(List.copyOf(others)),
                tars.notes(),
                test.isEmpty() ? Optional.empty() : Optional.of(Set.copyOf(test)));
    }

    /** An image in a folder of a class, if there is one. */
    static Optional<String> sign(ImageArchive source) {
        return DataLayouts.first(
                source,
                name -> classOf(name).isPresent() && LayoutFiles.isImage(name) || ImageNetTars.isOfficial(name));
    }

    /** Whether a name is that of a validation image in a folder of its class. */
    static boolean isValidation(String name) {
        return name.startsWith(VALIDATION) || name.contains("/" + VALIDATION);
    }

    /** The class whose folder or tar an image lies in, if it lies in one. */
    static Optional<String> classOf(String name) {
        Matcher inFolder = OF_CLASS.matcher(name);
        return inFolder.matches() ? Optional.of(inFolder.group(1)) : Optional.empty();
    }

    /** Whether an image is one of the validation images as they come, without folders. */
    static boolean isFlatValidation(String name) {
        return FLAT.matcher(name).matches();
    }

    /** The class of each validation image that lies in no folder of a class. */
    private static Map<String, String> validationClasses(
            LayoutFiles files, SortedMap<String, Integer> flat, Set<String> read, Problems problems)
            throws IOException {
        if (flat.isEmpty()) {
            return Map.of();
        }
        Optional<String> solution = files.named(SOLUTION).stream().findFirst();
        Optional<String> truth = files.named(GROUND_TRUTH).stream().findFirst();
        Optional<String> meta = files.named(META).stream().findFirst();
        LayoutFiles.require(
                solution.isPresent() || truth.isPresent() && meta.isPresent(),
                "validation images without folders need their classes from %s, or from %s and %s of the development kit, but"
                        + " neither is there; add them, unpacked, or take the images out",
                SOLUTION,
                GROUND_TRUTH,
                META);
        Map<Integer, String> classes = solution.isPresent()
                ? ofSolution(files, solution.get(), read)
                : ofDevelopmentKit(files, truth.orElseThrow(), meta.orElseThrow(), read, problems);
        Map<String, String> found = new HashMap<>();
        for (Map.Entry<String, Integer> image : flat.entrySet()) {
            String id = classes.get(image.getValue());
            if (id == null) {
                problems.found(
                        ListingProblem.NO_CLASS,
                        image.getKey(),
                        new CorruptFileException(solution.or(() -> truth).orElseThrow()
                                + " must name the class of every validation image, but not that of " + image.getKey()
                                + "; unpack it anew"));
            } else {
                found.put(image.getKey(), id);
            }
        }
        return found;
    }

    /** Lines such as {@code ILSVRC2012_val_00048981,n03995372 85 1 499 272}. */
    private static Map<Integer, String> ofSolution(LayoutFiles files, String name, Set<String> read)
            throws IOException {
        read.add(name);
        Map<Integer, String> classes = new HashMap<>();
        Pattern line = Pattern.compile("ILSVRC2012_val_(\\d{8}),(n\\d{8})\\b.*");
        for (String text : files.lines(name)) {
            Matcher found = line.matcher(text);
            if (found.matches()) {
                classes.put(Integer.parseInt(found.group(1)), found.group(2));
            }
        }
        return classes;
    }

    /** Image N is of the class whose number in the kit stands in line N. */
    private static Map<Integer, String> ofDevelopmentKit(
            LayoutFiles files, String truth, String meta, Set<String> read, Problems problems) throws IOException {
        read.add(truth);
        read.add(meta);
        Map<Integer, String> ids = DevelopmentKit.wordNetIds(files.bytes(meta), meta);
        Map<Integer, String> classes = new HashMap<>();
        int number = 0;
        for (String line : files.lines(truth)) {
            number++;
            String id = line.strip().matches("\\d{1,4}") ? ids.get(Integer.parseInt(line.strip())) : null;
            if (id == null) {
                problems.found(
                        ListingProblem.BROKEN_ROW,
                        "line " + number + " of " + truth,
                        new CorruptFileException("line " + number + " of " + truth
                                + " must be the number of a class of " + meta + ", but is '" + line
                                + "'; unpack the development kit anew"));
            } else {
                classes.put(number, id);
            }
        }
        return classes;
    }

    /** The first of the words of each class; Kaggle's lines are such as {@code n01440764 tench, Tinca tinca}. */
    private static Map<String, String> words(LayoutFiles files, Set<String> read) throws IOException {
        Map<String, String> words = new HashMap<>();
        ImageNetClasses.words().forEach((id, ofClass) -> words.put(id, ofClass.get(0)));
        Optional<String> name = files.named(WORDS).stream().findFirst();
        if (name.isPresent()) {
            read.add(name.get());
            for (String line : files.lines(name.get())) {
                String[] parts = line.split(" ", 2);
                if (parts.length == 2 && ID.matcher(parts[0]).matches()) {
                    words.put(parts[0], parts[1].split(",", 2)[0].strip());
                }
            }
        }
        return words;
    }
}
