package dev.oar.study;

import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.Metric;
import dev.oar.measure.FigureTables;
import dev.oar.report.Block;
import dev.oar.report.Figure;
import dev.oar.report.FigureTable;
import dev.oar.report.HtmlReport;
import dev.oar.report.Paragraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a study found, as one page: verdicts first, then figures, then pictures. */
public final class StudyPage {
    private static final String INTERVALS =
            "In brackets 95 % intervals: over training seeds where an arm has several, else over the images measured.";

    private final StudyPlan plan;
    private final List<SeedResults> seeds;
    private final StudyFigures figures;
    private final int cells;

    /**
     * A page of finished results.
     *
     * @param seeds at least one, in the sequence of the plan
     * @param cells the cells of an image
     */
    public StudyPage(StudyPlan plan, List<SeedResults> seeds, int cells) {
        this.plan = plan;
        this.cells = cells;
        this.seeds = List.copyOf(seeds);
        this.figures = new StudyFigures(seeds);
    }

    /**
     * The page.
     *
     * @param orders what recorded orders are like; empty where there are none
     * @param pictures what arms have drawn
     * @param settings the plan and the recipe in full
     * @param provenance where the results come from
     */
    public String html(
            List<? extends Block> orders,
            List<? extends Block> pictures,
            List<? extends Block> settings,
            Map<String, String> provenance) {
        HtmlReport page = new HtmlReport(plan.name(), plan.description())
                .section("What is better than " + plan.baseline(), new StudyVerdicts(plan, seeds).blocks())
                .section("What this study can tell", new StudyPower(plan, seeds).blocks())
                .section("Arms in their own orders", ownOrders())
                .section("Every order", everyOrder())
                .section("Quality and speed", new SpeedPlots(plan, figures, cells).blocks());
        if (!orders.isEmpty()) {
            page.section("Recorded orders", orders);
        }
        return page.section("Pictures", pictures)
                .section("Settings and times", settings)
                .provenance(provenance)
                .html();
    }

    private List<Block> ownOrders() {
        List<EvaluationFigure> own = plan.arms().stream()
                .flatMap(arm -> figures.of(arm.name(), arm.ownOrder().label()).stream())
                .toList();
        List<FigureTable.Column> columns = columns(own);
        List<FigureTable.Row> rows = new ArrayList<>();
        for (StudyArm arm :
                plan.armsMeasured(seeds.stream().map(SeedResults::seed).toList())) {
            String order = arm.ownOrder().label();
            rows.add(new FigureTable.Row(
                    "",
                    arm.name() + " (" + order + "; seeds: " + figures.seeds(arm.name()) + ")",
                    columns.stream()
                            .map(column -> figure(arm.name(), order, column.name()))
                            .toList()));
        }
        return List.of(
                new Paragraph("What arms have drawn under seed " + seeds.get(0).seed() + " is predicted by "
                        + seeds.get(0).report().settings().getOrDefault(StudyComparison.JUDGE, "no model") + "."),
                new FigureTable(
                        "Every arm predicting and drawing in the order that it is meant for. " + INTERVALS,
                        "arm",
                        columns,
                        rows));
    }

    private static List<FigureTable.Column> columns(List<EvaluationFigure> figures) {
        return figures.stream()
                .map(EvaluationFigure::metric)
                .filter(metric -> metric.kind() != Metric.Kind.ATTRIBUTE)
                .distinct()
                .map(FigureTables::column)
                .toList();
    }

    private Figure figure(String arm, String order, String metric) {
        return figures.find(arm, order, metric)
                .map(found -> found.value().bounded()
                        ? Figure.of(
                                found.value().point(),
                                found.value().low(),
                                found.value().high())
                        : Figure.of(found.value().point()))
                .orElse(Figure.absent("not measured"));
    }

    private List<Block> everyOrder() {
        List<EvaluationFigure> bits = figures.all().stream()
                .filter(figure -> figure.metric().ofTokens())
                .toList();
        List<EvaluationFigure> drawn = figures.all().stream()
                .filter(figure -> !figure.metric().ofTokens()
                        && figure.metric().kind() != Metric.Kind.ATTRIBUTE
                        && figure.metric().kind() != Metric.Kind.CAPTION)
                .toList();
        List<EvaluationFigure> captions = figures.all().stream()
                .filter(figure -> figure.metric().kind() == Metric.Kind.CAPTION)
                .toList();
        List<Block> blocks = new ArrayList<>(List.of(
                FigureTables.of("Bits per token of test images, by order. " + INTERVALS, bits),
                FigureTables.of("Drawn images against test images, by order. " + INTERVALS, drawn)));
        if (!captions.isEmpty()) {
            blocks.add(FigureTables.of("Whether drawn images show what they were asked for. " + INTERVALS, captions));
        }
        return blocks;
    }
}
