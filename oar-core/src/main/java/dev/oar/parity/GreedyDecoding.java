package dev.oar.parity;

import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.DecodingListener;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.Guidance;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.SamplingFilter;
import dev.oar.decode.TokenSource;
import dev.oar.model.AutoregressiveModel;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * What the decoder fills in a given order, taking the most probable token, as the reference implementations were run.
 *
 * @param tokens {@code [batch][cells]}, raster order
 * @param logits {@code [batch, decoded cells, vocabulary]}, decoding order, after guidance
 */
record GreedyDecoding(int[][] tokens, Tensor logits) {

    /** Keeps the logits of every step for the scope that is innermost when this is made. */
    static final class StepLogits implements DecodingListener {
        private final TensorScope around = TensorScope.innermost();
        private final List<Tensor> steps = new ArrayList<>();

        @Override
        public void stepped(Progress progress) {}

        @Override
        public void predicted(int[][] cells, Tensor logits) {
            steps.add(around.hold(logits));
        }

        /** {@code [batch, decoded cells, vocabulary]}. */
        Tensor all() {
            return Tensors.cat(1, steps);
        }
    }

    /** Decodes whole images, {@code orders: [batch][cells]}. */
    static GreedyDecoding of(
            AutoregressiveModel model, int[] conditions, int[][] orders, DecodingSchedule schedule, Guidance guidance) {
        return of(model, conditions, orders, schedule, guidance, KnownTokens.none());
    }

    /** Decodes what is not known. */
    static GreedyDecoding of(
            AutoregressiveModel model,
            int[] conditions,
            int[][] orders,
            DecodingSchedule schedule,
            Guidance guidance,
            KnownTokens known) {
        return of(model, conditions, orders, schedule, new TokenSource.Sampled(SamplingFilter.GREEDY), guidance, known);
    }

    /** Fills images with these tokens, {@code [batch][cells]}, raster order, without guidance. */
    static GreedyDecoding forced(
            AutoregressiveModel model, int[] conditions, int[][] orders, DecodingSchedule schedule, int[][] tokens) {
        return of(
                model,
                conditions,
                orders,
                schedule,
                new TokenSource.GroundTruth(tokens),
                ClassifierFreeGuidance.OFF,
                KnownTokens.none());
    }

    private static GreedyDecoding of(
            AutoregressiveModel model,
            int[] conditions,
            int[][] orders,
            DecodingSchedule schedule,
            TokenSource source,
            Guidance guidance,
            KnownTokens known) {
        StepLogits logits = new StepLogits();
        int[][] tokens = new AnyOrderDecoder(model)
                .decode(new DecodingRequest(
                        conditions,
                        new long[conditions.length],
                        0,
                        new OrderPolicy.GivenOrders(
                                Arrays.stream(orders).map(GenerationOrder::of).toList(), open -> schedule),
                        source,
                        guidance,
                        known,
                        logits))
                .tokens();
        return new GreedyDecoding(tokens, logits.all());
    }
}
