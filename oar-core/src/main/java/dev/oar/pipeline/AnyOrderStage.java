package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.model.AnyOrderModel;
import dev.oar.model.ModelConfig;
import dev.oar.model.TokenSpace;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A stage behind which there is the any-order model that orders are extracted from and both arms are fine-tuned from. */
abstract class AnyOrderStage extends Stage implements ArmStage {
    AnyOrderStage(RunContext context, List<Stage> needs) {
        super(context, StageName.PRETRAINING, needs);
    }

    /** The sizes of the model, and of everything fine-tuned from it. */
    abstract ModelConfig config() throws IOException;

    /** A model of these sizes with other weights, which it owns. */
    final AnyOrderModel create(TokenSpace space, Weights weights) throws IOException {
        return (AnyOrderModel) config().create(space, weights);
    }

    @Override
    final Map<String, Path> weights() throws IOException {
        return Map.of(arm().label(), weightsFile());
    }

    @Override
    public final Arm arm() {
        return Arm.ANY_ORDER;
    }
}
