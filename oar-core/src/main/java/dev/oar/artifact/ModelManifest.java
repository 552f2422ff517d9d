package dev.oar.artifact;

import dev.oar.config.Default;
import dev.oar.model.CaptionConditioning;
import dev.oar.model.ModelConfig;
import dev.oar.model.TokenSpace;
import dev.oar.tokenizer.TokenizerConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code model.yaml} of a model folder says.
 *
 * @param version version of the folder's layout, 1
 * @param name name of the model
 * @param description one sentence about what it draws and where it comes from
 * @param licence licence of weights and training images
 * @param source where the weights come from; empty for a recipe of our own
 * @param classes class names; the place of a name is its condition
 * @param tokenizer sizes of the tokenizer
 * @param transformer sizes of the transformers
 * @param fingerprints SHA-256 of each weight file, by file name
 */
public record ModelManifest(
        @Default("1") int version,
        String name,
        String description,
        String licence,
        @Default("\"\"") String source,
        List<String> classes,
        TokenizerConfig tokenizer,
        ModelConfig transformer,
        Map<String, String> fingerprints) {
    /** The layout this code reads and writes. */
    public static final int VERSION = 1;

    /** Checks version and classes. */
    public ModelManifest {
        if (version != VERSION) {
            throw new IllegalArgumentException("a model folder must be of version " + VERSION + ", but this one is of "
                    + version + "; use a matching release");
        }
        if (classes.isEmpty()) {
            throw new IllegalArgumentException("a model needs at least one class, but model.yaml names none");
        }
        classes = List.copyOf(classes);
    }

    /** The same manifest for other weight files. */
    public ModelManifest withFingerprints(Map<String, String> others) {
        return new ModelManifest(version, name, description, licence, source, classes, tokenizer, transformer, others);
    }

    /** What images are drawn from if that is captions; empty for classes. */
    public Optional<CaptionConditioning> captions() {
        return transformer.captions();
    }

    /** What the transformers predict. */
    public TokenSpace space() {
        return new TokenSpace(tokenizer.grid(), tokenizer.codebookSize(), classes.size());
    }
}
