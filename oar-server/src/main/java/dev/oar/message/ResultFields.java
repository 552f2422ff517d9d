package dev.oar.message;

import dev.oar.artifact.Arm;
import dev.oar.tuning.WeightFormatSetting;
import java.util.Optional;

/**
 * Which results are wanted, and of which model.
 *
 * @param model name of the model; may be left out if the server has one
 * @param arm which of its transformers; absent: the model's usual one
 * @param count how many images; absent: one
 * @param seed with an image's index it determines the image; absent: the server chooses one
 * @param firstIndex index of the first image; absent: 0, or, if the seed is left out, too, indices that the server chooses
 * @param batchSize images drawn together; absent: what the server was started with
 * @param weightFormat how the model's weights are kept; absent: auto
 * @param previewEvery how many steps lie between two partial images, however long they take unless others have images in the batch; absent:
 *     up to 16 of an image, as far as they do not slow drawing down; 0: none
 * @param candidateConfidences whether events tell, step by step, how sure the model was of all cells that the order asked about; absent: no
 */
public record ResultFields(
        Optional<String> model,
        Optional<Arm> arm,
        Optional<Integer> count,
        Optional<Long> seed,
        Optional<Long> firstIndex,
        Optional<Integer> batchSize,
        Optional<WeightFormatSetting> weightFormat,
        Optional<Integer> previewEvery,
        Optional<Boolean> candidateConfidences) {
    /** Nothing but defaults, of this model. */
    public static ResultFields of(Optional<String> model, int count) {
        return new ResultFields(
                model,
                Optional.empty(),
                Optional.of(count),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
