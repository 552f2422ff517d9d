package dev.oar.artifact;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.Safetensors;
import dev.oar.config.Require;
import dev.oar.config.Spelling;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.text.Columns;
import dev.oar.text.PaddingRule;
import dev.oar.text.PaddingSide;
import dev.oar.text.TextEncoder;
import dev.oar.text.TextTokenizer;
import dev.oar.text.TokenLayout;
import dev.oar.text.TokenizedTexts;
import dev.oar.text.Truncation;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Embeds captions by a frozen text encoder and writes {@link CaptionFeatures}. Captions of about the same length share a batch, so that
 * little is computed for padding; where padding is hidden no feature depends on the captions beside it.
 *
 * @param tokenizer the encoder's tokenizer; stays the caller's
 * @param encoder the encoder; stays the caller's
 * @param maximumLength how many tokens a caption may have, special tokens included
 * @param truncation what becomes of a longer caption
 * @param paddingSide on which side captions are padded for the encoder
 * @param paddingRule whether tokens see padding; where they do, all captions are padded to the maximum length
 * @param batchSize how many captions are embedded at a time, at least 1
 */
public record CaptionFeaturesWriter(
        TextTokenizer tokenizer,
        TextEncoder encoder,
        int maximumLength,
        Truncation truncation,
        PaddingSide paddingSide,
        PaddingRule paddingRule,
        int batchSize) {
    private static final int MAX_CAPTIONS_PER_SHARD = 16_384;
    private static final int MAX_NUMBERS_PER_SHARD = 1 << 27;

    /** Checks that encoder and tokenizer fit together. */
    public CaptionFeaturesWriter {
        Require.that(batchSize >= 1, "at least 1 caption is embedded at a time, but the batch size is %s", batchSize);
        int longest = encoder.maximumLength().orElse(Integer.MAX_VALUE);
        Require.that(
                maximumLength >= 1 && maximumLength <= longest,
                "a caption may have 1 .. %s tokens for this encoder, but is to have %s; choose its maximum length",
                longest,
                maximumLength);
        encoder.requireTokenizer(tokenizer);
        requirePadding(encoder.maximumLength().isPresent(), paddingSide, paddingRule);
    }

    /**
     * Checks that a caption's features do not depend on the captions beside it. Where padding is hidden, a batch is as wide as its longest
     * caption; learned positions are counted by column, so that a caption behind padding would have other ones than alone.
     *
     * @param learnedPositions whether the encoder has them, as CLIP's has
     * @throws IllegalArgumentException if they would
     */
    static void requirePadding(boolean learnedPositions, PaddingSide side, PaddingRule rule) {
        Require.that(
                !learnedPositions || side == PaddingSide.RIGHT || rule == PaddingRule.SEEN,
                "an encoder with learned positions, such as CLIP's, needs its padding behind captions or in sight, but it is"
                        + " to be %s and %s; choose padding-side: right, or padding-rule: seen",
                Spelling.word(side),
                Spelling.word(rule));
    }

    /** The fingerprint of captions in their order. */
    public static String fingerprint(List<String> captions) {
        Fingerprint.Accumulator all = new Fingerprint.Accumulator().add("captions");
        captions.forEach(all::add);
        return all.fingerprint();
    }

    /**
     * Embeds captions. The folder's manifest comes last: what is broken off leaves none, and the next run begins anew.
     *
     * @param folder made if missing; features that are there are replaced
     * @param progress told how many captions have been embedded
     * @throws IllegalArgumentException if a caption cannot be tokenized or is too long, or there is none, or a feature does not fit
     *     float16; what was in the folder is then gone if embedding had begun
     */
    public CaptionFeatures write(Path folder, List<String> captions, IntConsumer progress) throws IOException {
        TokenizedTexts texts = tokenizer.encode(
                captions,
                new TokenLayout(
                        maximumLength,
                        truncation,
                        paddingSide,
                        paddingRule == PaddingRule.SEEN ? Columns.MAXIMUM : Columns.LONGEST));
        CaptionFeatures.Source source =
                CaptionFeatures.Source.of(tokenizer, encoder, maximumLength, paddingSide, paddingRule);
        Files.createDirectories(folder);
        clear(folder);
        List<CaptionManifest.Shard> shards = new ArrayList<>();
        int done = 0;
        while (done < texts.count()) {
            int end = shardEnd(texts.lengths(), done);
            Path file = folder.resolve(CaptionManifest.Shard.name(shards.size()));
            writeShard(file, texts, done, end, progress);
            shards.add(new CaptionManifest.Shard(
                    CaptionManifest.Shard.name(shards.size()), end - done, Fingerprint.ofFile(file)));
            done = end;
        }
        CaptionManifest.of(source, encoder.width(), fingerprint(captions), texts.cutCount(), shards)
                .write(folder);
        return CaptionFeatures.open(folder);
    }

    private static void clear(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(CaptionManifest.FILE));
        List<Path> stale = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, CaptionFeatures.KIND + "-*.safetensors")) {
            files.forEach(stale::add);
        }
        for (Path file : stale) {
            Files.delete(file);
        }
    }

    private int shardEnd(int[] lengths, int begin) {
        long room = Math.max(1, MAX_NUMBERS_PER_SHARD / encoder.width());
        int end = begin + 1;
        long tokens = lengths[begin];
        while (end < lengths.length && end - begin < MAX_CAPTIONS_PER_SHARD && tokens + lengths[end] <= room) {
            tokens += lengths[end];
            end++;
        }
        return end;
    }

    private void writeShard(Path file, TokenizedTexts texts, int begin, int end, IntConsumer progress)
            throws IOException {
        int[] lengths = Arrays.copyOfRange(texts.lengths(), begin, end);
        long[] firsts = new long[lengths.length + 1];
        for (int i = 0; i < lengths.length; i++) {
            firsts[i + 1] = firsts[i] + lengths[i];
        }
        int[] byLength = IntStream.range(0, lengths.length)
                .boxed()
                .sorted(Comparator.comparing(caption -> lengths[caption]))
                .mapToInt(Integer::intValue)
                .toArray();
        try (TensorScope ignored = TensorScope.open()) {
            Tensor features = Tensors.emptyInMainMemory(torch.ScalarType.Half, firsts[lengths.length], encoder.width());
            for (int done = 0; done < byLength.length; done += batchSize) {
                int[] batch = Arrays.copyOfRange(byLength, done, Math.min(done + batchSize, byLength.length));
                TensorScope.run(() -> embed(texts, begin, batch, firsts, features));
                progress.accept(begin + Math.min(done + batchSize, byLength.length));
            }
            requireFinite(features);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put(CaptionFeatures.FEATURES, features);
            tensors.put(CaptionFeatures.LENGTHS, Tensors.of(lengths, lengths.length));
            Safetensors.write(file, tensors, Map.of());
        }
    }

    /** Puts the features of a batch where its captions stand in the shard. */
    private void embed(TokenizedTexts texts, int begin, int[] batch, long[] firsts, Tensor features) {
        TokenizedTexts rows =
                rows(texts, Arrays.stream(batch).map(caption -> begin + caption).toArray());
        Tensor embedded =
                encoder.features(rows, paddingRule).to(torch.ScalarType.Half).cpu();
        for (int row = 0; row < batch.length; row++) {
            long length = rows.lengths()[row];
            var unused = features.narrow(0, firsts[batch[row]], length)
                    .copy_(embedded.select(0, row).narrow(0, rows.first(row), length));
        }
    }

    /** Some of the texts, padded no further than they need to be. */
    private TokenizedTexts rows(TokenizedTexts texts, int[] numbers) {
        int[] lengths =
                Arrays.stream(numbers).map(text -> texts.lengths()[text]).toArray();
        int columns = paddingRule == PaddingRule.SEEN
                ? texts.columns()
                : Arrays.stream(lengths).max().orElseThrow();
        int[][] ids = new int[numbers.length][];
        for (int row = 0; row < numbers.length; row++) {
            int from = paddingSide == PaddingSide.LEFT ? texts.columns() - columns : 0;
            ids[row] = Arrays.copyOfRange(texts.ids()[numbers[row]], from, from + columns);
        }
        return TokenizedTexts.whole(ids, lengths, paddingSide);
    }

    private static void requireFinite(Tensor features) {
        Require.that(
                features.isfinite().all().item_bool(),
                "features must be finite in float16, in which they are kept, but some are not; use another encoder, or its"
                        + " weights in float32");
    }
}
