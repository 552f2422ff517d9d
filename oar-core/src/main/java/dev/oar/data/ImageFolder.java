package dev.oar.data;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.ConfigException;
import dev.oar.image.CenterCrop;
import dev.oar.image.ImageReader;
import dev.oar.image.Rgb;
import dev.oar.image.RgbImage;
import dev.oar.layout.ImageArchive;
import dev.oar.layout.LeftOut;
import dev.oar.layout.Listing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A set of images with classes, captions and families, split into train and test.
 *
 * <p>It lies in a folder, a zip or a tar. With a {@code metadata.csv} or {@code metadata.jsonl} at the top the images are those of the
 * table; otherwise every sub-folder is a class that holds its images itself, and a folder of images alone is one class. Which files are
 * images is told by their endings and by their content. Images are in the order of their names. Every file is checked when the set is
 * opened, from its header and its end; pixels are decoded when asked for. Reading is safe from several threads.
 */
public final class ImageFolder implements AutoCloseable {
    private final ImageArchive source;
    private final ImageFolderConfig config;
    private final List<String> classes;
    private final List<ImageEntry> images;
    private final List<UnreadableImage> unreadable;
    private final ImageAttributes attributes;
    private final int[] families;
    private final Set<String> testFamilies;
    private final boolean hasOwnSplit;
    private final LeftOut leftOut;
    private final ImageLosses losses;
    private final List<String> notes;
    private volatile List<RgbImage> preloaded = List.of();

    private ImageFolder(ImageArchive source, ImageFolderConfig config, Listing listing, UsableImages usable) {
        this.source = source;
        this.config = config;
        this.classes = usable.classes();
        this.images = usable.images();
        this.unreadable = usable.unreadable();
        this.attributes = usable.attributes();
        this.families = familyNumbers(images);
        this.hasOwnSplit = listing.testFiles().isPresent();
        this.testFamilies = TestImages.families(config, listing, images, attributes);
        Set<String> out = new TreeSet<>(listing.leftOut().names());
        unreadable.forEach(image -> out.add(image.fileName()));
        this.leftOut = new LeftOut(List.copyOf(out));
        this.losses = usable.losses();
        List<String> all = new ArrayList<>(source.notes());
        all.addAll(listing.notes());
        all.addAll(new ClassCoverage(classes, images, testFamilies, isTested(listing)).notes(usable.lostClasses()));
        all.addAll(losses.notes(source.path()));
        this.notes = List.copyOf(all);
    }

    /**
     * Opens a data set and checks every file.
     *
     * @param baseDirectory what a relative path in the configuration is relative to
     * @throws IOException in one sentence, if there is nothing there, the table is wrong, or a file is unreadable and the
     *     configuration does not say to skip it
     * @throws ConfigException if the configuration names a class or column that is not there
     */
    public static ImageFolder open(ImageFolderConfig config, Path baseDirectory) throws IOException {
        return open(config, baseDirectory, List.of());
    }

    /**
     * Opens a data set for a model that knows its classes already.
     *
     * @param modelClasses names of the model's classes in the order of their numbers; empty: the classes of the images, sorted
     * @throws IOException as {@link #open(ImageFolderConfig, Path)}
     * @throws ConfigException as there, and if an image is of a class that the model does not know
     */
    public static ImageFolder open(ImageFolderConfig config, Path baseDirectory, List<String> modelClasses)
            throws IOException {
        ImageArchive source = ImageArchive.open(baseDirectory.resolve(config.path()));
        try {
            Listing listing = config.layout().list(source, config.columns());
            return new ImageFolder(source, config, listing, UsableImages.of(config, listing, modelClasses));
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    private boolean isTested(Listing listing) {
        return config.testFraction() > 0 || listing.testFiles().isPresent();
    }

    /** The sentence that refuses a set because of its unreadable files. */
    static String refusal(Path path, List<UnreadableImage> unreadable) {
        String first = unreadable.get(0).reason();
        return unreadable.size() == 1
                ? first
                : unreadable.size() + " images of " + path + " are unreadable, the first because " + first;
    }

    private static int[] familyNumbers(List<ImageEntry> images) {
        Map<String, Integer> numbers = new HashMap<>();
        int[] families = new int[images.size()];
        for (int i = 0; i < families.length; i++) {
            families[i] = numbers.computeIfAbsent(images.get(i).group(), group -> numbers.size());
        }
        return families;
    }

    /** The configuration it was opened with. */
    public ImageFolderConfig config() {
        return config;
    }

    /** The names of the classes: those of the images, sorted, or those of the model that it was opened for. */
    public List<String> classes() {
        return classes;
    }

    /** All readable images, sorted by file name. */
    public List<ImageEntry> images() {
        return images;
    }

    /** The attributes that the configuration asks for, and every image's values; none if it asks for none. */
    public ImageAttributes attributes() {
        return attributes;
    }

    /** The files left out because they are unreadable; empty unless the configuration says to skip them. */
    public List<UnreadableImage> unreadable() {
        return unreadable;
    }

    /** The files of the folder or zip that are no part of the set: no images, unreadable, or not in the table. */
    public LeftOut leftOut() {
        return leftOut;
    }

    /** The images of which reading leaves something out, such as the later pictures of an animation. */
    public ImageLosses losses() {
        return losses;
    }

    /**
     * What a user who sees the folder should know of the set, each in one sentence: files that are passed over, folders and columns
     * that are not taken for classes, classes that nothing is tested on, what is left out of how many images. Unreadable files are told by {@link #unreadable}.
     */
    public List<String> notes() {
        return notes;
    }

    /** The family of each image: dense numbers, the same for variants of one picture. */
    public int[] families() {
        return families.clone();
    }

    /** The places in {@link #images()} of one side of the split, ascending. */
    public int[] indices(Split split) {
        return IntStream.range(0, images.size())
                .filter(i -> testFamilies.contains(images.get(i).group()) == (split == Split.TEST))
                .toArray();
    }

    /** The places of the images that models are trained on. */
    public int[] trainIndices() {
        return indices(Split.TRAIN);
    }

    /** The places of the images kept aside for measuring. */
    public int[] testIndices() {
        return indices(Split.TEST);
    }

    /** The families of these images, in their order: what {@link FamilySampler} takes. */
    public int[] familiesOf(int[] indices) {
        return IntStream.of(indices).map(index -> families[index]).toArray();
    }

    /** Whether horizontally flipped images of this class may be trained on. */
    public boolean mayFlip(int classIndex) {
        return config.flip() && !config.neverFlip().contains(classes.get(classIndex));
    }

    /**
     * The pixels of an image: decoded, upright, on the background, cropped to the configured size; not to be changed.
     *
     * @param index place in {@link #images()}
     * @throws IOException in one sentence, if the file cannot be decoded
     */
    public RgbImage pixels(int index) throws IOException {
        return pixels(index, new PreparationTimes());
    }

    /** As the shorter form; adds the time of decoding and cropping. */
    public RgbImage pixels(int index, PreparationTimes times) throws IOException {
        List<RgbImage> loaded = preloaded;
        if (!loaded.isEmpty()) {
            return loaded.get(index);
        }
        RgbImage whole = times.measured(
                PreparationTimes.Part.DECODING,
                () -> ImageReader.read(images.get(index).path(), config.limits(), Rgb.parse(config.background())));
        return times.measured(PreparationTimes.Part.CROPPING, () -> CenterCrop.apply(whole, config.imageSize()));
    }

    /**
     * Decodes every image once and keeps the cropped pixels, so that training does not decode photographs at every step. Does
     * nothing if they would take more than a quarter of the Java heap.
     *
     * @return whether {@link #pixels} now serves from memory
     * @throws IOException in one sentence, if a file cannot be decoded
     */
    public boolean preload() throws IOException {
        long bytes = 3L * config.imageSize() * config.imageSize() * images.size();
        if (preloaded.isEmpty() && bytes <= Runtime.getRuntime().maxMemory() / 4) {
            try {
                preloaded = IntStream.range(0, images.size())
                        .parallel()
                        .mapToObj(this::uncheckedPixels)
                        .toList();
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        return !preloaded.isEmpty();
    }

    private RgbImage uncheckedPixels(int index) {
        try {
            return pixels(index);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Tells whether the images, their classes and families, the crop and the split are those of another time. Files count by
     * name and content: in a folder every file is read, of a zip the checksums that it holds.
     *
     * @throws IOException in one sentence, if a file cannot be read
     */
    public String fingerprint() throws IOException {
        List<String> parts = new ArrayList<>(List.of(
                Integer.toString(config.imageSize()),
                config.background(),
                Double.toString(config.testFraction()),
                Long.toString(config.splitSeed()),
                config.flip() + " " + config.neverFlip()));
        List<String> versions = versions();
        for (int index = 0; index < images.size(); index++) {
            ImageEntry image = images.get(index);
            parts.add(image.fileName());
            parts.add(classes.get(image.classIndex()));
            parts.add(image.caption());
            parts.add(image.group());
            parts.addAll(image.furtherCaptions());
            parts.add(versions.get(index));
        }
        parts.addAll(attributes.fingerprintParts());
        if (hasOwnSplit) {
            parts.addAll(new TreeSet<>(testFamilies));
        }
        return Fingerprint.of(parts.toArray(String[]::new));
    }

    private List<String> versions() throws IOException {
        try {
            return images.parallelStream().map(this::version).toList();
        } catch (UncheckedIOException e) {
            throw new IOException(
                    "the images of " + config.path() + " cannot be read (" + e.getCause() + "); check the folder", e);
        }
    }

    private String version(ImageEntry image) {
        try {
            return source.version(image.path());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes the zip, if it is one. */
    @Override
    public void close() throws IOException {
        source.close();
    }
}
