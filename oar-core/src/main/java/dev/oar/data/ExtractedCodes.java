package dev.oar.data;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.NumpyArchive;
import dev.oar.checkpoint.NumpyArray;
import dev.oar.config.Require;
import dev.oar.file.BoundedFile;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * Codes that public projects extracted from images once, a NumPy file per image, read into token shards.
 *
 * <p>Each file has the rows of several crops. Of two rows the first is the centre crop and the second that crop flipped. Ten are torchvision's
 * {@code TenCrop} of the enlarged image: top left, top right, bottom left, bottom right, centre, and the same five flipped. In the shards
 * every crop stands with its flip as an image of two views, and the crops of one image are a family, so that a {@code FamilySampler} draws
 * every image as often as any other.
 */
public final class ExtractedCodes {
    private static final Set<Long> ROWS = Set.of(2L, 10L);
    private static final String ENDING = ".npy";
    private static final int MOST_BYTES = 1 << 28;

    private ExtractedCodes() {}

    /** How the files lie. */
    public enum Layout {
        /** RandAR's {@code CLASS/INDEX.npy} of shape {@code [rows, cells]}; the folder is the number of the class. */
        RANDAR,
        /**
         * LlamaGen's {@code imagenet256_codes/I.npy} of shape {@code [1, rows, cells]} beside {@code imagenet256_labels/I.npy}, the number of
         * the class; other words than {@code imagenet256} may stand there.
         */
        LLAMAGEN
    }

    /** The codes of an image. */
    private record CodeFile(String name, Path path, int classIndex) {}

    /**
     * Writes the codes of a folder as token shards, in the order of their numbers.
     *
     * @param folder that holds the classes, or the two folders
     * @param set what the tokens are, of two views; the codes themselves take the place of the fingerprint of the images
     * @param directory where the shards go
     * @param done told after each image how many are done
     * @throws CorruptFileException in one sentence, if a file is missing, is called in another way, or has another shape, codes beyond the
     *     vocabulary or a class beyond those of the set
     */
    public static TokenShards write(Path folder, Layout layout, TokenSet set, Path directory, IntConsumer done)
            throws IOException {
        Require.that(
                set.views() == 2, "extracted codes have 2 views, but the set has %s; describe it with 2", set.views());
        List<CodeFile> files = files(folder, layout);
        TokenShardsWriter writer = TokenShardsWriter.create(directory, described(set, files));
        for (int family = 0; family < files.size(); family++) {
            CodeFile file = files.get(family);
            requireThat(
                    file.classIndex() < set.classes().size(),
                    "classes of codes lie below " + set.classes().size() + ", but that of " + file.path() + " is "
                            + file.classIndex() + "; take a model of more classes");
            int[][] rows = rows(file.path(), layout, set);
            int crops = rows.length / 2;
            for (int crop = 0; crop < crops; crop++) {
                String name = crops == 1 ? file.name() : file.name() + " crop " + crop;
                writer.add(new int[][] {rows[crop], rows[crops + crop]}, file.classIndex(), family, name);
            }
            done.accept(family + 1);
        }
        return writer.finish();
    }

    /**
     * What tells this folder from another one without reading its codes: names, classes, sizes and times of its files.
     *
     * @throws CorruptFileException if it is no such folder
     */
    public static String version(Path folder, Layout layout) throws IOException {
        Fingerprint.Accumulator accumulator = new Fingerprint.Accumulator();
        for (CodeFile file : files(folder, layout)) {
            accumulator.add(file.name()).add(file.classIndex());
            accumulator.add(Files.size(file.path()) + " " + Files.getLastModifiedTime(file.path()));
        }
        return accumulator.fingerprint();
    }

    /**
     * What a folder of codes holds, as the names and headers of its files tell.
     *
     * @param images how many images have codes
     * @param classes how many different classes they are of
     * @param shapes how many images have codes of each shape, such as {@code 2 x 256}: rows, and cells of each
     * @param broken files that cannot be read, or whose shape is that of no codes, by name
     */
    public record Survey(int images, int classes, SortedMap<String, Integer> shapes, List<String> broken) {}

    /**
     * Looks at a folder without reading codes.
     *
     * @throws CorruptFileException in one sentence, if it is no such folder, or a file is called in another way
     */
    public static Survey survey(Path folder, Layout layout) throws IOException {
        List<CodeFile> files = files(folder, layout);
        SortedMap<String, Integer> shapes = new TreeMap<>();
        List<String> broken = new ArrayList<>();
        for (CodeFile file : files) {
            try {
                List<Long> shape = shape(file.path(), layout);
                if (shape.size() == 2 && ROWS.contains(shape.get(0))) {
                    shapes.merge(shape.get(0) + " x " + shape.get(1), 1, Integer::sum);
                } else {
                    broken.add(file.name());
                }
            } catch (IOException e) {
                broken.add(file.name());
            }
        }
        int classes =
                (int) files.stream().mapToInt(CodeFile::classIndex).distinct().count();
        return new Survey(files.size(), classes, shapes, broken);
    }

    private static List<CodeFile> files(Path folder, Layout layout) throws IOException {
        requireThat(
                Files.isDirectory(folder),
                "codes lie in a folder, but " + folder + " is none; correct the path of data.codes");
        List<CodeFile> files = layout == Layout.RANDAR ? randar(folder) : llamagen(folder);
        requireThat(!files.isEmpty(), "there must be codes in " + folder + ", but there are none; name another folder");
        return files;
    }

    private static TokenSet described(TokenSet set, List<CodeFile> files) throws IOException {
        Fingerprint.Accumulator accumulator = new Fingerprint.Accumulator();
        for (CodeFile file : files) {
            accumulator.add(file.name()).add(file.classIndex());
            accumulator.add(BoundedFile.read(file.path(), MOST_BYTES, "it cannot be codes of one image"));
        }
        return new TokenSet(
                set.split(),
                set.grid(),
                set.vocabularySize(),
                set.views(),
                set.classes(),
                set.neverFlip(),
                set.tokenizerFingerprint(),
                accumulator.fingerprint());
    }

    private static List<CodeFile> randar(Path folder) throws IOException {
        List<CodeFile> files = new ArrayList<>();
        for (Map.Entry<Integer, Path> classFolder : numbered(folder, "").entrySet()) {
            for (Map.Entry<Integer, Path> file :
                    numbered(classFolder.getValue(), ENDING).entrySet()) {
                String name = classFolder.getKey() + "/" + file.getKey() + ENDING;
                files.add(new CodeFile(name, file.getValue(), classFolder.getKey()));
            }
        }
        return files;
    }

    private static List<CodeFile> llamagen(Path folder) throws IOException {
        Path codes = only(folder, "_codes");
        Path labels = only(folder, "_labels");
        SortedMap<Integer, Path> labelOf = numbered(labels, ENDING);
        SortedMap<Integer, Path> codesOf = numbered(codes, ENDING);
        requireThat(
                labelOf.keySet().equals(codesOf.keySet()),
                "every file of codes has one of its class, but " + codes + " has " + codesOf.size() + " and " + labels
                        + " has " + labelOf.size() + ", or others; copy them anew");
        List<CodeFile> files = new ArrayList<>();
        for (Map.Entry<Integer, Path> file : codesOf.entrySet()) {
            Path label = labels.resolve(String.valueOf(file.getValue().getFileName()));
            int[] classes = numbers(label, 1);
            requireThat(
                    classes.length == 1 && classes[0] >= 0, label + " must hold one class, but does not; copy it anew");
            files.add(new CodeFile(file.getKey() + ENDING, file.getValue(), classes[0]));
        }
        return files;
    }

    private static Path only(Path folder, String ending) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> found = entries.filter(entry -> entry.toString().endsWith(ending) && Files.isDirectory(entry))
                    .toList();
            requireThat(
                    found.size() == 1,
                    "codes of LlamaGen lie in one folder *_codes beside one *_labels, but " + folder + " has "
                            + found.size() + " called *" + ending + "; name the folder of the two");
            return found.get(0);
        }
    }

    /** What lies in a folder, by the numbers that it is called, which are sorted as numbers. */
    private static SortedMap<Integer, Path> numbered(Path folder, String ending) throws IOException {
        SortedMap<Integer, Path> numbered = new TreeMap<>();
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                String name = String.valueOf(entry.getFileName());
                if (name.startsWith(".")) {
                    continue;
                }
                String stem = name.endsWith(ending) ? name.substring(0, name.length() - ending.length()) : "";
                requireThat(
                        stem.matches("\\d{1,9}") && Files.isDirectory(entry) == ending.isEmpty(),
                        "in a folder of codes all is called by numbers, as 0" + ending + ", but " + entry
                                + " is not; take it out");
                requireThat(
                        numbered.put(Integer.parseInt(stem), entry) == null,
                        "every number stands once, but " + folder + " has " + Integer.parseInt(stem)
                                + " twice; take one out");
            }
        }
        return numbered;
    }

    /** The tokens of each row. */
    private static int[][] rows(Path path, Layout layout, TokenSet set) throws IOException {
        int cells = set.grid().cells();
        List<Long> shape = shape(path, layout);
        requireThat(
                shape.size() == 2 && ROWS.contains(shape.get(0)) && shape.get(1) == cells,
                "codes of an image have 2 or 10 rows of " + cells + ", but " + path + " is of another shape " + shape
                        + "; take the model whose tokenizer made them");
        int count = (int) (long) shape.get(0);
        int[] all = numbers(path, count * cells);
        int[][] rows = new int[count][];
        for (int row = 0; row < count; row++) {
            rows[row] = Arrays.copyOfRange(all, row * cells, (row + 1) * cells);
            for (int token : rows[row]) {
                requireThat(
                        token >= 0 && token < set.vocabularySize(),
                        "codes lie in [0, " + set.vocabularySize() + "), but " + path + " has " + token
                                + "; take the model whose tokenizer made them");
            }
        }
        return rows;
    }

    /** Rows and cells; nothing if the file is not of one image. */
    private static List<Long> shape(Path path, Layout layout) throws IOException {
        try (NumpyArchive archive = NumpyArchive.open(path)) {
            NumpyArray array = archive.array(only(archive));
            List<Long> shape = new ArrayList<>(array.shape());
            boolean ofOneImage = layout == Layout.RANDAR || shape.size() == 3 && shape.remove(0) == 1;
            return ofOneImage ? shape : List.of();
        }
    }

    private static int[] numbers(Path path, int most) throws IOException {
        try (NumpyArchive archive = NumpyArchive.open(path)) {
            double[] values = archive.doubles(only(archive), most);
            int[] numbers = new int[values.length];
            for (int i = 0; i < values.length; i++) {
                numbers[i] = (int) values[i];
                requireThat(
                        numbers[i] == values[i],
                        "codes and classes are whole numbers, but " + path + " has " + values[i] + "; copy it anew");
            }
            return numbers;
        }
    }

    private static String only(NumpyArchive archive) {
        return archive.names().iterator().next();
    }

    private static void requireThat(boolean holds, String sentence) throws CorruptFileException {
        if (!holds) {
            throw new CorruptFileException(sentence);
        }
    }
}
