package dev.oar.evaluate;

import dev.oar.config.Require;
import dev.oar.data.Batches;
import dev.oar.data.MeasuredTokens;
import dev.oar.model.OrderHistory;
import dev.oar.model.OrderNetwork;
import dev.oar.order.GenerationOrder;
import dev.oar.order.KendallTau;
import dev.oar.tensor.Device;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** How well the orders of a small network agree with those that it was distilled from, on images that it has not seen. */
public final class OrderAgreement {
    private OrderAgreement() {}

    /**
     * The mean Kendall tau between two orders of every image; families weigh the same, and so does each image of one.
     *
     * @param families the family of each image
     * @param found one order per image
     * @param recorded the order of each image to compare with
     * @throws IllegalArgumentException if there are not as many of all, or none
     */
    public static Interval tau(int[] families, List<GenerationOrder> found, List<GenerationOrder> recorded) {
        Require.that(
                !found.isEmpty() && found.size() == recorded.size() && found.size() == families.length,
                "orders are compared image by image, but there are %s families and %s and %s orders; give one per image,"
                        + " and at least one",
                families.length,
                found.size(),
                recorded.size());
        Map<Integer, List<Double>> ofFamilies = new TreeMap<>();
        for (int image = 0; image < families.length; image++) {
            ofFamilies
                    .computeIfAbsent(families[image], unused -> new ArrayList<>())
                    .add(KendallTau.of(found.get(image), recorded.get(image)));
        }
        return Interval.ofMean(ofFamilies.values().stream()
                .mapToDouble(taus ->
                        taus.stream().mapToDouble(Double::doubleValue).average().orElseThrow())
                .toArray());
    }

    /**
     * The orders in which a network would fill given images, one cell a step and without noise: after each cell it sees the image's own
     * token there.
     *
     * @param conditionIds what conditions are made of, see {@link dev.oar.model.AutoregressiveModel#conditionIds}
     * @param batchSize images per forward pass, at least 1
     */
    public static List<GenerationOrder> orders(
            OrderNetwork network, MeasuredTokens images, IntFunction<int[]> conditionIds, int batchSize) {
        List<GenerationOrder> orders = new ArrayList<>();
        try (Device.Use ignored = network.weights().device().use()) {
            for (Batches.Batch batch : new Batches(images.count(), batchSize)) {
                int[] places = batch.images();
                int[][] tokens = Arrays.stream(places).mapToObj(images::tokens).toArray(int[][]::new);
                int[][] ids = Arrays.stream(places)
                        .mapToObj(place -> conditionIds.apply(images.condition(place)))
                        .toArray(int[][]::new);
                int[][] filled = TensorScope.compute(
                        () -> Tensors.withoutGradient(() -> Tensors.intRows(filled(network, tokens, ids))));
                Arrays.stream(filled, 0, batch.count()).map(GenerationOrder::of).forEach(orders::add);
            }
        }
        return orders;
    }

    /** {@code [batch, cells]}, int64: the cells as they are filled. */
    private static Tensor filled(OrderNetwork network, int[][] tokens, int[][] ids) {
        int cells = tokens[0].length;
        Tensor own = Tensors.of(tokens);
        OrderHistory history = new OrderHistory(network, ids);
        Tensor barred = Tensors.zeros(torch.ScalarType.Float, tokens.length, cells);
        Tensor filled = Tensors.zeros(torch.ScalarType.Long, tokens.length, cells);
        for (int step = 0; step < cells; step++) {
            int at = step;
            TensorScope.run(() -> {
                Tensor last = filled.narrow(1, Math.max(0, at - 1), Math.min(1, at));
                Tensor best = history.scores(last, own.gather(1, last))
                        .add(barred)
                        .max(1, true)
                        .get1();
                var unused = barred.scatter_(1, best, new Scalar(Double.NEGATIVE_INFINITY));
                unused = filled.narrow(1, at, 1).copy_(best);
            });
        }
        return filled;
    }
}
