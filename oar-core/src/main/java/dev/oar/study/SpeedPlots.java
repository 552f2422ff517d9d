package dev.oar.study;

import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.Metric;
import dev.oar.generate.DrawingOrder;
import dev.oar.report.Block;
import dev.oar.report.Figure;
import dev.oar.report.FigureTable.Better;
import dev.oar.report.Paragraph;
import dev.oar.report.ScatterPlot;
import dev.oar.report.SideBySide;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** What arms gain and lose by drawing in fewer steps: their figures against steps and against images per second, a point per arm and order. */
final class SpeedPlots {
    private static final ScatterPlot.Side STEPS = new ScatterPlot.Side("steps of drawing an image", true, Better.LOWER);
    private static final ScatterPlot.Side SPEED = new ScatterPlot.Side("images per second", true, Better.HIGHER);

    private final StudyPlan plan;
    private final StudyFigures figures;
    private final int cells;

    /**
     * The plots of a study.
     *
     * @param cells the cells of an image
     */
    SpeedPlots(StudyPlan plan, StudyFigures figures, int cells) {
        this.plan = plan;
        this.figures = figures;
        this.cells = cells;
    }

    /** A plot by steps and one by speed of every figure that arms are judged by. */
    List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Paragraph(
                "Every point is an arm in an order, the mean over its seeds. Points that none beats in both are numbered, with"
                        + " their intervals: where those overlap, chance may have chosen among them. Images per second are those of one process,"
                        + " whatever else the machine did beside it."));
        for (Metric metric : metrics()) {
            ScatterPlot.Side quality =
                    new ScatterPlot.Side(metric.name(), false, metric.lowerIsBetter() ? Better.LOWER : Better.HIGHER);
            List<Block> ofMetric = new ArrayList<>();
            // Code lengths are known of one cell a step alone: all have as many steps.
            if (metric.kind() != Metric.Kind.CODE_LENGTH) {
                ofMetric.add(new ScatterPlot(metric.name() + " and steps", STEPS, quality, points(metric, true)));
            }
            List<ScatterPlot.Point> bySpeed = points(metric, false);
            if (!bySpeed.isEmpty()) {
                ofMetric.add(new ScatterPlot(metric.name() + " and speed", SPEED, quality, bySpeed));
            }
            if (!ofMetric.isEmpty()) {
                blocks.add(new SideBySide(ofMetric));
            }
        }
        return blocks;
    }

    private Set<Metric> metrics() {
        return figures.all().stream()
                .map(EvaluationFigure::metric)
                .filter(StudyComparison::isOutcome)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private List<ScatterPlot.Point> points(Metric metric, boolean bySteps) {
        List<ScatterPlot.Point> points = new ArrayList<>();
        for (EvaluationFigure figure : figures.all()) {
            if (figure.metric().equals(metric)) {
                Optional<DrawingOrder> order = order(figure);
                OptionalDouble speed = figures.speed(figure.arm(), figure.drawing());
                if (order.isPresent() && (bySteps || speed.isPresent())) {
                    points.add(new ScatterPlot.Point(
                            family(figure.drawing()),
                            figure.drawing() + " (" + figure.arm() + ")",
                            bySteps ? order.get().steps(cells) : speed.getAsDouble(),
                            shown(figure)));
                }
            }
        }
        return points;
    }

    /** The order of the plan that a figure was drawn in; empty of what no arm has drawn, such as real images. */
    private Optional<DrawingOrder> order(EvaluationFigure figure) {
        return plan.arms().stream()
                .filter(arm -> arm.name().equals(figure.arm()))
                .flatMap(arm -> plan.drawn(arm).stream())
                .filter(order -> order.label().equals(figure.drawing()))
                .findFirst();
    }

    private static Figure shown(EvaluationFigure figure) {
        return figure.value().bounded()
                ? Figure.of(
                        figure.value().point(),
                        figure.value().low(),
                        figure.value().high())
                : Figure.of(figure.value().point());
    }

    /** The name of an order without its number of steps. */
    private static String family(String order) {
        return order.replaceAll(" in \\d+ steps", "");
    }
}
