package dev.oar.artifact;

import dev.oar.config.Require;
import dev.oar.model.CaptionConditioning;
import dev.oar.model.CaptionEmbeddings;
import dev.oar.model.FrozenEncoder;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.text.CaptionText;
import dev.oar.text.Columns;
import dev.oar.text.PaddingRule;
import dev.oar.text.TextEncoder;
import dev.oar.text.TextEncoderFiles;
import dev.oar.text.TextTokenizer;
import dev.oar.text.TokenLayout;
import dev.oar.text.TokenizedTexts;
import dev.oar.text.Truncation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Makes of captions what a model with a frozen encoder draws from: embeddings, in float16 as it was trained on them. Each caption is
 * embedded by itself, so that it does not depend on the others. The encoder is read when it is first needed, and stays in memory until
 * this is closed.
 */
public final class FrozenCaptionReader implements CaptionReader {
    /** How many captions are embedded at a time where they are kept. */
    private static final int BATCH = 16;

    /** Fewer captions are embedded sooner by weights as they are stored than it takes to prepack them. */
    private static final int MANY = 256;

    private final CaptionConditioning sizes;
    private final FrozenEncoder encoder;
    private final TextEncoderFiles files;
    private final Optional<CaptionFeatures.Source> trained;
    private final TextTokenizer tokenizer;
    private @Nullable CaptionFeaturesWriter writer;
    private boolean repacked;

    private FrozenCaptionReader(
            CaptionConditioning sizes,
            FrozenEncoder encoder,
            TextEncoderFiles files,
            Optional<CaptionFeatures.Source> trained,
            TextTokenizer tokenizer) {
        this.sizes = sizes;
        this.encoder = encoder;
        this.files = files;
        this.trained = trained;
        this.tokenizer = tokenizer;
    }

    /**
     * A reader for a model; close it after use.
     *
     * @param sizes what the model takes, by a frozen encoder
     * @param files the encoder
     * @param trained what the model was trained with, if that is known
     * @throws IllegalArgumentException if the encoder's width is another, or captions cannot be padded so for it
     */
    public static FrozenCaptionReader open(
            CaptionConditioning sizes, TextEncoderFiles files, Optional<CaptionFeatures.Source> trained)
            throws IOException {
        FrozenEncoder encoder = sizes.frozen()
                .orElseThrow(
                        () -> new IllegalArgumentException("a model whose encoder is a part of it reads captions by its"
                                + " own tokenizer, but was given the text encoder " + files.folder()
                                + "; leave that out"));
        int width = files.width();
        Require.that(
                width == encoder.width(),
                "the text encoder of this model must have the width %s, but that of %s has %s; name the one that the model"
                        + " was trained with",
                encoder.width(),
                files.folder(),
                width);
        CaptionFeaturesWriter.requirePadding(
                files.kind() == TextEncoderFiles.Kind.CLIP, encoder.paddingSide(), encoder.paddingRule());
        return new FrozenCaptionReader(sizes, encoder, files, trained, files.tokenizer());
    }

    /**
     * What features of this encoder depend on besides captions; this reads all of its weights.
     *
     * @throws IllegalArgumentException if the encoder is another than the model was trained with
     */
    public CaptionFeatures.Source source() throws IOException {
        CaptionFeatures.Source source = CaptionFeatures.Source.of(
                tokenizer, writer().encoder(), sizes.length(), encoder.paddingSide(), encoder.paddingRule());
        Optional<String> difference = trained.flatMap(expected -> expected.difference(source));
        if (difference.isPresent()) {
            throw new IllegalArgumentException("captions of this model " + difference.get()
                    + "; name the text encoder that it was trained with (--text-encoder)");
        }
        return source;
    }

    /**
     * Embeds captions and keeps what comes of it. For many captions the encoder is read anew in the form that is fastest, and stays so.
     *
     * @param folder made if missing; features that are there are replaced
     * @param captions as {@link #clean} has them
     * @param progress told how many captions have been embedded
     */
    public CaptionFeatures write(Path folder, List<String> captions, IntConsumer progress) throws IOException {
        if (captions.size() >= MANY && !repacked) {
            closeWriter();
            repacked = true;
        }
        return writer().write(folder, captions, progress);
    }

    /** Captions as they are tokenized. */
    public static List<String> clean(List<String> captions) {
        return captions.stream().map(CaptionText::clean).toList();
    }

    @Override
    public void require(List<String> captions, Optional<String> negative) {
        captions.forEach(this::requireRoom);
        negative.ifPresent(this::requireRoom);
    }

    private void requireRoom(String caption) {
        String clean = CaptionText.clean(caption);
        int length = tokenizer.tokens(clean).length;
        Require.that(
                length <= sizes.length() || sizes.tooLong() == CaptionConditioning.TooLong.CUT,
                "a caption may have up to %s tokens for this model, but '%s' has %s; shorten it",
                sizes.length(),
                clean,
                length);
    }

    @Override
    public CaptionEmbeddings read(List<String> captions, Optional<String> negative) throws IOException {
        require(captions, negative);
        if (trained.isPresent()) {
            var unused = source();
        }
        List<String> all = new ArrayList<>(clean(captions));
        negative.map(CaptionText::clean).ifPresent(all::add);
        TextEncoder network = writer().encoder();
        int[] lengths = new int[all.size()];
        try (TensorScope ignored = TensorScope.open()) {
            Tensor rows = Tensors.emptyInMainMemory(torch.ScalarType.Half, all.size(), sizes.length(), network.width())
                    .zero_();
            for (int row = 0; row < lengths.length; row++) {
                TokenizedTexts text = tokenizer.encode(List.of(all.get(row)), layout());
                lengths[row] = text.lengths()[0];
                Tensor target = rows.select(0, row).narrow(0, 0, lengths[row]);
                TensorScope.run(() -> embed(network, text, target));
            }
            return negative.isPresent()
                    ? CaptionEmbeddings.withNegative(rows, lengths)
                    : CaptionEmbeddings.of(rows, lengths);
        }
    }

    private void embed(TextEncoder network, TokenizedTexts text, Tensor target) {
        Tensor embedded = network.features(text, encoder.paddingRule());
        var unused = target.copy_(embedded.select(0, 0).narrow(0, text.first(0), text.lengths()[0]));
    }

    @Override
    public long cut(List<String> captions) {
        return clean(captions).stream()
                .filter(caption -> tokenizer.tokens(caption).length > sizes.length())
                .count();
    }

    private TokenLayout layout() {
        return new TokenLayout(
                sizes.length(),
                truncation(),
                encoder.paddingSide(),
                encoder.paddingRule() == PaddingRule.SEEN ? Columns.MAXIMUM : Columns.LONGEST);
    }

    private Truncation truncation() {
        return sizes.tooLong() == CaptionConditioning.TooLong.CUT ? Truncation.CUT : Truncation.REFUSE;
    }

    /** Tokenizer and encoder, which fit together. */
    private CaptionFeaturesWriter writer() throws IOException {
        CaptionFeaturesWriter open = writer;
        if (open == null) {
            TextEncoder network = repacked ? files.repackedEncoder() : files.encoder();
            try {
                open = new CaptionFeaturesWriter(
                        tokenizer,
                        network,
                        sizes.length(),
                        truncation(),
                        encoder.paddingSide(),
                        encoder.paddingRule(),
                        BATCH);
            } catch (IllegalArgumentException refusal) {
                network.close();
                throw refusal;
            }
            writer = open;
        }
        return open;
    }

    private void closeWriter() {
        if (writer != null) {
            writer.encoder().close();
            writer = null;
        }
    }

    @Override
    public void close() {
        closeWriter();
        tokenizer.close();
    }
}
