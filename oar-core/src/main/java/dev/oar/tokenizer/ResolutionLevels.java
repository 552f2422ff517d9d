package dev.oar.tokenizer;

import dev.oar.config.Require;
import dev.oar.order.TokenGrid;
import java.util.List;

/** What the sizes of all convolutional tokenizers have in common: levels of channels, each with half the side of the last. */
sealed interface ResolutionLevels extends TokenizerConfig permits VqTokenizerConfig, MaskGitTokenizerConfig {
    /** Channels at full resolution, before the level's multiplier. */
    int baseChannels();

    /** One factor per resolution level, full resolution first; each further level halves the side. */
    List<Integer> channelMultipliers();

    /** The number of resolution levels. */
    default int levels() {
        return channelMultipliers().size();
    }

    /** Channels at a level, 0 being full resolution. */
    default int channels(int level) {
        return baseChannels() * channelMultipliers().get(level);
    }

    /** Channels at the lowest resolution. */
    default int lowestChannels() {
        return channels(levels() - 1);
    }

    /** Pixels per cell, along each side. */
    default int pixelsPerCell() {
        return 1 << (levels() - 1);
    }

    @Override
    default TokenGrid grid() {
        return TokenGrid.square(imageSize() / pixelsPerCell());
    }

    /** Refuses sizes that do not go together; in the words of a recipe's keys. */
    static void require(int imageSize, int baseChannels, List<Integer> channelMultipliers, int normGroups) {
        requirePositive("image-size", imageSize);
        requirePositive("base-channels", baseChannels);
        requirePositive("norm-groups", normGroups);
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

    /** Refuses a codebook of fewer than two codes. */
    static void requireCodes(int codebookSize) {
        Require.that(
                codebookSize >= 2,
                "codebook-size must be at least 2, but is %s; 256 suits small pictures",
                codebookSize);
    }

    /** Refuses a size below 1. */
    static void requirePositive(String name, int value) {
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
