package dev.oar.artifact;

import dev.oar.model.ArpgConfig;
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
    /** All are trained on ImageNet. */
    public static final int CLASS_COUNT = 1000;

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

    /** What the transformer predicts. */
    public TokenSpace space() {
        return new TokenSpace(tokenizer.grid(), tokenizer.codebookSize(), CLASS_COUNT);
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

    private static PublicModel rar(String name, RarConfig sizes) {
        return new PublicModel(name, sizes, MaskGitTokenizerConfig.published(), APACHE, RAR);
    }

    private static PublicModel arpg(String name, int width, int layers, int heads) {
        return new PublicModel(name, ArpgConfig.of(width, layers, heads), VqTokenizerConfig.vq16(256, true), MIT, ARPG);
    }
}
