package dev.oar.tokenizer;

import dev.oar.config.Default;
import dev.oar.config.Kind;
import dev.oar.tensor.Weights;
import java.util.List;
import java.util.Map;

/**
 * The sizes of a {@link MaskGitTokenizer}; {@link #published} are those of the published one.
 *
 * @param imageSize width and height of the images in pixels
 * @param baseChannels channels at full resolution, before the level's multiplier
 * @param channelMultipliers one factor per resolution level, full resolution first; each further level halves the side
 * @param residualBlocks residual blocks per level and in the middle, in the encoder and in the decoder
 * @param codebookSize number of codes, K
 * @param codebookWidth numbers per code, and channels between the convolutional networks and the codebook
 * @param normGroups groups of every group normalisation; all channel counts must be multiples of it
 */
@Kind("maskgit-vq")
public record MaskGitTokenizerConfig(
        int imageSize,
        int baseChannels,
        List<Integer> channelMultipliers,
        @Default("2") int residualBlocks,
        int codebookSize,
        @Default("256") int codebookWidth,
        @Default("32") int normGroups)
        implements ResolutionLevels {
    /** Checks the sizes. */
    public MaskGitTokenizerConfig {
        channelMultipliers = List.copyOf(channelMultipliers);
        ResolutionLevels.require(imageSize, baseChannels, channelMultipliers, normGroups);
        ResolutionLevels.requirePositive("residual-blocks", residualBlocks);
        ResolutionLevels.requireCodes(codebookSize);
        ResolutionLevels.requirePositive("codebook-width", codebookWidth);
    }

    /** The same network for images of another size. */
    MaskGitTokenizerConfig withImageSize(int size) {
        return new MaskGitTokenizerConfig(
                size, baseChannels, channelMultipliers, residualBlocks, codebookSize, codebookWidth, normGroups);
    }

    @Override
    public Map<String, long[]> shapes() {
        return MaskGitTokenizer.shapes(this);
    }

    @Override
    public MaskGitTokenizer create(Weights weights) {
        return new MaskGitTokenizer(this, weights);
    }

    /** The published {@code maskgit-vqgan-imagenet-f16-256}: 16 x 16 cells, 1024 codes, 54.5 million parameters. */
    public static MaskGitTokenizerConfig published() {
        return new MaskGitTokenizerConfig(256, 128, List.of(1, 1, 2, 2, 4), 2, 1024, 256, 32);
    }
}
