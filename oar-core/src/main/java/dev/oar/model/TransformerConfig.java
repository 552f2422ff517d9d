package dev.oar.model;

import dev.oar.config.Default;
import dev.oar.config.Flat;
import dev.oar.config.Kind;
import dev.oar.tensor.Weights;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * The architecture of an any-order transformer.
 *
 * @param formulation how a cell is asked for
 * @param blocks the sizes of its blocks
 * @param dropouts where it drops values in training
 * @param conditioning what images are drawn from; absent: classes
 */
@Kind("any-order")
public record TransformerConfig(
        @Default("position-instruction") Formulation formulation,
        @Flat BlockSizes blocks,
        @Flat Dropouts dropouts,
        Optional<Conditioning> conditioning)
        implements ModelConfig, BlockConfig {

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

    /** One text for one architecture: classes are left out, however a recipe spells them. */
    public TransformerConfig {
        conditioning = conditioning.filter(kind -> !(kind instanceof ClassConditioning));
    }

    /** An architecture with these blocks and RandAR's dropouts, conditioned on classes. */
    public static TransformerConfig of(Formulation formulation, BlockSizes blocks) {
        return new TransformerConfig(formulation, blocks, Dropouts.USUAL, Optional.empty());
    }

    /** RandAR's defaults for a size. */
    public static TransformerConfig of(Formulation formulation, int width, int layers, int heads) {
        return of(formulation, BlockSizes.of(width, layers, heads));
    }

    /** The same architecture without dropout. */
    public TransformerConfig withoutDropout() {
        return new TransformerConfig(formulation, blocks, Dropouts.NONE, conditioning);
    }

    /** The same architecture, conditioned on something else. */
    public TransformerConfig conditionedOn(Conditioning other) {
        return new TransformerConfig(formulation, blocks, dropouts, Optional.of(other));
    }

    @Override
    public Optional<CaptionConditioning> captions() {
        return conditioning.filter(CaptionConditioning.class::isInstance).map(CaptionConditioning.class::cast);
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
