package dev.oar.tokenizer;

import dev.oar.config.Default;
import dev.oar.config.Kind;
import dev.oar.config.Require;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Weights;
import java.util.List;

/**
 * The sizes of a {@link VqTokenizer}.
 *
 * <p>LlamaGen's published {@code VQ-16} is {@code new VqTokenizerConfig(256, 128, List.of(1, 1, 2, 2, 4), 2, 256, 16384, 8,
 * true, AttentionPlacement.LOWEST_RESOLUTION, 32)}.
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
        implements TokenizerConfig {
    /** Checks the sizes. */
    public VqTokenizerConfig {
        channelMultipliers = List.copyOf(channelMultipliers);
        requirePositive("image-size", imageSize);
        requirePositive("base-channels", baseChannels);
        requirePositive("residual-blocks", residualBlocks);
        requirePositive("z-channels", zChannels);
        requirePositive("codebook-width", codebookWidth);
        requirePositive("norm-groups", normGroups);
        Require.that(
                codebookSize >= 2,
                "codebook-size must be at least 2, but is %s; 256 suits small pictures",
                codebookSize);
        Require.that(
                !channelMultipliers.isEmpty() && channelMultipliers.size() <= 16,
                "channel-multipliers must name 1 to 16 levels, but names %s; give one factor per resolution, such as"
                        + " [1, 2, 2]",
                channelMultipliers.size());
        int reduction = 1 << (channelMultipliers.size() - 1);
        Require.that(
                imageSize % reduction == 0,
                "image-size must be a multiple of %s for %s channel-multipliers, but is %s; change the size or the number"
                        + " of levels",
                reduction,
                channelMultipliers.size(),
                imageSize);
        requireGroups(baseChannels, 1, normGroups);
        for (int multiplier : channelMultipliers) {
            requirePositive("every one of channel-multipliers", multiplier);
            requireGroups(baseChannels, multiplier, normGroups);
        }
    }

    /** The number of resolution levels. */
    public int levels() {
        return channelMultipliers.size();
    }

    /** Channels at a level, 0 being full resolution. */
    public int channels(int level) {
        return baseChannels * channelMultipliers.get(level);
    }

    /** Channels at the lowest resolution. */
    public int lowestChannels() {
        return channels(levels() - 1);
    }

    /** Pixels per cell, along each side. */
    public int pixelsPerCell() {
        return 1 << (levels() - 1);
    }

    @Override
    public TokenGrid grid() {
        return TokenGrid.square(imageSize / pixelsPerCell());
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

    private static void requirePositive(String name, int value) {
        Require.that(value >= 1, "%s must be positive, but is %s; give at least 1", name, value);
    }

    private static void requireGroups(int channels, int multiplier, int groups) {
        Require.that(
                (long) channels * multiplier % groups == 0,
                "base-channels times each multiplier must be a multiple of norm-groups, but %s x %s is none of %s;"
                        + " choose fewer groups",
                channels,
                multiplier,
                groups);
    }
}
