package dev.oar.pipeline;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.Safetensors;
import dev.oar.data.Split;
import dev.oar.data.TokenShards;
import dev.oar.model.AnyOrderModel;
import dev.oar.order.OrderSource;
import dev.oar.train.AnyOrderTraining;
import dev.oar.train.HeldOut;
import dev.oar.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A stage that trains the any-order model further. Such stages differ in nothing but their orders and in what their settings say: data,
 * batches, dropout and seeds are the same, so that what two of them leave can be compared.
 */
abstract class FurtherTrainingStage extends Stage {
    private final AnyOrderStage pretraining;

    FurtherTrainingStage(RunContext context, StageName name, List<Stage> needs, AnyOrderStage pretraining) {
        super(context, name, needs);
        this.pretraining = pretraining;
    }

    /** How it is trained. */
    abstract Recipe.FinetuningSection section() throws IOException;

    /**
     * In which orders.
     *
     * @param cells cells per image
     * @param training whose seed chance comes from
     */
    abstract OrderSource orders(int cells, TrainingConfig training) throws IOException;

    /** On what. */
    abstract TokenShards tokens(Split split) throws IOException;

    /** The name of the weight file. */
    abstract String fileName();

    @Override
    final boolean isShared() {
        return true;
    }

    @Override
    final Map<String, String> run(Path directory) throws IOException {
        TrainingConfig training = StageTraining.seeded(section().training(), recipe().seed(), "fine-tuning");
        try (AnyOrderModel model = pretraining.create(pretraining.ownWeights(), Split.TRAIN)) {
            AnyOrderTraining task = new AnyOrderTraining(
                    model,
                    tokens(Split.TRAIN),
                    orders(model.space().cells(), training),
                    section().classDropout(),
                    section().contextNoise(),
                    training);
            Optional<HeldOut> heldOut = HeldOutBits.of(
                    section().heldOutEvery(),
                    () -> tokens(Split.TEST),
                    training,
                    weights -> pretraining.create(weights, Split.TEST));
            StageTraining.train(this, training, task, heldOut, directory, fileName());
        }
        return Map.of("fingerprint", Fingerprint.ofFile(directory.resolve(fileName())));
    }

    /** The trained weights. */
    public final Path weightsFile() throws IOException {
        return file(fileName());
    }

    /**
     * The trained model; close it after use.
     *
     * @param split whose captions are its conditions, if it draws from captions
     */
    public final AnyOrderModel model(Split split) throws IOException {
        return pretraining.create(
                Safetensors.weights(weightsFile()).movedTo(context().device()), split);
    }
}
