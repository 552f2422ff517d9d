package dev.oar.study;

import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.Metric;
import dev.oar.evaluate.Multiplicity;
import dev.oar.evaluate.PairedComparison;
import dev.oar.evaluate.TestOrders;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The results of all arms under one seed as one: every figure, and every arm less the baseline. An arm's bits per token in its own order are
 * compared with the baseline's in its own, and so are its images; in random orders both are compared alike, which tells what is left of the
 * any-order ability. The primary comparison is the plan's; all others are corrected together.
 */
public final class StudyComparison {
    /** The setting that says whose model has predicted what arms have drawn, or why none has. */
    public static final String JUDGE = "drawn images are predicted by";

    private final StudyPlan plan;
    private final Map<String, EvaluationReport> ofArms;

    private StudyComparison(StudyPlan plan, Map<String, EvaluationReport> ofArms) {
        this.plan = plan;
        this.ofArms = ofArms;
    }

    /**
     * One report of all arms.
     *
     * @param ofArms what was measured of every arm, in the sequence of the plan
     * @param floor what no arm can be better than
     * @throws IllegalArgumentException if the baseline is not among the arms
     */
    public static EvaluationReport of(StudyPlan plan, Map<String, EvaluationReport> ofArms, EvaluationReport floor) {
        if (!ofArms.containsKey(plan.baseline())) {
            throw new IllegalArgumentException("arms are compared with the baseline " + plan.baseline()
                    + ", but what was measured is " + ofArms.keySet() + "; measure it, too");
        }
        return new StudyComparison(plan, new LinkedHashMap<>(ofArms)).report(floor);
    }

    private EvaluationReport report(EvaluationReport floor) {
        Map<String, String> settings = new LinkedHashMap<>();
        List<EvaluationFigure> figures = new ArrayList<>();
        List<PairedComparison> comparisons = new ArrayList<>();
        ofArms.forEach((arm, report) -> {
            settings.putAll(report.settings());
            figures.addAll(report.figures());
            if (!arm.equals(plan.baseline())) {
                comparisons.addAll(compared(arm, report));
            }
        });
        figures.addAll(floor.figures());
        return new EvaluationReport(settings, figures, Multiplicity.judged(comparisons, this::isPrimary));
    }

    private boolean isPrimary(PairedComparison compared) {
        return compared.first().equals(plan.primary())
                && compared.metric().equals(BitsPerToken.METRIC)
                && compared.drawing().equals(own(plan.primary()))
                && compared.secondDrawing().orElse(compared.drawing()).equals(own(plan.baseline()));
    }

    private String own(String arm) {
        return plan.arm(arm).ownOrder().label();
    }

    private List<PairedComparison> compared(String arm, EvaluationReport report) {
        List<PairedComparison> comparisons = new ArrayList<>();
        for (EvaluationFigure figure : report.figures()) {
            if (figure.drawing().equals(own(arm)) && isOutcome(figure.metric())) {
                add(comparisons, figure, own(plan.baseline()));
            }
        }
        // What is drawn and predicted in random orders by both, unless that was just compared.
        report.figures().stream()
                .filter(figure -> figure.drawing().equals(TestOrders.RANDOM)
                        && isRetained(figure.metric())
                        && !own(arm).equals(TestOrders.RANDOM))
                .forEach(figure -> add(comparisons, figure, TestOrders.RANDOM));
        return comparisons;
    }

    /** Whether a metric is among those that arms are judged by in their own orders. */
    static boolean isOutcome(Metric metric) {
        return switch (metric.kind()) {
            case CODE_LENGTH, FRECHET_DISTANCE, CAPTION, TWO_SAMPLE, DRAWN_CODE_LENGTH -> true;
            case PREDICTION, DISTANCE, SCORE, SIGNAL_TO_NOISE, RECONSTRUCTION, HOLE, ATTRIBUTE, DESCRIPTION -> false;
        };
    }

    /** Whether it is among those that arms are judged by in random orders: fewer, since every comparison takes power from all others. */
    private static boolean isRetained(Metric metric) {
        return isOutcome(metric)
                && metric.kind() != Metric.Kind.TWO_SAMPLE
                && metric.kind() != Metric.Kind.DRAWN_CODE_LENGTH;
    }

    /** Whether a figure is compared if it is measured in this order, so that its value for every image has to be kept. */
    public static boolean compares(StudyArm arm, String order, Metric metric) {
        return isOutcome(metric) && order.equals(arm.ownOrder().label());
    }

    private void add(List<PairedComparison> comparisons, EvaluationFigure figure, String baselineOrder) {
        Optional<EvaluationFigure> baseline = Optional.ofNullable(ofArms.get(plan.baseline()))
                .flatMap(report -> report.figure(
                        plan.baseline(), baselineOrder, figure.metric().name()));
        baseline.ifPresent(other -> comparisons.add(new PairedComparison(
                figure.arm(),
                other.arm(),
                figure.drawing(),
                figure.metric(),
                figure.minus(other),
                figure.samples(),
                figure.seed(),
                Optional.of(baselineOrder).filter(order -> !order.equals(figure.drawing())),
                Optional.empty())));
    }
}
