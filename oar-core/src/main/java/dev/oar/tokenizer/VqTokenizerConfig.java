package dev.oar.tokenizer;

import dev.oar.order.TokenGrid;
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
public record VqTokenizerConfig(
        int imageSize,
        int baseChannels,
        List<Integer> channelMultipliers,
        int residualBlocks,
        int zChannels,
        int codebookSize,
        int codebookWidth,
        boolean normalisedCodes,
        AttentionPlacement attention,
        int normGroups) {
    /** Checks the sizes. */
    public VqTokenizerConfig {
        channelMultipliers = List.copyOf(channelMultipliers);
        requirePositive("image-size", imageSize);
        requirePositive("base-channels", baseChannels);
        requirePositive("residual-blocks", residualBlocks);
        requirePositive("z-channels", zChannels);
        requirePositive("codebook-width", codebookWidth);
        requirePositive("norm-groups", normGroups);
        if (codebookSize < 2) {
            throw new IllegalArgumentException(
                    "codebook-size must be at least 2, but is " + codebookSize + "; 256 suits small pictures");
        }
        if (channelMultipliers.isEmpty() || channelMultipliers.size() > 16) {
            throw new IllegalArgumentException("channel-multipliers must name 1 to 16 levels, but names "
                    + channelMultipliers.size() + "; give one factor per resolution, such as [1, 2, 2]");
        }
        int reduction = 1 << (channelMultipliers.size() - 1);
        if (imageSize % reduction != 0) {
            throw new IllegalArgumentException("image-size must be a multiple of " + reduction + " for "
                    + channelMultipliers.size() + " channel-multipliers, but is " + imageSize
                    + "; change the size or the number of levels");
        }
        for (int multiplier : channelMultipliers) {
            requirePositive("every one of channel-multipliers", multiplier);
            if ((long) baseChannels * multiplier % normGroups != 0) {
                throw new IllegalArgumentException(
                        "base-channels times each multiplier must be a multiple of norm-groups, but " + baseChannels
                                + " x " + multiplier + " is none of " + normGroups + "; choose fewer groups");
            }
        }
        if (baseChannels % normGroups != 0) {
            throw new IllegalArgumentException("base-channels must be a multiple of norm-groups, but " + baseChannels
                    + " is none of " + normGroups + "; choose fewer groups");
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

    /** The token grid of one image. */
    public TokenGrid grid() {
        return TokenGrid.square(imageSize / pixelsPerCell());
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
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive, but is " + value + "; give at least 1");
        }
    }
}
