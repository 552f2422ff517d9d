package dev.oar.benchmark;

import dev.oar.config.Spelling;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A transformer by its sizes, made of random weights to be timed.
 *
 * @param label its name in rows
 * @param config the architecture
 * @param space what it predicts
 */
public record ModelShape(String label, TransformerConfig config, TokenSpace space) {
    private static final double DEVIATION = 0.02;

    /** The formulation as recipes spell it. */
    String formulation() {
        return Spelling.word(config.formulation());
    }

    /** The same sizes in a formulation of choice. */
    ModelShape in(Formulation formulation) {
        return new ModelShape(
                label,
                new TransformerConfig(formulation, config.blocks(), config.dropouts(), config.conditioning()),
                space);
    }

    /** The same sizes under another name. */
    ModelShape named(String other) {
        return new ModelShape(other, config, space);
    }

    /** What its passes cost. */
    public TransformerCost cost() {
        return new TransformerCost(config, space);
    }

    /** A model of random float32 weights, the output's too, so that no two cells are equally certain; to be closed. */
    AnyOrderTransformer transformer() {
        CounterRandom random = CounterRandom.of(1, "benchmark weights");
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            AnyOrderTransformer.shapes(config, space)
                    .forEach((name, shape) -> tensors.put(
                            name,
                            shape.length == 1
                                    ? Tensors.full(1, torch.ScalarType.Float, shape)
                                    : Tensors.normal(random.bits(tensors.size()), shape)
                                            .mul_(new Scalar(DEVIATION))));
            return new AnyOrderTransformer(config, space, Weights.owning(tensors));
        }
    }

    /** Random tokens, {@code [images][cells]}. */
    int[][] tokens(int images) {
        CounterRandom random = CounterRandom.of(1, "benchmark tokens");
        return IntStream.range(0, images)
                .mapToObj(image -> IntStream.range(0, space.cells())
                        .map(cell -> random.derive(image).integer(space.vocabularySize(), cell))
                        .toArray())
                .toArray(int[][]::new);
    }

    /** One class after the other. */
    int[] conditions(int images) {
        return IntStream.range(0, images)
                .map(image -> image % space.classCount())
                .toArray();
    }
}
