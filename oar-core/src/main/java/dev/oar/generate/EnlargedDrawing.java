package dev.oar.generate;

import dev.oar.decode.DecodedTokens;
import dev.oar.decode.ExtrapolationRequest;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.ResolutionExtrapolation;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.tokenizer.ImageTokenizer;
import java.util.List;

/** Draws batches on a larger grid than the model's own, for one call. */
final class EnlargedDrawing implements AutoCloseable {
    private final Enlargement enlargement;
    private final ResolutionExtrapolation extrapolation;
    private final ImageTokenizer tokenizer;

    /**
     * For this model, which stays the caller's and must be closed later than this.
     *
     * @throws IllegalArgumentException if the model or its tokenizer know their own grid alone
     */
    EnlargedDrawing(DrawingModel packed, Enlargement enlargement) {
        if (!(packed.model() instanceof AnyOrderTransformer transformer)) {
            throw new IllegalArgumentException(
                    "only RandAR's formulation position-instruction knows cells that it was not"
                            + " trained for, but this model is another; use a RandAR model");
        }
        this.enlargement = enlargement;
        this.tokenizer = packed.tokenizer().enlarged(enlargement.factor());
        try {
            this.extrapolation =
                    new ResolutionExtrapolation(transformer, enlargement.factor(), enlargement.ropeBoundary());
        } catch (IllegalArgumentException e) {
            tokenizer.close();
            throw e;
        }
    }

    /** Draws a batch in an order known beforehand. */
    List<GeneratedImage> draw(DrawnBatch batch, DrawingProgress progress) {
        Drawing drawing = batch.drawing();
        DecodedTokens decoded = extrapolation.decode(
                new ExtrapolationRequest(
                        batch.rows().conditions(),
                        batch.rows().indices(),
                        batch.rows().seeds()[0],
                        ((OrderPolicy.GivenOrders) batch.policy()).orders(),
                        ((DrawingOrder.Fixed) drawing.order()).pace().steps(),
                        drawing.sampling().filter(),
                        enlargement.guidance(drawing.guidance())),
                batch.listener(tokenizer, progress));
        return batch.images(decoded, tokenizer);
    }

    @Override
    public void close() {
        extrapolation.close();
        tokenizer.close();
    }
}
