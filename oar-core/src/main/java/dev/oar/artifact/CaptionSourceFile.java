package dev.oar.artifact;

import dev.oar.checkpoint.StrictJson;
import dev.oar.config.Spelling;
import dev.oar.file.AtomicFile;
import dev.oar.file.BoundedFile;
import dev.oar.file.CorruptFileException;
import dev.oar.text.PaddingRule;
import dev.oar.text.PaddingSide;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What frozen encoder a model was trained with, as a small file {@value #NAME} of its folder. Keys are those of
 * {@link CaptionFeatures.Source} in kebab case, beside {@code format} and {@code version}.
 */
public final class CaptionSourceFile {
    /** File name. */
    public static final String NAME = "caption-source.json";

    private static final String FORMAT = "oar-caption-source";
    private static final int VERSION = 1;
    private static final int LARGEST = 1 << 16;

    private static final JsonMapper JSON =
            StrictJson.complete().enable(SerializationFeature.INDENT_OUTPUT).build();

    private CaptionSourceFile() {}

    /** What the file holds. */
    private record Text(
            String format,
            int version,
            String tokenizer,
            String encoder,
            int maximumLength,
            String paddingSide,
            String paddingRule) {
        static Text of(CaptionFeatures.Source source) {
            return new Text(
                    FORMAT,
                    VERSION,
                    source.tokenizer(),
                    source.encoder(),
                    source.maximumLength(),
                    Spelling.word(source.paddingSide()),
                    Spelling.word(source.paddingRule()));
        }

        boolean isOurs() {
            return format.equals(FORMAT) && version == VERSION;
        }

        /** What it says; empty if a word of padding is none. */
        Optional<CaptionFeatures.Source> source() {
            return Spelling.constant(PaddingSide.class, paddingSide)
                    .flatMap(side -> Spelling.constant(PaddingRule.class, paddingRule)
                            .map(rule -> new CaptionFeatures.Source(tokenizer, encoder, maximumLength, side, rule)));
        }
    }

    /** Writes the file. */
    public static void write(Path file, CaptionFeatures.Source source) throws IOException {
        AtomicFile.write(file, JSON.writeValueAsBytes(Text.of(source)));
    }

    /**
     * Reads the file.
     *
     * @throws CorruptFileException if it is damaged or of another version
     */
    public static CaptionFeatures.Source read(Path file) throws IOException {
        String remedy = "copy the whole folder again";
        try {
            Text text = JSON.readValue(BoundedFile.read(file, LARGEST, remedy), Text.class);
            Optional<CaptionFeatures.Source> source = text == null || !text.isOurs() ? Optional.empty() : text.source();
            if (source.isPresent()) {
                return source.get();
            }
        } catch (JacksonException e) {
            throw new CorruptFileException(file + " is damaged, or no " + FORMAT + "; " + remedy, e);
        }
        throw new CorruptFileException(
                file + " must be " + FORMAT + " version " + VERSION + ", but is another; " + remedy);
    }
}
