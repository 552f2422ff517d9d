package dev.oar.artifact;

import dev.oar.layout.ImageNetClasses;
import dev.oar.model.ArpgConfig;
import dev.oar.model.CaptionConditioning;
import dev.oar.model.LlamaGenGptConfig;
import dev.oar.model.ModelConfig;
import dev.oar.model.RarConfig;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.tokenizer.MaskGitTokenizerConfig;
import dev.oar.tokenizer.TokenizerConfig;
import dev.oar.tokenizer.VqTokenizerConfig;
import java.util.List;

/**
 * A published model by its sizes: what a file of weights must hold to be imported under this name.
 *
 * @param name the name that imports choose it by
 * @param transformer its transformer
 * @param tokenizer the tokenizer that it was trained with
 * @param licence licence of the published weights
 * @param source where it comes from
 */
public record PublicModel(
        String name, ModelConfig transformer, TokenizerConfig tokenizer, String licence, String source) {
    /** All that draw from classes are trained on ImageNet. */
    public static final int CLASS_COUNT = 1000;

    /** The one class of models that draw from captions; captions take its place when they are given. */
    private static final String CAPTION = "caption";

    /** What LlamaGen's text-to-image models draw from: captions by flan-t5-xl. */
    private static final CaptionConditioning FLAN_T5_XL = CaptionConditioning.frozen(120, 2048);

    private static final String RANDAR = "RandAR (arXiv 2412.01827), github.com/ziqipang/RandAR";
    private static final String LLAMAGEN = "LlamaGen (arXiv 2406.06525), github.com/FoundationVision/LlamaGen";
    private static final String RAR = "RAR (arXiv 2411.00776), github.com/bytedance/1d-tokenizer";
    private static final String ARPG = "ARPG (arXiv 2503.10568), github.com/hp-l33/ARPG";
    private static final String MIT = "MIT";
    private static final String APACHE = "Apache-2.0";

    private static final List<PublicModel> ALL = List.of(
            randar("randar-l", 1024, 24, 16, VqTokenizerConfig.vq16(256, true)),
            randar("randar-xl", 1280, 36, 20, VqTokenizerConfig.vq16(256, true)),
            randar("randar-xxl", 1536, 48, 24, VqTokenizerConfig.vq16(256, true)),
            randar("randar-l-maskgit", 1024, 24, 16, MaskGitTokenizerConfig.published()),
            llamagen("llamagen-b", 768, 12, 12, 256),
            llamagen("llamagen-l", 1024, 24, 16, 256),
            llamagen("llamagen-xl", 1280, 36, 20, 256),
            llamagen("llamagen-xxl", 1536, 48, 24, 256),
            llamagen("llamagen-3b", 3200, 24, 32, 256),
            llamagen("llamagen-b-384", 768, 12, 12, 384),
            llamagen("llamagen-l-384", 1024, 24, 16, 384),
            llamagen("llamagen-xl-384", 1280, 36, 20, 384),
            llamagen("llamagen-xxl-384", 1536, 48, 24, 384),
            llamagen("llamagen-3b-384", 3200, 24, 32, 384),
            llamagenOfCaptions("llamagen-t2i-256", 256),
            llamagenOfCaptions("llamagen-t2i-512", 512),
            rar("rar-b", RarConfig.of(768, 24, 16)),
            rar("rar-l", RarConfig.of(1024, 24, 16)),
            rar("rar-xl", RarConfig.of(1280, 32, 16)),
            rar("rar-xxl", RarConfig.of(1408, 40, 16).withFeedForwardWidth(6144)),
            arpg("arpg-l", 1024, 24, 16),
            arpg("arpg-xl", 1280, 36, 20),
            arpg("arpg-xxl", 1536, 48, 24));

    /** All that are known. */
    public static List<PublicModel> all() {
        return ALL;
    }

    /**
     * The model of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static PublicModel named(String name) {
        return ALL.stream()
                .filter(model -> model.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no published model named '" + name
                        + "'; choose one of " + String.join(", ", names())));
    }

    /** The names of all that are known. */
    public static List<String> names() {
        return ALL.stream().map(PublicModel::name).toList();
    }

    /** Names of its classes unless others are given: words for those of ImageNet, or one that stands for captions. */
    public List<String> classes() {
        boolean ofCaptions = transformer instanceof LlamaGenGptConfig config
                && config.captions().isPresent();
        return ofCaptions ? List.of(CAPTION) : ImageNetClasses.names();
    }

    /** What the transformer predicts. */
    public TokenSpace space() {
        return new TokenSpace(
                tokenizer.grid(), tokenizer.codebookSize(), classes().size());
    }

    private static PublicModel randar(String name, int width, int layers, int heads, TokenizerConfig tokenizer) {
        return new PublicModel(
                name,
                TransformerConfig.of(Formulation.POSITION_INSTRUCTION, width, layers, heads),
                tokenizer,
                MIT,
                RANDAR);
    }

    private static PublicModel llamagen(String name, int width, int layers, int heads, int imageSize) {
        return new PublicModel(
                name,
                LlamaGenGptConfig.of(width, layers, heads),
                VqTokenizerConfig.vq16(imageSize, true),
                MIT,
                LLAMAGEN);
    }

    /** The text-to-image models, of LlamaGen-XL's size. */
    private static PublicModel llamagenOfCaptions(String name, int imageSize) {
        return new PublicModel(
                name,
                LlamaGenGptConfig.of(1280, 36, 20).conditionedOn(FLAN_T5_XL),
                VqTokenizerConfig.vq16(imageSize, true),
                MIT,
                LLAMAGEN);
    }

    private static PublicModel rar(String name, RarConfig sizes) {
        return new PublicModel(name, sizes, MaskGitTokenizerConfig.published(), APACHE, RAR);
    }

    private static PublicModel arpg(String name, int width, int layers, int heads) {
        return new PublicModel(name, ArpgConfig.of(width, layers, heads), VqTokenizerConfig.vq16(256, true), MIT, ARPG);
    }
}
