package dev.oar.causal;

import dev.oar.config.Require;
import dev.oar.model.TransformerConfig;
import dev.oar.train.LearningRateSchedule;
import dev.oar.train.TrainingConfig;
import dev.oar.tuning.PrecisionSetting;

/**
 * The size of a study of scenes.
 *
 * @param trainingPictures how many pictures the any-order model is trained on
 * @param furtherPictures how many others, of which orders are extracted, it is trained on further
 * @param heldOutPictures how many pictures figures are measured on, and how many are drawn for each way of drawing
 * @param steps optimizer steps of the any-order model
 * @param furtherSteps optimizer steps of every further training
 * @param batchSize pictures per step
 * @param learningRate the peak; further trainings begin at a quarter of it
 * @param width of the transformer
 * @param layers of the transformer
 * @param heads of the transformer
 * @param seeds how many trainings there are, each with a seed of its own
 * @param seed of pictures and orders, and the first of the trainings
 */
public record SceneStudyConfig(
        int trainingPictures,
        int furtherPictures,
        int heldOutPictures,
        int steps,
        int furtherSteps,
        int batchSize,
        double learningRate,
        int width,
        int layers,
        int heads,
        int seeds,
        long seed) {
    /** The size that the command takes unless it is told another. */
    public static final SceneStudyConfig USUAL =
            new SceneStudyConfig(4000, 256, 128, 800, 100, 16, 6e-3, 64, 2, 4, 1, 1);

    /** Checks the ranges. */
    public SceneStudyConfig {
        Require.that(
                trainingPictures >= 1 && furtherPictures >= 1 && heldOutPictures >= 2,
                "a study of scenes needs pictures to train on and at least 2 to measure on, but is to have %s, %s and %s",
                trainingPictures,
                furtherPictures,
                heldOutPictures);
        Require.that(
                steps >= 1 && furtherSteps >= 1 && batchSize >= 1 && seeds >= 1,
                "steps, further-steps, batch-size and seeds must be at least 1, but are %s, %s, %s and %s",
                steps,
                furtherSteps,
                batchSize,
                seeds);
    }

    /** The same study with other numbers of steps. */
    public SceneStudyConfig withSteps(int pretraining, int further) {
        return new SceneStudyConfig(
                trainingPictures,
                furtherPictures,
                heldOutPictures,
                pretraining,
                further,
                batchSize,
                learningRate,
                width,
                layers,
                heads,
                seeds,
                seed);
    }

    /** The same study on other numbers of pictures. */
    public SceneStudyConfig withPictures(int training, int further, int heldOut) {
        return new SceneStudyConfig(
                training,
                further,
                heldOut,
                steps,
                furtherSteps,
                batchSize,
                learningRate,
                width,
                layers,
                heads,
                seeds,
                seed);
    }

    /** The same study with other seeds. */
    public SceneStudyConfig withSeeds(int count, long first) {
        return new SceneStudyConfig(
                trainingPictures,
                furtherPictures,
                heldOutPictures,
                steps,
                furtherSteps,
                batchSize,
                learningRate,
                width,
                layers,
                heads,
                count,
                first);
    }

    /** The transformer: it asks for cells by dual positions, which are cheap, and drops nothing, since no picture is learnt by heart. */
    TransformerConfig transformer() {
        return TransformerConfig.of(TransformerConfig.Formulation.DUAL_POSITION, width, layers, heads)
                .withoutDropout();
    }

    /** The training of the any-order model. */
    TrainingConfig pretraining(long trainingSeed) {
        return training(steps, learningRate, trainingSeed);
    }

    /** A further training. */
    TrainingConfig further(long trainingSeed) {
        return training(furtherSteps, learningRate / 4, trainingSeed);
    }

    private TrainingConfig training(int count, double rate, long trainingSeed) {
        return new TrainingConfig(
                count,
                batchSize,
                1,
                rate,
                new LearningRateSchedule.Cosine(Math.min(20, count), 0.05),
                0.01,
                0.9,
                0.98,
                1e-8,
                1,
                0,
                PrecisionSetting.FLOAT32,
                200,
                1,
                20,
                trainingSeed);
    }
}
