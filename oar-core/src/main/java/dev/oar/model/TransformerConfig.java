package dev.oar.model;

import dev.oar.config.Default;
import dev.oar.config.Kind;
import dev.oar.tensor.Weights;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * The architecture of an any-order transformer.
 *
 * @param formulation how a cell is asked for
 * @param width width of the residual stream, divisible by the heads
 * @param layers number of blocks
 * @param heads number of query heads; the width of a head must be divisible by 4 (two axes of rotated pairs)
 * @param keyValueHeads number of key and value heads, a divisor of the heads; absent: as many as query heads
 * @param feedForwardFactor factor on the feed-forward width of {@code 8/3 * width}; absent: 1
 * @param feedForwardMultipleOf the feed-forward width is rounded up to a multiple of this
 * @param normEpsilon epsilon of the RMS normalisation
 * @param ropeBase base of the rotary frequencies
 * @param tokenDropout dropout on the input sequence
 * @param residualDropout dropout on the output of each attention
 * @param feedForwardDropout dropout on the output of each feed-forward network
 * @param conditioning what images are drawn from; absent: classes
 */
@Kind("any-order")
public record TransformerConfig(
        @Default("position-instruction") Formulation formulation,
        int width,
        int layers,
        int heads,
        Optional<Integer> keyValueHeads,
        Optional<Double> feedForwardFactor,
        @Default("256") int feedForwardMultipleOf,
        @Default("1.0e-5") double normEpsilon,
        @Default("10000") double ropeBase,
        @Default("0.1") double tokenDropout,
        @Default("0.1") double residualDropout,
        @Default("0.1") double feedForwardDropout,
        Optional<Conditioning> conditioning)
        implements ModelConfig {

    /** How a cell is asked for. */
    public enum Formulation {
        /** RandAR (arXiv 2412.01827): a position instruction token P(l) before every image token. */
        POSITION_INSTRUCTION(2) {
            @Override
            Map<String, long[]> shapes(TransformerConfig config, TokenSpace space) {
                return PositionInstruction.shapes(config);
            }

            @Override
            CellFormulation<RotaryRows> over(
                    TransformerConfig config, Weights weights, Tensor rotations, ConditionPrefix condition) {
                return new PositionInstruction(config, weights, rotations, condition);
            }
        },
        /** Each token carries its own position and the position of the cell asked for next (sigma-GPT; OAR, arXiv 2504.17069, v1). */
        DUAL_POSITION(1) {
            @Override
            Map<String, long[]> shapes(TransformerConfig config, TokenSpace space) {
                return DualPosition.shapes(config, space);
            }

            @Override
            CellFormulation<RotaryRows> over(
                    TransformerConfig config, Weights weights, Tensor rotations, ConditionPrefix condition) {
                return new DualPosition(config, weights, condition);
            }
        };

        private final int positionsPerCell;

        Formulation(int positionsPerCell) {
            this.positionsPerCell = positionsPerCell;
        }

        /** The number of positions that a sequence grows by per cell. */
        public int positionsPerCell() {
            return positionsPerCell;
        }

        /** Names and shapes of the weights that this formulation adds. */
        abstract Map<String, long[]> shapes(TransformerConfig config, TokenSpace space);

        /** This formulation over the weights, the rotary table and the condition of a transformer. */
        abstract CellFormulation<RotaryRows> over(
                TransformerConfig config, Weights weights, Tensor rotations, ConditionPrefix condition);
    }

    /** Checks that the sizes fit. */
    public TransformerConfig {
        if (width < 4 || layers < 1 || heads < 1 || width % heads != 0) {
            throw new IllegalArgumentException(
                    "width must be divisible by heads, but width is " + width + " and heads is " + heads + "; with "
                            + layers + " layers choose for example width " + Math.max(1, heads) * 64);
        }
        if (width / heads % 4 != 0) {
            throw new IllegalArgumentException(
                    "the width of a head must be divisible by 4 for the two-dimensional rotary"
                            + " embedding, but width " + width + " over " + heads + " heads gives " + width / heads
                            + "; choose other heads");
        }
        int groups = keyValueHeads.orElse(heads);
        if (groups < 1 || heads % groups != 0) {
            throw new IllegalArgumentException("key-value-heads must divide heads, but " + groups + " does not divide "
                    + heads + "; choose a divisor");
        }
        if (feedForwardMultipleOf < 1 || feedForwardFactor.orElse(1.0) <= 0 || normEpsilon <= 0 || ropeBase <= 1) {
            throw new IllegalArgumentException(
                    "feed-forward-multiple-of, feed-forward-factor, norm-epsilon must be positive"
                            + " and rope-base above 1, but are " + feedForwardMultipleOf + ", "
                            + feedForwardFactor.orElse(1.0)
                            + ", " + normEpsilon + " and " + ropeBase);
        }
        for (double dropout : new double[] {tokenDropout, residualDropout, feedForwardDropout}) {
            if (!(dropout >= 0 && dropout < 1)) {
                throw new IllegalArgumentException("a dropout must lie in [0, 1), but is " + dropout);
            }
        }
        // One text for one architecture: classes are left out, however a recipe spells them.
        conditioning = conditioning.filter(kind -> !(kind instanceof ClassConditioning));
    }

    /** An architecture that is conditioned on classes. */
    public TransformerConfig(
            Formulation formulation,
            int width,
            int layers,
            int heads,
            Optional<Integer> keyValueHeads,
            Optional<Double> feedForwardFactor,
            int feedForwardMultipleOf,
            double normEpsilon,
            double ropeBase,
            double tokenDropout,
            double residualDropout,
            double feedForwardDropout) {
        this(
                formulation,
                width,
                layers,
                heads,
                keyValueHeads,
                feedForwardFactor,
                feedForwardMultipleOf,
                normEpsilon,
                ropeBase,
                tokenDropout,
                residualDropout,
                feedForwardDropout,
                Optional.empty());
    }

    /** RandAR's defaults for a size. */
    public static TransformerConfig of(Formulation formulation, int width, int layers, int heads) {
        return new TransformerConfig(
                formulation, width, layers, heads, Optional.empty(), Optional.empty(), 256, 1e-5, 10000, 0.1, 0.1, 0.1);
    }

    /** The same architecture without dropout. */
    public TransformerConfig withoutDropout() {
        return new TransformerConfig(
                formulation,
                width,
                layers,
                heads,
                keyValueHeads,
                feedForwardFactor,
                feedForwardMultipleOf,
                normEpsilon,
                ropeBase,
                0,
                0,
                0,
                conditioning);
    }

    /** The same architecture, conditioned on something else. */
    public TransformerConfig conditionedOn(Conditioning other) {
        return new TransformerConfig(
                formulation,
                width,
                layers,
                heads,
                keyValueHeads,
                feedForwardFactor,
                feedForwardMultipleOf,
                normEpsilon,
                ropeBase,
                tokenDropout,
                residualDropout,
                feedForwardDropout,
                Optional.of(other));
    }

    /** The sizes of the captions that images are drawn from; empty if they are drawn from classes. */
    public Optional<CaptionConditioning> captions() {
        return conditioning.filter(CaptionConditioning.class::isInstance).map(CaptionConditioning.class::cast);
    }

    /** The width of one head. */
    public int headWidth() {
        return width / heads;
    }

    /** The number of key and value heads. */
    public int groups() {
        return keyValueHeads.orElse(heads);
    }

    /** The hidden width of the SwiGLU network. */
    public int feedForwardWidth() {
        int hidden = (int) (2L * 4 * width / 3);
        if (feedForwardFactor.isPresent()) {
            hidden = (int) (feedForwardFactor.get() * hidden);
        }
        return (hidden + feedForwardMultipleOf - 1) / feedForwardMultipleOf * feedForwardMultipleOf;
    }

    @Override
    public TrainedOrders trainedOrders() {
        return TrainedOrders.ANY;
    }

    @Override
    public Map<String, long[]> shapes(TokenSpace space) {
        return AnyOrderTransformer.shapes(this, space);
    }

    @Override
    public AnyOrderTransformer create(TokenSpace space, Weights weights) {
        return new AnyOrderTransformer(this, space, weights);
    }
}
