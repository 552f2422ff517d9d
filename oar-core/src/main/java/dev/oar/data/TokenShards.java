package dev.oar.data;

import dev.oar.checkpoint.Safetensors;
import dev.oar.config.Require;
import dev.oar.file.CorruptFileException;
import dev.oar.order.TokenGrid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one side of a set of images, read from files row by row.
 *
 * <p>A directory holds {@code manifest.json} and {@code tokens-00000.safetensors}, {@code tokens-00001.safetensors} and so on. A
 * shard has three int32 tensors:
 *
 * <ul>
 *   <li>{@code tokens: [images, views, cells]}, raster order, each in [0, vocabulary size); view 1 is the flipped image
 *   <li>{@code classes: [images]}, places in the manifest's list of classes
 *   <li>{@code families: [images]}, equal for variants of one picture
 * </ul>
 *
 * <p>The manifest, version 1, has the keys {@code format} ({@code oar-tokens}), {@code version}, {@code fingerprint} (SHA-256 of the
 * manifest with this field empty, and so of everything below), {@code tokens} (the {@link TokenSet}), {@code shards} (each with
 * {@code file}, {@code images} and the {@code fingerprint} of its bytes) and {@code file-names} (one per image). Sizes and classes are
 * checked when the set is opened, and the range of every token and the fingerprint of every shard then or later ({@link ShardCheck}).
 *
 * <p>In memory is an index, 8 bytes an image for class and family, and never a token: tokens are read when they are asked for, those of
 * the one view of the one image. (The names of images are read from the manifest when one is first asked for; captions that images are drawn
 * from are held besides.) Reading is safe from several threads.
 */
public final class TokenShards {
    static final String KIND = "tokens";
    static final String TOKENS = "tokens";
    static final String CLASSES = "classes";
    static final String FAMILIES = "families";

    private static final String MADE = "oar tokenize";

    private final Path directory;
    private final TokenSet set;
    private final String fingerprint;
    private final int[] firstOfShard;
    private final List<ShardRows> tokens = new ArrayList<>();
    private final int[] classes;
    private final int[] families;
    private final int[] conditions;
    private final List<List<Integer>> furtherConditions;
    private final int conditionCount;
    private volatile @Nullable List<String> fileNames;

    private TokenShards(Path directory, TokenManifest manifest, ShardCheck check) throws IOException {
        this.directory = directory;
        this.set = manifest.tokens();
        this.fingerprint = manifest.fingerprint();
        this.firstOfShard = new int[manifest.shards().size() + 1];
        long count = 0;
        for (int shard = 0; shard < manifest.shards().size(); shard++) {
            firstOfShard[shard] = (int) count;
            count += manifest.shards().get(shard).images();
        }
        if (count != manifest.fileNames().size()) {
            throw new CorruptFileException(directory.resolve(Manifests.FILE_NAME) + " counts " + count
                    + " images but names " + manifest.fileNames().size() + "; run `" + MADE + "` again");
        }
        firstOfShard[manifest.shards().size()] = (int) count;
        this.classes = new int[(int) count];
        this.families = new int[(int) count];
        this.conditions = classes;
        this.furtherConditions = List.of();
        this.conditionCount = set.classes().size();
        for (int shard = 0; shard < manifest.shards().size(); shard++) {
            open(manifest.shards().get(shard), firstOfShard[shard], check);
        }
    }

    private TokenShards(TokenShards other, ImageCaptions captions) {
        this.directory = other.directory;
        this.set = other.set;
        this.fingerprint = other.fingerprint;
        this.firstOfShard = other.firstOfShard;
        this.tokens.addAll(other.tokens);
        this.classes = other.classes;
        this.families = other.families;
        this.conditions =
                captions.ofImage().stream().mapToInt(Integer::intValue).toArray();
        this.furtherConditions = captions.furtherOfImage();
        this.conditionCount = captions.captions().size();
    }

    /**
     * The same tokens of images that are drawn from their captions instead of their classes.
     *
     * @throws IllegalArgumentException if there is not one caption per image
     */
    public TokenShards drawnFrom(ImageCaptions captions) {
        Require.that(
                captions.ofImage().size() == count(),
                "there must be one caption per image, but there are %s images and %s captions; tokenize these images"
                        + " again",
                count(),
                captions.ofImage().size());
        return new TokenShards(this, captions);
    }

    /**
     * Opens a finished set and checks all of it.
     *
     * @throws CorruptFileException if the set is missing, unfinished, damaged or of another version
     */
    public static TokenShards open(Path directory) throws IOException {
        return open(directory, ShardCheck.OPENED);
    }

    /**
     * Opens a finished set.
     *
     * @throws CorruptFileException if the set is missing, unfinished, of another version, or damaged as far as it is checked now
     */
    public static TokenShards open(Path directory, ShardCheck check) throws IOException {
        return new TokenShards(directory, manifest(directory), check);
    }

    private static TokenManifest manifest(Path directory) throws IOException {
        Path file = directory.resolve(Manifests.FILE_NAME);
        TokenManifest manifest = Manifests.read(file, TokenManifest.class, MADE);
        if (!manifest.format().equals(TokenManifest.FORMAT) || manifest.version() != TokenManifest.VERSION) {
            throw new CorruptFileException(file + " must be " + TokenManifest.FORMAT + " version "
                    + TokenManifest.VERSION + ", but is " + manifest.format() + " version " + manifest.version()
                    + "; run `" + MADE + "` again");
        }
        if (!manifest.fingerprint().equals(manifest.computedFingerprint())) {
            throw new CorruptFileException(
                    file + " was changed after it was written, as its fingerprint shows; run `" + MADE + "` again");
        }
        return manifest;
    }

    private void open(ShardFiles.Shard shard, int first, ShardCheck check) throws IOException {
        Path path = directory.resolve(shard.file());
        int images = shard.images();
        Safetensors file = ShardFiles.open(path, MADE);
        ShardRows rows = ShardRows.of(path, file, TOKENS, MADE, images, views(), cells());
        if (check == ShardCheck.OPENED) {
            rows.forEach((number, row) -> rows.requireBelow(vocabularySize(), number, row));
        }
        ShardRows ofImages = ShardRows.of(path, file, CLASSES, MADE, images);
        int[] places = ofImages.all();
        ofImages.requireBelow(classes().size(), 0, places);
        System.arraycopy(places, 0, classes, first, images);
        System.arraycopy(ShardRows.of(path, file, FAMILIES, MADE, images).all(), 0, families, first, images);
        if (check == ShardCheck.OPENED) {
            ShardFiles.requireFingerprint(path, shard, MADE);
        }
        tokens.add(rows);
    }

    /** What the set is and what made it. */
    public TokenSet set() {
        return set;
    }

    /** Where it lies. */
    public Path directory() {
        return directory;
    }

    /** SHA-256 over all that the set holds; recorded orders carry it. */
    public String fingerprint() {
        return fingerprint;
    }

    /** The fingerprint of the tokenizer that made the tokens. */
    public String tokenizerFingerprint() {
        return set().tokenizerFingerprint();
    }

    /** The number of images. */
    public int count() {
        return classes.length;
    }

    /** 1, or 2 if the second view is the horizontally flipped image. */
    public int views() {
        return set().views();
    }

    /** The grid of one image. */
    public TokenGrid grid() {
        return set().grid();
    }

    /** The number of codes, K. */
    public int vocabularySize() {
        return set().vocabularySize();
    }

    /** The names of the classes. */
    public List<String> classes() {
        return set().classes();
    }

    /**
     * The tokens of an image; a copy.
     *
     * @param index from 0 to below {@link #count()}
     * @param view from 0 to below {@link #views()}
     * @return {@code cells} tokens in raster order
     * @throws UncheckedIOException if they cannot be read, or are out of range
     */
    public int[] tokens(int index, int view) {
        Objects.checkIndex(index, count());
        Objects.checkIndex(view, views());
        int shard = shard(index);
        ShardRows rows = tokens.get(shard);
        int number = (index - firstOfShard[shard]) * views() + view;
        int[] row = rows.row(number);
        try {
            rows.requireBelow(vocabularySize(), number, row);
        } catch (CorruptFileException e) {
            throw new UncheckedIOException(e);
        }
        return row;
    }

    /** The class of an image. */
    public int classIndex(int index) {
        return classes[index];
    }

    /** What an image is drawn from: its class, or its caption if {@link #drawnFrom} gave captions. */
    public int condition(int index) {
        return conditions[index];
    }

    /** What else an image is drawn from in training: its further captions. */
    public List<Integer> furtherConditions(int index) {
        return furtherConditions.isEmpty() ? List.of() : furtherConditions.get(index);
    }

    /** How many different classes or captions there are to draw from. */
    public int conditionCount() {
        return conditionCount;
    }

    /** The family of an image. */
    public int family(int index) {
        return families[index];
    }

    /** The families of all images: what {@link FamilySampler} takes. */
    public int[] families() {
        return families.clone();
    }

    /**
     * The name of an image in the set it came from.
     *
     * @throws UncheckedIOException if the manifest cannot be read any more, or is that of another set by now
     */
    public String fileName(int index) {
        List<String> known = fileNames;
        if (known == null) {
            known = readFileNames();
            fileNames = known;
        }
        return known.get(index);
    }

    private List<String> readFileNames() {
        try {
            TokenManifest manifest = manifest(directory);
            if (!manifest.fingerprint().equals(fingerprint)) {
                throw new CorruptFileException(directory
                        + " must hold the tokens that were opened, but holds others by now; let one command at a time"
                        + " write there");
            }
            return manifest.fileNames();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether this view of an image is really flipped; the second view of a class that is never flipped is not. */
    public boolean isFlipped(int index, int view) {
        return view == 1 && set().flips(classes[index]);
    }

    /**
     * Checks that a tokenizer can decode these tokens.
     *
     * @param fingerprint the tokenizer's
     * @throws CorruptFileException if they were made by another
     */
    public void requireTokenizer(String fingerprint) throws CorruptFileException {
        if (!fingerprint.equals(tokenizerFingerprint())) {
            throw new CorruptFileException("the tokens of " + directory + " were made by the tokenizer "
                    + abbreviated(tokenizerFingerprint()) + ", but this one is " + abbreviated(fingerprint) + "; run `"
                    + MADE + "` with this tokenizer");
        }
    }

    /** The beginning of a fingerprint, enough to tell two apart in an error. */
    static String abbreviated(String fingerprint) {
        return fingerprint.length() <= 12 ? fingerprint : fingerprint.substring(0, 12);
    }

    private int cells() {
        return grid().cells();
    }

    private int shard(int index) {
        int place = Arrays.binarySearch(firstOfShard, index);
        return place >= 0 ? place : -place - 2;
    }
}
