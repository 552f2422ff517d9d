package dev.oar.data;

import dev.oar.checkpoint.Safetensors;
import dev.oar.config.Require;
import dev.oar.file.CorruptFileException;
import dev.oar.order.TokenGrid;
import java.io.IOException;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The tokens of one side of a set of images, read from memory-mapped files.
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
 * {@code file}, {@code images} and the {@code fingerprint} of its bytes) and {@code file-names} (one per image). Sizes, classes, the
 * range of every token and the fingerprint of every shard are checked when the set is opened, which reads it through once (about
 * a second per gigabyte). Reading is safe from several threads.
 */
public final class TokenShards {
    static final String KIND = "tokens";
    static final String TOKENS = "tokens";
    static final String CLASSES = "classes";
    static final String FAMILIES = "families";

    private static final String MADE = "oar tokenize";

    private final Path directory;
    private final TokenManifest manifest;
    private final int[] firstOfShard;
    private final List<IntBuffer> tokens = new ArrayList<>();
    private final int[] classes;
    private final int[] families;
    private final int[] conditions;
    private final List<List<Integer>> furtherConditions;
    private final int conditionCount;

    private TokenShards(Path directory, TokenManifest manifest) throws IOException {
        this.directory = directory;
        this.manifest = manifest;
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
        this.conditionCount = manifest.tokens().classes().size();
        for (int shard = 0; shard < manifest.shards().size(); shard++) {
            map(shard);
        }
    }

    private TokenShards(TokenShards other, ImageCaptions captions) {
        this.directory = other.directory;
        this.manifest = other.manifest;
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
     * Opens a finished set and checks it.
     *
     * @throws CorruptFileException if the set is missing, unfinished, damaged or of another version
     */
    public static TokenShards open(Path directory) throws IOException {
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
        return new TokenShards(directory, manifest);
    }

    private void map(int shard) throws IOException {
        int images = manifest.shards().get(shard).images();
        Path path = directory.resolve(manifest.shards().get(shard).file());
        Safetensors file = ShardFiles.open(path, MADE);
        IntBuffer mapped = ShardFiles.map(path, file, TOKENS, MADE, images, views(), cells());
        requireBelow(path, TOKENS, mapped, vocabularySize());
        IntBuffer shardClasses = ShardFiles.map(path, file, CLASSES, MADE, images);
        requireBelow(path, CLASSES, shardClasses, classes().size());
        shardClasses.get(0, classes, firstOfShard[shard], images);
        ShardFiles.map(path, file, FAMILIES, MADE, images).get(0, families, firstOfShard[shard], images);
        ShardFiles.requireFingerprint(path, manifest.shards().get(shard), MADE);
        tokens.add(mapped);
    }

    private static void requireBelow(Path path, String name, IntBuffer values, int bound) throws IOException {
        for (int i = 0; i < values.limit(); i++) {
            int value = values.get(i);
            if (value < 0 || value >= bound) {
                throw new CorruptFileException("'" + name + "' of " + path + " must lie in [0, " + bound
                        + "), but hold " + value + " at place " + i + "; run `" + MADE + "` again");
            }
        }
    }

    /** What the set is and what made it. */
    public TokenSet set() {
        return manifest.tokens();
    }

    /** Where it lies. */
    public Path directory() {
        return directory;
    }

    /** SHA-256 over all that the set holds; recorded orders carry it. */
    public String fingerprint() {
        return manifest.fingerprint();
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
     */
    public int[] tokens(int index, int view) {
        Objects.checkIndex(index, count());
        Objects.checkIndex(view, views());
        int shard = shard(index);
        int[] copy = new int[cells()];
        tokens.get(shard).get(((index - firstOfShard[shard]) * views() + view) * cells(), copy);
        return copy;
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

    /** The name of an image in the set it came from. */
    public String fileName(int index) {
        return manifest.fileNames().get(index);
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
