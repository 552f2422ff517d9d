package dev.oar.generate;

import dev.oar.artifact.FolderOrders;
import dev.oar.config.Require;
import dev.oar.data.MeanRanks;
import dev.oar.model.AutoregressiveModel;
import dev.oar.model.OrderNetwork;
import dev.oar.tokenizer.ImageTokenizer;
import java.util.Optional;

/**
 * What images are drawn with; all of it stays the caller's.
 *
 * @param model predicts tokens
 * @param tokenizer turns tokens into images and back
 * @param folderOrders what there is of extracted orders; needed for orders of mean ranks and of an order network only
 */
public record DrawingModel(AutoregressiveModel model, ImageTokenizer tokenizer, FolderOrders folderOrders) {
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
        folderOrders.network().ifPresent(network -> {
            OrderNetwork.Inputs inputs = network.inputs();
            Require.that(
                    inputs.grid().equals(model.space().grid())
                            && inputs.vocabularySize() == model.space().vocabularySize(),
                    "model and order network must share grid and vocabulary, but the model has %s cells and %s codes,"
                            + " the network %s and %s; train an order network for this model",
                    model.space().cells(),
                    model.space().vocabularySize(),
                    inputs.grid().cells(),
                    inputs.vocabularySize());
        });
    }

    /** With mean ranks, if there are some, and no order network. */
    public DrawingModel(AutoregressiveModel model, ImageTokenizer tokenizer, Optional<MeanRanks> meanRanks) {
        this(model, tokenizer, FolderOrders.of(meanRanks));
    }

    /** The same with the model packed for drawing. */
    public DrawingModel with(AutoregressiveModel packed) {
        return new DrawingModel(packed, tokenizer, folderOrders);
    }
}
