package dev.oar.data;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.Safetensors;
import dev.oar.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Writes {@link TokenShards}, image by image.
 *
 * <p>Every shard appears whole or not at all, and the manifest comes last: a directory without one is a run broken off. Its shards stay until
 * the next writer comes to them, and equal ones stay as they are.
 */
public final class TokenShardsWriter {
    private static final int MAX_IMAGES_PER_SHARD = 16_384;
    private static final int MAX_TOKENS_PER_SHARD = 1 << 26;

    private final Path directory;
    private final TokenSet set;
    private final int imagesPerShard;
    private final List<int[]> tokens = new ArrayList<>();
    private final List<int[]> classes = new ArrayList<>();
    private final List<int[]> families = new ArrayList<>();
    private final List<String> fileNames = new ArrayList<>();
    private final List<ShardFiles.Shard> shards = new ArrayList<>();

    private TokenShardsWriter(Path directory, TokenSet set, int imagesPerShard) {
        this.directory = directory;
        this.set = set;
        this.imagesPerShard = imagesPerShard;
    }

    /** Begins a set in a directory, in place of earlier tokens, if there are any: shards that it has no use for are deleted at its end. */
    public static TokenShardsWriter create(Path directory, TokenSet set) throws IOException {
        int fitting = MAX_TOKENS_PER_SHARD / (set.views() * set.grid().cells());
        return create(directory, set, Math.max(1, Math.min(MAX_IMAGES_PER_SHARD, fitting)));
    }

    static TokenShardsWriter create(Path directory, TokenSet set, int imagesPerShard) throws IOException {
        Files.createDirectories(directory);
        Files.deleteIfExists(directory.resolve(Manifests.FILE_NAME));
        return new TokenShardsWriter(directory, set, imagesPerShard);
    }

    /**
     * Adds an image.
     *
     * @param views one row of tokens per view, raster order
     * @param classIndex its class
     * @param family its family
     * @param fileName its name in the set of images
     * @throws IllegalArgumentException if numbers are out of range
     */
    public void add(int[][] views, int classIndex, int family, String fileName) throws IOException {
        requireFitting(views, classIndex, fileName);
        for (int[] view : views) {
            tokens.add(view.clone());
        }
        classes.add(new int[] {classIndex});
        families.add(new int[] {family});
        fileNames.add(fileName);
        if (classes.size() == imagesPerShard) {
            writeShard();
        }
    }

    private void requireFitting(int[][] views, int classIndex, String fileName) {
        if (views.length != set.views()
                || classIndex < 0
                || classIndex >= set.classes().size()) {
            throw new IllegalArgumentException("an image of these tokens needs " + set.views()
                    + " views and a class below " + set.classes().size() + ", but " + fileName + " has " + views.length
                    + " and " + classIndex + "; tokenize it as the set says");
        }
        for (int[] view : views) {
            if (view.length != set.grid().cells()) {
                throw new IllegalArgumentException("an image of these tokens needs "
                        + set.grid().cells() + " tokens per view, but " + fileName + " has " + view.length
                        + "; tokenize it with the tokenizer of the set");
            }
            for (int token : view) {
                if (token < 0 || token >= set.vocabularySize()) {
                    throw new IllegalArgumentException("tokens must lie in [0, " + set.vocabularySize() + "), but "
                            + fileName + " has " + token + "; tokenize it with the tokenizer of the set");
                }
            }
        }
    }

    /**
     * Writes what is left and the manifest.
     *
     * @return the finished set
     */
    public TokenShards finish() throws IOException {
        if (!classes.isEmpty()) {
            writeShard();
        }
        ShardFiles.deleteFrom(directory, TokenShards.KIND, shards.size());
        Manifests.write(directory.resolve(Manifests.FILE_NAME), TokenManifest.of(set, List.copyOf(shards), fileNames));
        return TokenShards.open(directory);
    }

    private void writeShard() throws IOException {
        String name = ShardFiles.name(TokenShards.KIND, shards.size());
        int images = classes.size();
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put(
                    TokenShards.TOKENS,
                    ShardFiles.tensor(tokens, images, set.views(), set.grid().cells()));
            tensors.put(TokenShards.CLASSES, ShardFiles.tensor(classes, images));
            tensors.put(TokenShards.FAMILIES, ShardFiles.tensor(families, images));
            Safetensors.write(directory.resolve(name), tensors, Map.of());
        }
        shards.add(new ShardFiles.Shard(name, images, Fingerprint.ofFile(directory.resolve(name))));
        tokens.clear();
        classes.clear();
        families.clear();
    }
}
