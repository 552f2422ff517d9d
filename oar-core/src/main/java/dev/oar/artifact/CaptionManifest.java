package dev.oar.artifact;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.StrictJson;
import dev.oar.config.Require;
import dev.oar.config.Spelling;
import dev.oar.file.AtomicFile;
import dev.oar.file.BoundedFile;
import dev.oar.file.CorruptFileException;
import dev.oar.text.PaddingRule;
import dev.oar.text.PaddingSide;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code caption-features.json} says, its keys in kebab case; {@link CaptionFeatures} documents the folder.
 *
 * @param format {@code oar-caption-features}
 * @param version 1
 * @param fingerprint SHA-256 of everything below
 * @param tokenizer fingerprint of the text tokenizer
 * @param encoder fingerprint of the text encoder
 * @param maximumLength how many tokens a caption may have
 * @param paddingSide {@code left} or {@code right}
 * @param paddingRule {@code hidden} or {@code seen}
 * @param width width of a feature
 * @param captions fingerprint of the captions
 * @param cut how many captions lost tokens
 * @param shards the files
 */
record CaptionManifest(
        String format,
        int version,
        String fingerprint,
        String tokenizer,
        String encoder,
        int maximumLength,
        String paddingSide,
        String paddingRule,
        int width,
        String captions,
        int cut,
        List<Shard> shards) {
    static final String FILE = "caption-features.json";

    private static final String FORMAT = "oar-caption-features";
    private static final int VERSION = 1;
    private static final int LARGEST = 64 << 20;

    private static final JsonMapper JSON =
            StrictJson.complete().enable(SerializationFeature.INDENT_OUTPUT).build();

    /**
     * One file.
     *
     * @param file its name
     * @param captions how many it holds
     * @param fingerprint SHA-256 of its bytes
     */
    record Shard(String file, int captions, String fingerprint) {
        /** Checks that the name stays within the folder. */
        Shard {
            Require.that(
                    file.matches(CaptionFeatures.KIND + "-[0-9]{5,}\\.safetensors") && captions >= 1,
                    "a shard needs a name like %s and at least 1 caption, but is '%s' with %s; embed the captions again",
                    name(0),
                    file,
                    captions);
        }

        static String name(int number) {
            return String.format(Locale.ROOT, "%s-%05d.safetensors", CaptionFeatures.KIND, number);
        }
    }

    /** Checks the sizes and words. */
    CaptionManifest {
        Require.that(
                maximumLength >= 1 && maximumLength <= 1 << 16 && width >= 1 && !shards.isEmpty(),
                "caption features need a maximum length in 1 .. 65536, a width of at least 1 and a shard, but have %s, %s and"
                        + " %s; embed the captions again",
                maximumLength,
                width,
                shards.size());
        Require.that(
                Spelling.constant(PaddingSide.class, paddingSide).isPresent()
                        && Spelling.constant(PaddingRule.class, paddingRule).isPresent(),
                "padding is left or right, and hidden or seen, but here %s and %s; embed the captions again",
                paddingSide,
                paddingRule);
        shards = List.copyOf(shards);
    }

    static CaptionManifest of(CaptionFeatures.Source source, int width, String captions, int cut, List<Shard> shards) {
        CaptionManifest blank = new CaptionManifest(
                FORMAT,
                VERSION,
                "",
                source.tokenizer(),
                source.encoder(),
                source.maximumLength(),
                Spelling.word(source.paddingSide()),
                Spelling.word(source.paddingRule()),
                width,
                captions,
                cut,
                shards);
        return blank.withFingerprint(blank.computedFingerprint());
    }

    private CaptionManifest withFingerprint(String other) {
        return new CaptionManifest(
                format,
                version,
                other,
                tokenizer,
                encoder,
                maximumLength,
                paddingSide,
                paddingRule,
                width,
                captions,
                cut,
                shards);
    }

    private String computedFingerprint() {
        return Fingerprint.of(JSON.writeValueAsString(withFingerprint("")));
    }

    CaptionFeatures.Source source() {
        return new CaptionFeatures.Source(
                tokenizer,
                encoder,
                maximumLength,
                Spelling.constant(PaddingSide.class, paddingSide).orElseThrow(),
                Spelling.constant(PaddingRule.class, paddingRule).orElseThrow());
    }

    static CaptionManifest read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new CorruptFileException("caption features have a file " + FILE + " once they are complete, but "
                    + folder + " has none; embed the captions to the end, or correct the path");
        }
        CaptionManifest manifest;
        try {
            manifest =
                    JSON.readValue(BoundedFile.read(file, LARGEST, "embed the captions again"), CaptionManifest.class);
        } catch (JacksonException | IllegalArgumentException e) {
            String reason = e instanceof JacksonException json ? json.getOriginalMessage() : e.getMessage();
            throw new CorruptFileException(
                    file + " is damaged or of another version ("
                            + String.valueOf(reason).lines().findFirst().orElse("") + "); embed the captions again",
                    e);
        }
        if (manifest == null
                || !manifest.format().equals(FORMAT)
                || manifest.version() != VERSION
                || !manifest.fingerprint().equals(manifest.computedFingerprint())) {
            throw new CorruptFileException(file + " must be " + FORMAT + " version " + VERSION
                    + " as it was written, but is of another version or was changed; embed the captions again");
        }
        return manifest;
    }

    void write(Path folder) throws IOException {
        AtomicFile.write(folder.resolve(FILE), JSON.writeValueAsBytes(this));
    }
}
