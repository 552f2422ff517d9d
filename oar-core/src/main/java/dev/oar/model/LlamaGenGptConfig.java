package dev.oar.model;

import dev.oar.config.Flat;
import dev.oar.config.Kind;
import dev.oar.config.Require;
import dev.oar.tensor.Weights;
import java.util.Map;
import java.util.Optional;

/**
 * The sizes of a {@link LlamaGenGpt}.
 *
 * @param blocks the sizes of its blocks
 * @param conditioning what images are drawn from; absent: classes
 */
@Kind("llamagen-gpt")
public record LlamaGenGptConfig(@Flat BlockSizes blocks, Optional<Conditioning> conditioning)
        implements ModelConfig, BlockConfig {
    /** One text for one architecture: classes are left out, however a file spells them. */
    public LlamaGenGptConfig {
        conditioning = conditioning.filter(kind -> !(kind instanceof ClassConditioning));
        Require.that(
                conditioning.stream()
                        .noneMatch(kind -> kind instanceof CaptionConditioning captions
                                && captions.encoder() instanceof LearnedEncoder),
                "LlamaGen's models draw from captions that a frozen encoder embeds, but conditioning is %s; write"
                        + " encoder: {kind: frozen}",
                conditioning);
    }

    /** An architecture with these blocks, conditioned on classes. */
    public LlamaGenGptConfig(BlockSizes blocks) {
        this(blocks, Optional.empty());
    }

    /** LlamaGen's defaults for a size. */
    public static LlamaGenGptConfig of(int width, int layers, int heads) {
        return new LlamaGenGptConfig(BlockSizes.of(width, layers, heads));
    }

    /** The same architecture, conditioned on something else. */
    public LlamaGenGptConfig conditionedOn(Conditioning other) {
        return new LlamaGenGptConfig(blocks, Optional.of(other));
    }

    @Override
    public Optional<CaptionConditioning> captions() {
        return conditioning.filter(CaptionConditioning.class::isInstance).map(CaptionConditioning.class::cast);
    }

    /** None: it is not trained here. */
    @Override
    public Dropouts dropouts() {
        return Dropouts.NONE;
    }

    @Override
    public TrainedOrders trainedOrders() {
        return TrainedOrders.RASTER;
    }

    @Override
    public Map<String, long[]> shapes(TokenSpace space) {
        return LlamaGenGpt.shapes(this, space);
    }

    @Override
    public AutoregressiveModel create(TokenSpace space, Weights weights) {
        return new LlamaGenGpt(this, space, weights);
    }
}
