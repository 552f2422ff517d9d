package dev.oar.causal;

import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.Metric;
import dev.oar.evaluate.PairedComparison;
import dev.oar.measure.FigureTables;
import dev.oar.report.Block;
import dev.oar.report.HtmlReport;
import dev.oar.report.KeyFacts;
import dev.oar.report.KeyValues;
import dev.oar.report.Paragraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a study of scenes found.
 *
 * @param config its sizes
 * @param exactBits the mean length of the exact code of a picture
 * @param stepsWithoutLoss in how many steps a picture is filled at no loss by independent cells together
 * @param agreement figures of orders
 * @param lengths code lengths above the exact one, one cell a step
 * @param parallel code lengths above the exact one, and possible pictures, several cells a step
 * @param comparisons what specialising brings
 * @param pictures blocks of pictures
 */
public record SceneStudyResults(
        SceneStudyConfig config,
        Interval exactBits,
        Interval stepsWithoutLoss,
        List<EvaluationFigure> agreement,
        List<EvaluationFigure> lengths,
        List<EvaluationFigure> parallel,
        List<PairedComparison> comparisons,
        List<Block> pictures) {
    private static final String ORDERS = "Is the known order found?";
    private static final String LENGTHS = "One cell a step: what specialising brings";
    private static final String PARALLEL = "Several cells a step: what an order loses";

    /** All figures with the settings they depend on. */
    public EvaluationReport report() {
        return new EvaluationReport(
                settings(),
                Stream.of(agreement, lengths, parallel).flatMap(List::stream).toList(),
                comparisons);
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        settings.put("training pictures", Integer.toString(config.trainingPictures()));
        settings.put("further pictures", Integer.toString(config.furtherPictures()));
        settings.put("held-out pictures", Integer.toString(config.heldOutPictures()));
        settings.put("steps", Integer.toString(config.steps()));
        settings.put("further steps", Integer.toString(config.furtherSteps()));
        settings.put("batch size", Integer.toString(config.batchSize()));
        settings.put("learning rate", Double.toString(config.learningRate()));
        settings.put("width", Integer.toString(config.width()));
        settings.put("layers", Integer.toString(config.layers()));
        settings.put("heads", Integer.toString(config.heads()));
        settings.put("training seeds", config.seeds() + " from " + config.seed());
        settings.put("exact bits per picture", exactBits.text(2));
        settings.put("steps without loss", stepsWithoutLoss.text(2));
        return settings;
    }

    /** The figures as tables in Markdown. */
    public String markdown() {
        return "Exact code: " + exactBits.text(2) + " bits per picture. Steps without loss: " + stepsWithoutLoss.text(2)
                + ".\n\n## " + ORDERS + "\n\n"
                + SceneTables.byArm("orders", agreement).markdown()
                + "\n## " + LENGTHS + "\n\n"
                + SceneTables.byOrder("predicted in", lengths).markdown()
                + "\n" + comparisonLines() + "\n## " + PARALLEL + "\n\n"
                + besideTheory().markdown() + "\nBits above the exact code:\n\n"
                + bitsOfArms().markdown()
                + "\nContradicting cells of drawn pictures:\n\n"
                + contradictionsOfArms().markdown();
    }

    /** The any-order model beside the exact conditionals. */
    private SceneTables besideTheory() {
        List<EvaluationFigure> figures = new ArrayList<>();
        for (Metric metric : List.of(SceneMetrics.LOST, SceneMetrics.POSSIBLE, SceneMetrics.CONTRADICTIONS)) {
            for (String arm : List.of(ExactScenes.ARM, SceneStudy.ANY_ORDER)) {
                parallel.stream()
                        .filter(figure ->
                                figure.metric().equals(metric) && figure.arm().equals(arm))
                        .forEach(figures::add);
            }
        }
        return SceneTables.byOrder("filled", figures);
    }

    private SceneTables bitsOfArms() {
        return SceneTables.byOrder("filled", of(SceneMetrics.EXCESS));
    }

    private SceneTables contradictionsOfArms() {
        return SceneTables.byOrder("drawn", of(SceneMetrics.CONTRADICTIONS));
    }

    /** Figures of the orders that further trainings have. */
    private List<EvaluationFigure> of(Metric metric) {
        List<String> trained = parallel.stream()
                .filter(figure -> figure.arm().equals(FurtherTraining.CONTROL.word()))
                .map(EvaluationFigure::drawing)
                .toList();
        return parallel.stream()
                .filter(figure -> figure.metric().equals(metric) && trained.contains(figure.drawing()))
                .toList();
    }

    private String comparisonLines() {
        StringBuilder lines = new StringBuilder();
        for (PairedComparison compared : comparisons) {
            lines.append("- ")
                    .append(compared.subject())
                    .append(' ')
                    .append(compared.difference().text(2))
                    .append(": ")
                    .append(compared.verdict())
                    .append('\n');
        }
        return lines.toString();
    }

    /** The figures as a page. */
    public HtmlReport page() {
        String intervals = config.seeds() > 1
                ? "In brackets 95 % intervals: of models over trainings, of what is known exactly over pictures."
                : "In brackets 95 % intervals over pictures.";
        List<Block> gains = new ArrayList<>();
        gains.add(new Paragraph(
                "By the chain rule the exact code is equally long in all orders: whatever an order wins is a part of what"
                        + " the model loses to the exact code, which is shown here."));
        gains.add(SceneTables.byOrder("predicted in", lengths).table("Bits above the exact code. " + intervals));
        gains.addAll(FigureTables.comparisons(comparisons));
        return new HtmlReport(
                        "Scenes of a known causal structure",
                        "Models of pictures whose distribution is known, beside what is known exactly.")
                .opening(new KeyFacts(List.of(
                        new KeyFacts.Fact(exactBits.text(1), "bits per picture", "the exact code, in every order"),
                        new KeyFacts.Fact(
                                stepsWithoutLoss.text(1),
                                "steps at no loss",
                                "with exact conditionals, " + "instead of one per cell"))))
                .section("Pictures", pictures)
                .section(
                        ORDERS,
                        new Paragraph("Orders of held-out pictures, most confident first, beside those that the exact"
                                + " conditionals give. Many cells are equally certain; ties are broken in raster order, or"
                                + " as the order itself breaks them."),
                        SceneTables.byArm("orders", agreement).table(intervals))
                .section(LENGTHS, gains)
                .section(
                        PARALLEL,
                        new Paragraph("Bits lost where the cells of a step do not see each other: for the exact"
                                + " conditionals the total correlation of the cells filled together, for a model its code"
                                + " length less that of one cell a step. Possible pictures are the share of drawn ones that"
                                + " show a scene at all; contradicting cells are those that would have to be others for"
                                + " that."),
                        besideTheory().table(intervals),
                        bitsOfArms().table("Bits above the exact code. " + intervals),
                        contradictionsOfArms().table("Contradicting cells of drawn pictures. " + intervals))
                .section("What the figures depend on", new KeyValues(settings()));
    }
}
