package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.artifact.CaptionReader;
import dev.oar.data.Split;
import dev.oar.model.AnyOrderModel;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.CaptionConditioning;
import dev.oar.model.Captions;
import dev.oar.model.ModelConfig;
import dev.oar.model.TokenSpace;
import dev.oar.tensor.Weights;
import dev.oar.text.BytePairTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A stage behind which there is the any-order model that orders are extracted from and both arms are fine-tuned from. */
abstract class AnyOrderStage extends Stage implements ArmStage {
    AnyOrderStage(RunContext context, List<Stage> needs) {
        super(context, StageName.PRETRAINING, needs);
    }

    /** The sizes of the model, and of everything fine-tuned from it. */
    abstract ModelConfig config() throws IOException;

    /** What the transformers predict. */
    abstract TokenSpace space() throws IOException;

    /** The file of the tokenizer of captions; read only where the model draws from captions. */
    abstract Path captionTokenizerFile() throws IOException;

    /** Words to ids, for a model that draws from captions. */
    BytePairTokenizer captionTokenizer() throws IOException {
        return BytePairTokenizer.read(captionTokenizerFile());
    }

    /**
     * A model of these sizes with other weights, which it owns.
     *
     * @param split whose captions are its conditions, if it draws from captions
     */
    final AnyOrderModel create(Weights weights, Split split) throws IOException {
        AnyOrderModel model = (AnyOrderModel) config().create(space(), weights);
        Optional<CaptionConditioning> sizes = config().captions();
        if (sizes.isEmpty()) {
            return model;
        }
        try {
            Captions captions = new CaptionReader(sizes.get(), captionTokenizer())
                    .read(context().captions(split).captions(), Optional.empty());
            return ((AnyOrderTransformer) model).conditionedOn(captions);
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
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
