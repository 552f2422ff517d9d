package dev.oar.generate;

import dev.oar.config.Default;
import dev.oar.config.Flat;
import dev.oar.config.Require;
import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.DecodedTokens;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.Remasking;
import dev.oar.model.AutoregressiveModel;
import dev.oar.order.StepSchedule;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.WeightFormat;
import java.util.Optional;

/**
 * How images are drawn.
 *
 * @param order in which order cells are filled
 * @param guidance how strongly images are drawn towards their condition
 * @param sampling which tokens may be drawn, and how likely
 * @param weightFormat how the weights of the model's linear layers are kept while it draws
 * @param enlargement on which larger grid; absent: on the model's own
 * @param remasking which tokens are drawn anew at the end; absent: none
 */
public record Drawing(
        DrawingOrder order,
        @Flat GuidanceSettings guidance,
        @Flat Sampling sampling,
        @Default("float32") WeightFormat weightFormat,
        Optional<Enlargement> enlargement,
        Optional<Remasking> remasking) {
    /** Checks that an enlarged image can be drawn so. */
    public Drawing {
        if (enlargement.isPresent()) {
            Require.that(
                    order instanceof DrawingOrder.Fixed fixed && fixed.pace().stepSchedule() == StepSchedule.COSINE,
                    "on a larger grid images are drawn in an order known beforehand and by the step-schedule cosine,"
                            + " but the order is %s; choose order random",
                    order.label());
            Require.that(
                    remasking.isEmpty(),
                    "tokens are drawn anew on the model's own grid alone, but these are drawn on a larger one; leave"
                            + " remasking out");
        }
    }

    /** This order without guidance and filters, with weights in float32. */
    public static Drawing of(DrawingOrder order) {
        return new Drawing(
                order, GuidanceSettings.OFF, Sampling.NONE, WeightFormat.FLOAT32, Optional.empty(), Optional.empty());
    }

    /** Whether unconditional rows take part, at any step. */
    public boolean guided() {
        return enlargement.isPresent()
                ? enlargement.get().guidance(guidance).branches(0) > 1
                : guidance.classifierFree().active();
    }

    /** The same drawing in another order. */
    public Drawing withOrder(DrawingOrder other) {
        return new Drawing(other, guidance, sampling, weightFormat, enlargement, remasking);
    }

    /** The same drawing under other guidance. */
    public Drawing withGuidance(GuidanceSettings other) {
        return new Drawing(order, other, sampling, weightFormat, enlargement, remasking);
    }

    /** The same drawing at another guidance scale. */
    public Drawing withGuidanceScale(double other) {
        return withGuidance(new GuidanceSettings(other, guidance.guidanceSchedule()));
    }

    /** The same drawing with other filters. */
    public Drawing withSampling(Sampling other) {
        return new Drawing(order, guidance, other, weightFormat, enlargement, remasking);
    }

    /** The same drawing on a larger grid. */
    public Drawing on(Enlargement larger) {
        return new Drawing(order, guidance, sampling, weightFormat, Optional.of(larger), remasking);
    }

    /** The same drawing, of which some tokens are drawn anew at the end. */
    public Drawing with(Remasking anew) {
        return new Drawing(order, guidance, sampling, weightFormat, enlargement, Optional.of(anew));
    }

    /** Decodes a batch that is drawn so, on the model's own grid. */
    public DecodedTokens decode(AutoregressiveModel model, DecodingRequest request) {
        return remasking.isPresent()
                ? remasking.get().decode(model, request)
                : new AnyOrderDecoder(model).decode(request);
    }

    /**
     * The grid that is drawn on.
     *
     * @param own the model's
     */
    public TokenGrid grid(TokenGrid own) {
        return enlargement.map(larger -> larger.grid(own)).orElse(own);
    }

    /** The same drawing with weights in another format. */
    public Drawing withWeightFormat(WeightFormat other) {
        return new Drawing(order, guidance, sampling, other, enlargement, remasking);
    }
}
