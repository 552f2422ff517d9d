package dev.oar.message;

import dev.oar.artifact.Arm;
import dev.oar.config.Flat;
import dev.oar.tuning.WeightFormatSetting;
import java.util.Optional;

/**
 * This project's own fields beside those of another API.
 *
 * @param arm which transformer
 * @param seed with an image's index it determines the image
 * @param firstIndex index of the first image
 * @param batchSize images drawn together
 * @param weightFormat how the model's weights are kept
 * @param drawing how images are drawn
 */
public record OwnFields(
        Optional<Arm> arm,
        Optional<Long> seed,
        Optional<Long> firstIndex,
        Optional<Integer> batchSize,
        Optional<WeightFormatSetting> weightFormat,
        @Flat DrawingFields drawing) {
    /** The results that are asked for, with partial images after so many steps. */
    public ResultFields results(Optional<String> model, int count, Optional<Integer> previewEvery) {
        return new ResultFields(
                model,
                arm,
                Optional.of(count),
                seed,
                firstIndex,
                batchSize,
                weightFormat,
                previewEvery,
                Optional.empty());
    }
}
