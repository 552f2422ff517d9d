package dev.oar.model;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.Safetensors;
import dev.oar.config.Require;
import dev.oar.file.CorruptFileException;
import dev.oar.tensor.Device;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.text.PaddingSide;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Captions as a text encoder embeds them, numbered from 0: the conditions of a transformer that draws from captions
 * ({@link AnyOrderTransformer#withCaptions}). A safetensors file of them holds
 *
 * <pre>
 * captions    [count, length, width], F32, F64, F16 or BF16: the encoder's output, each caption's tokens first
 * lengths     [count], I32 or I64, optional: how many tokens each caption has, in 1 .. length; else all
 * </pre>
 *
 * <p>What stands behind a caption's tokens is never read. Owns its tensors, in main memory, which may look into the file they were
 * read from: nobody may shorten that meanwhile.
 */
public final class CaptionEmbeddings implements Captions {
    /** Name of the tensor of embeddings. */
    public static final String CAPTIONS = "captions";

    /** Name of the tensor of lengths. */
    public static final String LENGTHS = "lengths";

    private static final List<torch.ScalarType> TYPES =
            List.of(torch.ScalarType.Float, torch.ScalarType.Half, torch.ScalarType.BFloat16, torch.ScalarType.Double);

    private final Weights tensors;
    private final int[] lengths;
    private final boolean negative;

    private CaptionEmbeddings(Tensor captions, int[] lengths, boolean negative) {
        this.negative = negative;
        this.lengths = lengths.clone();
        try (TensorScope ignored = TensorScope.open()) {
            this.tensors = Device.CPU.compute(() ->
                    Weights.owning(Map.of(CAPTIONS, captions, LENGTHS, Tensors.of(this.lengths, this.lengths.length))));
        }
    }

    /**
     * Captions in memory; they are copied.
     *
     * @param captions {@code [count, length, width]}, float32, float64, float16 or bfloat16; tokens first, padding behind
     * @param lengths {@code [count]} how many tokens each caption has, in {@code 1 .. length}
     * @throws IllegalArgumentException if sizes or lengths do not fit together, or an embedding is not finite
     */
    public static CaptionEmbeddings of(Tensor captions, int[] lengths) {
        return copied(captions, lengths, false);
    }

    /**
     * Captions in memory, the last of which is the negative one: what images shall not show, which unconditional rows see. The others
     * are counted.
     *
     * @param captions {@code [count + 1, length, width]}, see {@link #of}
     * @param lengths {@code [count + 1]} how many tokens each caption has, in {@code 1 .. length}
     * @throws IllegalArgumentException as {@link #of}, or if there is no other caption
     */
    public static CaptionEmbeddings withNegative(Tensor captions, int[] lengths) {
        Require.that(
                lengths.length >= 2,
                "a negative caption stands behind at least one other, but there are %s captions in all; add what images are"
                        + " to show",
                lengths.length);
        return copied(captions, lengths, true);
    }

    private static CaptionEmbeddings copied(Tensor captions, int[] lengths, boolean negative) {
        requireSizes(captions);
        requireLengths(captions, lengths);
        try (TensorScope ignored = TensorScope.open()) {
            return new CaptionEmbeddings(captions.detach().cpu().clone().contiguous(), lengths, negative);
        }
    }

    /**
     * The captions of a file, which are mapped, not copied, where the file allows it.
     *
     * @throws CorruptFileException if it is no intact file of captions
     */
    public static CaptionEmbeddings read(Path path) throws IOException {
        Safetensors file = Safetensors.open(path);
        Set<String> surplus = new TreeSet<>(file.names());
        surplus.removeAll(Set.of(CAPTIONS, LENGTHS));
        if (!file.names().contains(CAPTIONS) || !surplus.isEmpty()) {
            throw new CorruptFileException(path + " must hold a tensor named '" + CAPTIONS + "', perhaps '" + LENGTHS
                    + "', and nothing else, but holds " + file.names().size() + " tensors"
                    + (surplus.isEmpty()
                            ? ""
                            : ", such as '" + surplus.iterator().next() + "'")
                    + "; check that it is a file of caption embeddings");
        }
        try (Weights stored = file.mapped();
                TensorScope ignored = TensorScope.open()) {
            Tensor captions = stored.get(CAPTIONS);
            requireSizes(captions);
            int[] lengths = stored.has(LENGTHS) ? lengths(stored.get(LENGTHS)) : wholeLengths(captions);
            requireLengths(captions, lengths);
            return new CaptionEmbeddings(captions, lengths, false);
        } catch (IllegalArgumentException refusal) {
            throw new CorruptFileException(path + " is no file of captions: " + refusal.getMessage(), refusal);
        }
    }

    @Override
    public int count() {
        return negative ? lengths.length - 1 : lengths.length;
    }

    /** Whether unconditional rows see a caption of their own; it has the number {@link #count}. */
    public boolean hasNegative() {
        return negative;
    }

    /** The number of tokens that every caption has room for. */
    public int length() {
        return Math.toIntExact(tensors.get(CAPTIONS).size(1));
    }

    /** The width of an embedding. */
    public int width() {
        return Math.toIntExact(tensors.get(CAPTIONS).size(2));
    }

    /** The number of tokens of a caption. */
    public int length(int caption) {
        return lengths[caption];
    }

    /** The number of tokens of the longest caption, the negative one included. */
    public int longest() {
        return Arrays.stream(lengths).max().orElseThrow();
    }

    /** Of embeddings and lengths, whatever file they came from. */
    @Override
    public String fingerprint() {
        return negative ? Fingerprint.of("negative", Fingerprint.of(tensors)) : Fingerprint.of(tensors);
    }

    /** A caption's tokens behind as many zeros as it is too short: {@code [length, width]}, in the stored type and in main memory. */
    Tensor padded(int caption) {
        return padded(caption, PaddingSide.LEFT);
    }

    /**
     * A caption's tokens, and zeros in place of as many as it is too short.
     *
     * @param side where the zeros stand; transformers have them in front
     * @return {@code [length, width]}, in the stored type and in main memory
     */
    public Tensor padded(int caption, PaddingSide side) {
        int tokens = lengths[caption];
        Tensor embeddings = tensors.get(CAPTIONS).select(0, caption).narrow(0, 0, tokens);
        if (tokens == length()) {
            return embeddings;
        }
        Tensor zeros = Device.CPU.compute(() -> Tensors.zeros(embeddings.scalar_type(), length() - tokens, width()));
        return side == PaddingSide.LEFT ? Tensors.cat(0, zeros, embeddings) : Tensors.cat(0, embeddings, zeros);
    }

    /** Frees the embeddings. */
    @Override
    public void close() {
        tensors.close();
    }

    private static void requireSizes(Tensor captions) {
        long[] shape = captions.shape();
        Require.that(
                shape.length == 3
                        && Arrays.stream(shape).allMatch(size -> size >= 1 && size <= Integer.MAX_VALUE)
                        && TYPES.contains(captions.scalar_type().intern()),
                "captions must be embeddings of shape [count, length, width] and a type of %s, but are of shape %s and type"
                        + " %s; save the text encoder's output",
                TYPES,
                Arrays.toString(shape),
                captions.scalar_type().intern());
    }

    private static int[] lengths(Tensor stored) {
        torch.ScalarType type = stored.scalar_type().intern();
        Require.that(
                stored.dim() == 1 && (type == torch.ScalarType.Int || type == torch.ScalarType.Long),
                "the lengths of captions must be whole numbers of shape [count], I32 or I64, but have shape %s and type %s;"
                        + " save one number per caption",
                Arrays.toString(stored.shape()),
                type);
        // A number too large for an int must not become a small one.
        return Arrays.stream(Tensors.longs(stored))
                .mapToInt(length -> (int) Math.max(-1, Math.min(length, Integer.MAX_VALUE)))
                .toArray();
    }

    private static int[] wholeLengths(Tensor captions) {
        int[] lengths = new int[Math.toIntExact(captions.size(0))];
        Arrays.fill(lengths, Math.toIntExact(captions.size(1)));
        return lengths;
    }

    private static void requireLengths(Tensor captions, int[] lengths) {
        Require.that(
                lengths.length == captions.size(0),
                "there must be one length per caption, but there are %s captions and %s lengths; count them again",
                captions.size(0),
                lengths.length);
        for (int caption = 0; caption < lengths.length; caption++) {
            int number = caption;
            int length = lengths[caption];
            Require.that(
                    length >= 1 && length <= captions.size(1),
                    "the length of a caption must lie in 1 .. %s, but that of caption %s is %s; count its tokens again",
                    captions.size(1),
                    caption,
                    length);
            boolean finite = TensorScope.compute(() -> captions.select(0, number)
                    .narrow(0, 0, length)
                    .isfinite()
                    .all()
                    .item_bool());
            Require.that(
                    finite,
                    "embeddings must be finite numbers, but caption %s has others; run the text encoder again in float32",
                    caption);
        }
    }
}
