package dev.oar.tokenizer;

import dev.oar.config.Default;
import dev.oar.config.Kind;
import dev.oar.tensor.Weights;
import java.util.List;
import java.util.Map;

/**
 * The sizes of a {@link VqTokenizer}; {@link #vq8} and {@link #vq16} are the published ones.
 *
 * @param imageSize width and height of the images in pixels
 * @param baseChannels channels at full resolution, before the level's multiplier
 * @param channelMultipliers one factor per resolution level, full resolution first; each further level halves the side
 * @param residualBlocks residual blocks per level of the encoder; the decoder has one more
 * @param zChannels channels between encoder and codebook projection
 * @param codebookSize number of codes, K
 * @param codebookWidth numbers per code
 * @param normalisedCodes whether latents and codes are scaled to length 1 before they are compared
 * @param attention where self-attention stands
 * @param normGroups groups of every group normalisation; all channel counts must be multiples of it
 */
@Kind("llamagen-vq")
public record VqTokenizerConfig(
        int imageSize,
        int baseChannels,
        List<Integer> channelMultipliers,
        @Default("2") int residualBlocks,
        @Default("64") int zChannels,
        int codebookSize,
        @Default("8") int codebookWidth,
        @Default("true") boolean normalisedCodes,
        @Default("lowest-resolution") AttentionPlacement attention,
        @Default("32") int normGroups)
        implements ResolutionLevels {
    /** Checks the sizes. */
    public VqTokenizerConfig {
        channelMultipliers = List.copyOf(channelMultipliers);
        ResolutionLevels.require(imageSize, baseChannels, channelMultipliers, normGroups);
        ResolutionLevels.requirePositive("residual-blocks", residualBlocks);
        ResolutionLevels.requirePositive("z-channels", zChannels);
        ResolutionLevels.requireCodes(codebookSize);
        ResolutionLevels.requirePositive("codebook-width", codebookWidth);
    }

    /** LlamaGen's published {@code VQ-8}: 8 x 8 pixels per cell, 16384 codes, 70.1 million parameters. */
    public static VqTokenizerConfig vq8(int imageSize, boolean normalisedCodes) {
        return published(imageSize, List.of(1, 2, 2, 4), normalisedCodes);
    }

    /** LlamaGen's published {@code VQ-16}: 16 x 16 pixels per cell, 16384 codes, 71.9 million parameters. */
    public static VqTokenizerConfig vq16(int imageSize, boolean normalisedCodes) {
        return published(imageSize, List.of(1, 1, 2, 2, 4), normalisedCodes);
    }

    /** The same network for images of another size. */
    VqTokenizerConfig withImageSize(int size) {
        return new VqTokenizerConfig(
                size,
                baseChannels,
                channelMultipliers,
                residualBlocks,
                zChannels,
                codebookSize,
                codebookWidth,
                normalisedCodes,
                attention,
                normGroups);
    }

    @Override
    public Map<String, long[]> shapes() {
        return VqTokenizer.shapes(this);
    }

    @Override
    public VqTokenizer create(Weights weights) {
        return new VqTokenizer(this, weights);
    }

    /** Whether attention follows the residual blocks of a level. */
    boolean attends(int level) {
        return attention == AttentionPlacement.LOWEST_RESOLUTION && level == levels() - 1;
    }

    /** Whether attention stands in the middle of each network. */
    boolean attendsInTheMiddle() {
        return attention != AttentionPlacement.NONE;
    }

    private static VqTokenizerConfig published(int imageSize, List<Integer> multipliers, boolean normalisedCodes) {
        return new VqTokenizerConfig(
                imageSize,
                128,
                multipliers,
                2,
                256,
                16384,
                8,
                normalisedCodes,
                AttentionPlacement.LOWEST_RESOLUTION,
                32);
    }
}
