package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.data.OrderShards;
import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.FamilyValues;
import dev.oar.evaluate.MeasuredTokens;
import dev.oar.evaluate.PairedComparison;
import dev.oar.evaluate.TestOrders;
import dev.oar.generate.DrawingOrder;
import dev.oar.measure.CodeLengthMatrix;
import dev.oar.measure.OwnOrders;
import dev.oar.model.AnyOrderModel;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.WeightFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Bits per token of every arm on the test split: under fresh random orders (the any-order ability), raster, one fixed permutation,
 * the orders that the any-order model extracted from the test images, and those that the arm itself follows in each dynamic drawing.
 */
final class CodeLengths {
    private final Stage stage;
    private final MeasuredTokens test;
    private final OrderShards extracted;

    CodeLengths(Stage stage, MeasuredTokens test, OrderShards extracted) {
        this.stage = stage;
        this.test = test;
        this.extracted = extracted;
    }

    void measure(List<ArmStage> arms, List<EvaluationFigure> figures, List<PairedComparison> comparisons)
            throws IOException {
        long seed = stage.recipe().seed();
        Map<Arm, List<BitsPerToken>> measured = new EnumMap<>(Arm.class);
        for (ArmStage arm : arms) {
            try (AnyOrderModel model = arm.model();
                    AnyOrderModel prepared = model.prepared()) {
                List<BitsPerToken> ofArm = new ArrayList<>(measure(arm.arm(), prepared));
                ofArm.addAll(measureOwn(arm.arm(), prepared));
                ofArm.forEach(bits -> figures.add(EvaluationFigure.of(arm.arm().label(), bits, seed)));
                measured.put(arm.arm(), ofArm);
            }
        }
        comparisons.addAll(compare(measured));
    }

    /** The specialised model with the others in the same orders, and whatever else is needed for every arm in every order. */
    private List<PairedComparison> compare(Map<Arm, List<BitsPerToken>> measured) {
        long seed = stage.recipe().seed();
        List<PairedComparison> comparisons = new ArrayList<>();
        List<BitsPerToken> specialised = measured.getOrDefault(Arm.SPECIALISED, List.of());
        measured.forEach((arm, ofArm) -> {
            for (int kind = 0; arm != Arm.SPECIALISED && kind < specialised.size(); kind++) {
                if (ofArm.get(kind).codeLength()) {
                    comparisons.add(PairedComparison.ofBits(
                            Arm.SPECIALISED.label(), specialised.get(kind), arm.label(), ofArm.get(kind), seed));
                }
            }
        });
        Map<String, List<BitsPerToken>> byLabel = new LinkedHashMap<>();
        measured.forEach((arm, ofArm) -> byLabel.put(arm.label(), ofArm));
        CodeLengthMatrix.addTo(comparisons, Arm.ANY_ORDER.label(), byLabel, seed);
        return comparisons;
    }

    /** Tells the comparison of the specialised model as it draws, noise and all, with the any-order model in random orders. */
    static Predicate<PairedComparison> primary(EvaluationSection section) {
        String drawn = section.dynamicOrders().get(0).label();
        return compared -> compared.secondDrawing().isPresent()
                && compared.first().equals(Arm.SPECIALISED.label())
                && compared.drawing().equals(drawn);
    }

    /** Bits per token in the orders of the arm's own dynamic drawings. */
    private List<BitsPerToken> measureOwn(Arm arm, AnyOrderModel model) {
        EvaluationSection section = stage.recipe().evaluation();
        List<BitsPerToken> own = new ArrayList<>();
        try (AnyOrderModel packed = model.packed(WeightFormat.FLOAT32)) {
            for (DrawingOrder.Dynamic drawing : section.dynamicOrders()) {
                List<GenerationOrder> orders = OwnOrders.of(
                        packed,
                        test,
                        drawing,
                        section.batchSize(),
                        stage.recipe().seed(),
                        done -> stage.progress("orders, " + arm.label() + ", " + drawing.label(), done, test.count()));
                own.add(measure(arm, model, TestOrders.extracted(drawing.label(), orders::get)));
            }
        }
        return own;
    }

    /** Bits per token under each kind of order that is the same for all arms. */
    private List<BitsPerToken> measure(Arm arm, AnyOrderModel model) {
        int cells = model.space().cells();
        CounterRandom chance = CounterRandom.of(stage.recipe().seed(), "test orders");
        List<BitsPerToken> random = new ArrayList<>();
        for (int draw = 0; draw < stage.recipe().evaluation().randomOrders(); draw++) {
            random.add(measure(arm, model, TestOrders.random(cells, chance.bits(draw))));
        }
        GenerationOrder permutation = GenerationOrder.uniform(cells, chance.derive(1));
        TestOrders recorded = stage.recipe().extraction().order().confidence().needsGroundTruth()
                ? TestOrders.extractedKnowingTheAnswers("extracted", extracted::order)
                : TestOrders.extracted("extracted", extracted::order);
        return List.of(
                mean(random),
                measure(arm, model, TestOrders.raster(cells)),
                measure(arm, model, TestOrders.fixed("fixed permutation", permutation)),
                measure(arm, model, recorded));
    }

    private BitsPerToken measure(Arm arm, AnyOrderModel model, TestOrders orders) {
        return BitsPerToken.measure(
                model,
                test,
                orders,
                stage.recipe().evaluation().batchSize(),
                done -> stage.progress("bits per token, " + arm.label(), done, test.count()));
    }

    /** The mean over several fresh orders of every image. */
    private BitsPerToken mean(List<BitsPerToken> draws) {
        BitsPerToken first = draws.get(0);
        FamilyValues families =
                FamilyValues.mean(draws.stream().map(BitsPerToken::families).toList());
        double[] ofStep =
                meanOfRows(draws.stream().map(BitsPerToken::bitsOfStep).toList());
        return new BitsPerToken(first.orders(), first.codeLength(), families, ofStep, first.images(), first.hole());
    }

    private static double[] meanOfRows(List<double[]> rows) {
        double[] mean = new double[rows.get(0).length];
        for (double[] row : rows) {
            Arrays.setAll(mean, i -> mean[i] + row[i] / rows.size());
        }
        return mean;
    }
}
