package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.data.OrderShards;
import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.Subsampling;
import dev.oar.evaluate.TestOrders;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.order.CounterRandom;
import dev.oar.pipeline.EvaluationResults.Compared;
import dev.oar.pipeline.EvaluationResults.Measured;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Bits per token of every arm on the test split: under fresh random orders (the any-order ability), raster, one fixed permutation,
 * and the orders that the any-order model extracted from the test images.
 */
final class CodeLengths {
    private final Stage stage;
    private final ShardTokens test;
    private final OrderShards extracted;
    private final Subsampling subsampling;

    CodeLengths(Stage stage, ShardTokens test, OrderShards extracted, Subsampling subsampling) {
        this.stage = stage;
        this.test = test;
        this.extracted = extracted;
        this.subsampling = subsampling;
    }

    void measure(List<ArmStage> arms, List<Measured> figures, List<Compared> comparisons) throws IOException {
        Map<Arm, Map<String, double[]>> bits = new LinkedHashMap<>();
        for (ArmStage arm : arms) {
            try (AnyOrderTransformer model = arm.model()) {
                bits.put(arm.arm(), measure(arm.arm(), model, figures));
            }
        }
        Map<String, double[]> specialised = bits.getOrDefault(Arm.SPECIALISED, Map.of());
        bits.forEach((arm, ofArm) -> ofArm.forEach((way, values) -> {
            if (arm != Arm.SPECIALISED) {
                double[] difference = difference(specialised.getOrDefault(way, values), values);
                comparisons.add(Compared.of(
                        Arm.SPECIALISED.label(), arm.label(), way, BitsPerToken.METRIC, subsampling.mean(difference)));
            }
        }));
    }

    /** Bits per family under each kind of order that yields a code length. */
    private Map<String, double[]> measure(Arm arm, AnyOrderTransformer model, List<Measured> figures) {
        int cells = model.space().cells();
        long seed = CounterRandom.of(stage.recipe().seed(), "test orders").bits(0);
        List<List<TestOrders>> kinds = new ArrayList<>();
        List<TestOrders> random = new ArrayList<>();
        for (int draw = 0; draw < stage.recipe().evaluation().randomOrders(); draw++) {
            random.add(TestOrders.random(cells, seed + draw));
        }
        kinds.add(random);
        kinds.add(List.of(TestOrders.raster(cells)));
        kinds.add(List.of(TestOrders.fixed(
                "fixed permutation",
                dev.oar.order.GenerationOrder.uniform(cells, CounterRandom.of(seed, "one permutation")))));
        kinds.add(List.of(
                stage.recipe().extraction().confidence().needsGroundTruth()
                        ? TestOrders.extractedKnowingTheAnswers("extracted", extracted::order)
                        : TestOrders.extracted("extracted", extracted::order)));
        Map<String, double[]> bits = new LinkedHashMap<>();
        for (List<TestOrders> kind : kinds) {
            measure(arm, model, kind, figures, bits);
        }
        return bits;
    }

    private void measure(
            Arm arm,
            AnyOrderTransformer model,
            List<TestOrders> kind,
            List<Measured> figures,
            Map<String, double[]> bits) {
        List<BitsPerToken> measured = new ArrayList<>();
        for (TestOrders orders : kind) {
            measured.add(BitsPerToken.measure(
                    model,
                    test,
                    orders,
                    stage.recipe().evaluation().batchSize(),
                    subsampling,
                    done -> stage.progress("bits per token, " + arm.label(), done, test.count())));
        }
        BitsPerToken first = measured.get(0);
        double[] mean = new double[first.bitsOfFamily().length];
        for (BitsPerToken one : measured) {
            Arrays.setAll(mean, i -> mean[i] + one.bitsOfFamily()[i] / measured.size());
        }
        figures.add(Measured.of(arm.label(), first.orders(), first.metric(), subsampling.mean(mean), first.images()));
        if (first.codeLength()) {
            bits.put(first.orders(), mean);
        }
    }

    private static double[] difference(double[] first, double[] second) {
        double[] difference = new double[first.length];
        Arrays.setAll(difference, i -> first[i] - second[i]);
        return difference;
    }
}
