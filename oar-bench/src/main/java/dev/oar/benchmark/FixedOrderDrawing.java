package dev.oar.benchmark;

import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.DecodingListener;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.SamplingFilter;
import dev.oar.decode.TokenSource;
import dev.oar.model.AutoregressiveModel;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.GenerationOrder;
import java.util.Collections;
import java.util.function.IntConsumer;
import java.util.stream.LongStream;

/**
 * Drawing images in raster order under guidance.
 *
 * @param model that draws
 * @param shape of the model
 * @param batch images drawn together; guidance doubles the rows
 * @param schedule how many cells each step fills
 */
record FixedOrderDrawing(AutoregressiveModel model, ModelShape shape, int batch, DecodingSchedule schedule) {
    private static final ClassifierFreeGuidance GUIDANCE = ClassifierFreeGuidance.linear(1, 4);

    /** Draws the images. */
    void run() {
        run(schedule, DecodingListener.NONE);
    }

    /** The seconds of all steps, estimated from some, see {@link SampledSteps#seconds}. */
    double[] seconds(SampledSteps sampled, IntConsumer between) {
        DecodingSchedule shortened = sampled.of(schedule);
        return sampled.seconds(schedule.steps(), listener -> run(shortened, listener), between);
    }

    /** The seconds of all steps, estimated from some. */
    double[] seconds(SampledSteps sampled) {
        return seconds(sampled, repetition -> {});
    }

    private void run(DecodingSchedule steps, DecodingListener listener) {
        var unused = new AnyOrderDecoder(model)
                .decode(new DecodingRequest(
                        shape.conditions(batch),
                        LongStream.range(0, batch).toArray(),
                        1,
                        new OrderPolicy.GivenOrders(
                                Collections.nCopies(
                                        batch,
                                        GenerationOrder.raster(shape.space().cells())),
                                open -> steps),
                        new TokenSource.Sampled(SamplingFilter.NONE),
                        GUIDANCE,
                        KnownTokens.none(),
                        listener));
    }
}
