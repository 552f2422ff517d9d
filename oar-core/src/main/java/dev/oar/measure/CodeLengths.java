package dev.oar.measure;

import dev.oar.data.MeasuredTokens;
import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.TestOrders;
import dev.oar.generate.DrawingOrder;
import dev.oar.model.AnyOrderModel;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.WeightFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Bits per token of one model after the other on the same images; what the first one chooses is kept for the others. */
public final class CodeLengths {
    private final MeasuredTokens test;
    private final List<OrderKind> kinds;
    private final ModelComparison.Settings settings;
    private final MeasurementListener listener;
    private final Map<DrawingOrder.Dynamic, List<GenerationOrder>> ofFirst = new LinkedHashMap<>();
    private boolean measured;

    /**
     * A measurement.
     *
     * @param test held-out images
     * @param kinds kinds of orders
     */
    public CodeLengths(
            MeasuredTokens test,
            List<OrderKind> kinds,
            ModelComparison.Settings settings,
            MeasurementListener listener) {
        this.test = test;
        this.kinds = kinds;
        this.settings = settings;
        this.listener = listener;
    }

    /**
     * The figures of the next model, one for each kind of orders.
     *
     * @param prepared a model to be packed again and again, which stays the caller's
     */
    public List<BitsPerToken> of(String label, AnyOrderModel prepared) {
        Map<DrawingOrder.Dynamic, List<GenerationOrder>> chosen = measured ? new LinkedHashMap<>() : ofFirst;
        OrderKind.Chosen own = drawing -> chosen.computeIfAbsent(drawing, way -> choose(label, prepared, way));
        OrderKind.Chosen first = measured ? drawing -> Objects.requireNonNull(ofFirst.get(drawing)) : own;
        List<BitsPerToken> bits = new ArrayList<>();
        for (OrderKind kind : kinds) {
            bits.add(BitsPerToken.mean(kind.orders(own, first).stream()
                    .map(orders -> measure(label, prepared, orders))
                    .toList()));
        }
        measured = true;
        return bits;
    }

    private List<GenerationOrder> choose(String label, AnyOrderModel prepared, DrawingOrder.Dynamic drawing) {
        try (AnyOrderModel packed = prepared.packed(WeightFormat.FLOAT32)) {
            return OwnOrders.of(
                    packed,
                    test,
                    drawing,
                    settings.batchSize(),
                    settings.seed(),
                    done -> listener.progress("orders, " + label + ", " + drawing.label(), done, test.count()));
        }
    }

    private BitsPerToken measure(String label, AnyOrderModel prepared, TestOrders orders) {
        return BitsPerToken.measure(
                prepared,
                test,
                orders,
                settings.batchSize(),
                done -> listener.progress("bits per token, " + label + ", " + orders.name(), done, test.count()));
    }
}
