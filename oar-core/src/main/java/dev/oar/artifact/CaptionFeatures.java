package dev.oar.artifact;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.Safetensors;
import dev.oar.config.Require;
import dev.oar.config.Spelling;
import dev.oar.file.CorruptFileException;
import dev.oar.model.CaptionEmbeddings;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.text.PaddingRule;
import dev.oar.text.PaddingSide;
import dev.oar.text.TextEncoder;
import dev.oar.text.TextTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What a frozen text encoder makes of captions, taken once and kept: a folder with
 *
 * <pre>
 * caption-features.json          {@link CaptionManifest}: what the features depend on, and the shards
 * captions-00000.safetensors     and so on, the captions in order; each holds
 *     features    F16 [tokens, width]     the features of the tokens of all its captions, one caption behind the other, without padding
 *     lengths     I64 [captions]          how many tokens each caption has, in 1 .. maximum length
 * </pre>
 *
 * <p>{@link CaptionFeaturesWriter} writes them. Features of another tokenizer or encoder, or under another maximum length or rule of
 * padding, are not what a network was trained on: {@link #requireSource} tells. An instance holds lengths, no open file, and may be shared
 * between threads.
 */
public final class CaptionFeatures {
    static final String KIND = "captions";
    static final String FEATURES = "features";
    static final String LENGTHS = "lengths";
    private static final int SHOWN = 12;

    /**
     * What features depend on besides the caption.
     *
     * @param tokenizer fingerprint of the text tokenizer
     * @param encoder fingerprint of the text encoder
     * @param maximumLength how many tokens a caption may have; longer ones were cut or refused
     * @param paddingSide on which side captions were padded for the encoder
     * @param paddingRule whether tokens saw padding
     */
    public record Source(
            String tokenizer, String encoder, int maximumLength, PaddingSide paddingSide, PaddingRule paddingRule) {
        /** The source that these are; it reads all weights of the encoder. */
        public static Source of(
                TextTokenizer tokenizer,
                TextEncoder encoder,
                int maximumLength,
                PaddingSide paddingSide,
                PaddingRule paddingRule) {
            return new Source(tokenizer.fingerprint(), encoder.fingerprint(), maximumLength, paddingSide, paddingRule);
        }

        /** The first thing in which another source differs, as a sentence goes on: must come from this one, but come from that. */
        Optional<String> difference(Source other) {
            return differing("text tokenizer", shown(tokenizer), shown(other.tokenizer()))
                    .or(() -> differing("text encoder", shown(encoder), shown(other.encoder())))
                    .or(() -> differing("maximum length", maximumLength, other.maximumLength()))
                    .or(() -> differing("padding side", Spelling.word(paddingSide), Spelling.word(other.paddingSide())))
                    .or(() -> differing(
                            "rule of padding", Spelling.word(paddingRule), Spelling.word(other.paddingRule())));
        }

        private static Optional<String> differing(String what, Object own, Object others) {
            return own.equals(others)
                    ? Optional.empty()
                    : Optional.of("must come from the " + what + " " + own + ", but come from " + others);
        }

        /** The beginning of a fingerprint, enough to tell two apart. */
        private static String shown(String fingerprint) {
            return fingerprint.substring(0, Math.min(SHOWN, fingerprint.length()));
        }
    }

    private final Path folder;
    private final CaptionManifest manifest;
    private final int[] lengths;

    private CaptionFeatures(Path folder, CaptionManifest manifest, int[] lengths) {
        this.folder = folder;
        this.manifest = manifest;
        this.lengths = lengths;
    }

    /**
     * Opens finished features and checks sizes and lengths; {@link #verify} reads every byte.
     *
     * @throws CorruptFileException if they are missing, unfinished, damaged or of another version
     */
    public static CaptionFeatures open(Path folder) throws IOException {
        CaptionManifest manifest = CaptionManifest.read(folder);
        List<int[]> lengths = new ArrayList<>();
        for (CaptionManifest.Shard shard : manifest.shards()) {
            lengths.add(lengths(folder.resolve(shard.file()), shard, manifest));
        }
        return new CaptionFeatures(
                folder, manifest, lengths.stream().flatMapToInt(Arrays::stream).toArray());
    }

    private static int[] lengths(Path path, CaptionManifest.Shard shard, CaptionManifest manifest) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new CorruptFileException(
                    "the manifest beside it names " + path + ", but there is no such file; embed the captions again");
        }
        Safetensors file = Safetensors.open(path);
        Safetensors.Entry entry = file.entry(LENGTHS);
        if (!entry.type().equals("I64") || !Arrays.equals(entry.shape(), new long[] {shard.captions()})) {
            throw broken(path, LENGTHS, "I64 [" + shard.captions() + "]", entry);
        }
        long[] found = TensorScope.compute(() -> {
            try {
                return Tensors.longs(file.read(LENGTHS));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        long tokens = 0;
        for (long length : found) {
            if (length < 1 || length > manifest.maximumLength()) {
                throw new CorruptFileException("captions of " + path + " must have 1 .. " + manifest.maximumLength()
                        + " tokens, but one has " + length + "; embed the captions again");
            }
            tokens += length;
        }
        Safetensors.Entry features = file.entry(FEATURES);
        if (!features.type().equals("F16") || !Arrays.equals(features.shape(), new long[] {tokens, manifest.width()})) {
            throw broken(path, FEATURES, "F16 [" + tokens + ", " + manifest.width() + "]", features);
        }
        return Arrays.stream(found).mapToInt(Math::toIntExact).toArray();
    }

    private static CorruptFileException broken(Path path, String name, String rule, Safetensors.Entry found) {
        return new CorruptFileException("'" + name + "' of " + path + " must be " + rule + ", but is " + found.type()
                + " " + Arrays.toString(found.shape()) + "; embed the captions again");
    }

    /** The number of captions. */
    public int count() {
        return lengths.length;
    }

    /** The width of a feature. */
    public int width() {
        return manifest.width();
    }

    /** The number of tokens of a caption. */
    public int length(int caption) {
        return lengths[caption];
    }

    /** How many captions lost tokens because they had more than the maximum length. */
    public int cutCount() {
        return manifest.cut();
    }

    /** What the features depend on besides the captions. */
    public Source source() {
        return manifest.source();
    }

    /** Of all that the folder holds. */
    public String fingerprint() {
        return manifest.fingerprint();
    }

    /** The fingerprint of the captions as they were given, in order: {@link CaptionFeaturesWriter#fingerprint}. */
    public String captionsFingerprint() {
        return manifest.captions();
    }

    /**
     * Checks that the features come from a source.
     *
     * @throws CorruptFileException if they come from another; it names the first thing that differs
     */
    public void requireSource(Source expected) throws CorruptFileException {
        Optional<String> difference = expected.difference(source());
        if (difference.isPresent()) {
            throw new CorruptFileException(
                    "the caption features of " + folder + " " + difference.get() + "; embed the captions again");
        }
    }

    /**
     * Checks that the features are of these captions.
     *
     * @throws CorruptFileException if they are of others
     */
    public void requireCaptions(List<String> captions) throws CorruptFileException {
        if (!CaptionFeaturesWriter.fingerprint(captions).equals(captionsFingerprint())) {
            throw new CorruptFileException("the caption features of " + folder + " must be of the " + captions.size()
                    + " captions at hand, but are of " + count() + " others; embed the captions again");
        }
    }

    /**
     * Compares every shard with its recorded fingerprint.
     *
     * @throws CorruptFileException if one has another
     */
    public void verify() throws IOException {
        for (CaptionManifest.Shard shard : manifest.shards()) {
            Path path = folder.resolve(shard.file());
            if (!shard.fingerprint().equals(Fingerprint.ofFile(path))) {
                throw new CorruptFileException(
                        path + " must have the fingerprint that the manifest beside it recorded, but"
                                + " has another, so it is damaged or of other captions; embed the captions again");
            }
        }
    }

    /**
     * Some captions for a transformer, in float16; captions {@code 0 ..} of the result are these.
     *
     * @param captions their numbers; at least one
     * @return captions of the maximum length; close them after use
     * @throws IllegalArgumentException if there is no such caption, or none is named
     */
    public CaptionEmbeddings embeddings(int... captions) throws IOException {
        Require.that(
                captions.length >= 1 && Arrays.stream(captions).allMatch(caption -> caption >= 0 && caption < count()),
                "captions must be named by at least one number in 0 .. %s, but are %s",
                count() - 1,
                Arrays.toString(captions));
        TreeMap<Integer, Integer> firsts = new TreeMap<>();
        int first = 0;
        for (int shard = 0; shard < manifest.shards().size(); shard++) {
            firsts.put(first, shard);
            first += manifest.shards().get(shard).captions();
        }
        try (TensorScope ignored = TensorScope.open()) {
            Tensor all = Tensors.emptyInMainMemory(
                            torch.ScalarType.Half, captions.length, source().maximumLength(), width())
                    .zero_();
            for (int row = 0; row < captions.length; row++) {
                var shard = firsts.floorEntry(captions[row]);
                copy(
                        folder.resolve(manifest.shards().get(shard.getValue()).file()),
                        Arrays.stream(lengths, shard.getKey(), captions[row])
                                .asLongStream()
                                .sum(),
                        all.select(0, row).narrow(0, 0, lengths[captions[row]]));
            }
            return CaptionEmbeddings.of(
                    all, Arrays.stream(captions).map(this::length).toArray());
        }
    }

    /** All captions for a transformer, see {@link #embeddings(int...)}: they must fit into memory. */
    public CaptionEmbeddings embeddings() throws IOException {
        return embeddings(IntStream.range(0, count()).toArray());
    }

    /** Copies the features of a caption. */
    private static void copy(Path path, long firstToken, Tensor target) throws IOException {
        int bytes = Math.toIntExact(target.nbytes());
        long offset = firstToken * target.size(1) * Short.BYTES;
        Tensors.memory(target).put(Safetensors.open(path).map(FEATURES, offset, bytes));
    }
}
