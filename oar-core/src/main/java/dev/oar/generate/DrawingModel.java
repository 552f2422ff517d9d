package dev.oar.generate;

import dev.oar.config.Require;
import dev.oar.data.MeanRanks;
import dev.oar.model.AutoregressiveModel;
import dev.oar.tokenizer.ImageTokenizer;
import java.util.Optional;

/**
 * What images are drawn with; all of it stays the caller's.
 *
 * @param model predicts tokens
 * @param tokenizer turns tokens into images and back
 * @param meanRanks needed for recorded-mean orders only
 */
public record DrawingModel(AutoregressiveModel model, ImageTokenizer tokenizer, Optional<MeanRanks> meanRanks) {
    /** Checks that model and tokenizer speak of the same tokens. */
    public DrawingModel {
        Require.that(
                model.space().grid().equals(tokenizer.grid())
                        && model.space().vocabularySize() == tokenizer.vocabularySize(),
                "model and tokenizer must share grid and vocabulary, but the model has %s cells and %s codes, the"
                        + " tokenizer %s and %s; use the tokenizer that the model was trained with",
                model.space().cells(),
                model.space().vocabularySize(),
                tokenizer.grid().cells(),
                tokenizer.vocabularySize());
    }

    /** The same with the model packed for drawing. */
    public DrawingModel with(AutoregressiveModel packed) {
        return new DrawingModel(packed, tokenizer, meanRanks);
    }
}
