package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.config.RecipeWriter;
import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.PairedComparison;
import dev.oar.evaluate.ReconstructionQuality;
import dev.oar.report.Block;
import dev.oar.report.Details;
import dev.oar.report.Figure;
import dev.oar.report.FigureTable;
import dev.oar.report.HtmlReport;
import dev.oar.report.KeyFacts;
import dev.oar.report.KeyValues;
import dev.oar.report.LinePlot;
import dev.oar.report.Paragraph;
import dev.oar.report.Series;
import dev.oar.tensor.LibTorch;
import dev.oar.train.MetricsFile;
import dev.oar.train.TrainingLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The report of a run: what was done, and what came of it, in one page. */
final class RunReport {
    private final ReportStage stage;
    private final TokenizerStage tokenizer;
    private final FeaturesStage features;
    private final EvaluationStage evaluation;
    private final EvaluationReport results;
    private final ReportPictures pictures;

    RunReport(
            ReportStage stage,
            TokenizerStage tokenizer,
            FeaturesStage features,
            ExtractionStage extraction,
            EvaluationStage evaluation)
            throws IOException {
        this.stage = stage;
        this.tokenizer = tokenizer;
        this.features = features;
        this.evaluation = evaluation;
        this.results = evaluation.results();
        this.pictures = new ReportPictures(stage, tokenizer, features, extraction, evaluation);
    }

    String html() throws IOException {
        Recipe recipe = stage.recipe();
        HtmlReport report = new HtmlReport(recipe.name(), recipe.description());
        report.opening(facts());
        report.section("Drawn images", pictures.samples());
        report.section("Orders", pictures.orders());
        report.section("Figures of drawn images", drawnFigures());
        report.section("Bits per token", codeLengths());
        report.section("Reconstructions", pictures.reconstructions());
        report.section("Nearest training images", pictures.nearest());
        report.section("Training", curves());
        report.section("Settings and times", settings());
        report.provenance(provenance());
        return report.html();
    }

    private KeyFacts facts() {
        List<KeyFacts.Fact> facts = new ArrayList<>();
        results.figures().stream()
                .filter(figure -> figure.metric().equals(ReconstructionQuality.SIGNAL_TO_NOISE))
                .forEach(figure -> facts.add(new KeyFacts.Fact(
                        number(figure.value().point(), 1) + " dB", "reconstruction PSNR", "test images")));
        Optional<EvaluationFigure> unigram = results.figures().stream()
                .filter(figure -> figure.arm().equals(EvaluationStage.UNIGRAM))
                .findFirst();
        for (Arm arm : List.of(Arm.ANY_ORDER, Arm.SPECIALISED)) {
            results.figure(arm.label(), "random", BitsPerToken.METRIC.name())
                    .ifPresent(figure -> facts.add(new KeyFacts.Fact(
                            number(figure.value().point(), 2),
                            "bits per token, random orders, " + arm.label(),
                            unigram.map(base -> number(
                                                    100
                                                            * (1
                                                                    - figure.value()
                                                                                    .point()
                                                                            / base.value()
                                                                                    .point()),
                                                    1) + " % below the per-cell unigram's "
                                            + number(base.value().point(), 2))
                                    .orElse(""))));
        }
        return new KeyFacts(facts);
    }

    private List<Block> drawnFigures() {
        List<EvaluationFigure> drawn = results.figures().stream()
                .filter(figure -> !figure.metric().name().startsWith("bits per token")
                        && !figure.arm().equals("tokenizer"))
                .toList();
        int count = drawn.isEmpty() ? 0 : drawn.get(0).samples();
        List<Block> blocks = new ArrayList<>();
        blocks.add(table(
                count
                        + " images per row against the test images, families weighted equally; in brackets 95 % intervals over the"
                        + " images measured. Only rows under one drawing may be compared.",
                drawn));
        blocks.add(new Paragraph(
                "Distances are taken in the feature space of a small classifier trained on this data set, and may"
                        + " not be compared with the FID of other data or networks."));
        blocks.add(comparisons(false));
        return blocks;
    }

    private List<Block> codeLengths() {
        return List.of(
                table(
                        "Test split, families weighted equally. Random orders are fresh for every image: they show how much of the"
                                + " any-order ability is left.",
                        results.figures().stream()
                                .filter(figure -> figure.metric().name().startsWith("bits per token"))
                                .toList()),
                comparisons(true));
    }

    private FigureTable table(String caption, List<EvaluationFigure> figures) {
        Map<String, FigureTable.Column> columns = new LinkedHashMap<>();
        Set<List<String>> keys = new LinkedHashSet<>();
        for (EvaluationFigure figure : figures) {
            columns.put(
                    figure.metric().name(),
                    new FigureTable.Column(
                            figure.metric().name(),
                            figure.metric().lowerIsBetter() ? "lower is better" : "higher is better",
                            3,
                            figure.metric().lowerIsBetter() ? FigureTable.Better.LOWER : FigureTable.Better.HIGHER));
            keys.add(List.of(figure.drawing(), figure.arm()));
        }
        List<List<String>> sorted = new ArrayList<>(keys);
        List<String> ways = sorted.stream().map(key -> key.get(0)).distinct().toList();
        sorted.sort(java.util.Comparator.comparingInt(key -> ways.indexOf(key.get(0))));
        List<FigureTable.Row> rows = new ArrayList<>();
        for (List<String> key : sorted) {
            List<Figure> cells = new ArrayList<>();
            for (String metric : columns.keySet()) {
                cells.add(results.figure(key.get(1), key.get(0), metric)
                        .map(RunReport::figure)
                        .orElse(Figure.absent("not measured")));
            }
            rows.add(new FigureTable.Row(key.get(0), key.get(1), cells));
        }
        return new FigureTable(caption, "model", List.copyOf(columns.values()), rows);
    }

    private Block comparisons(boolean codeLengths) {
        Map<String, String> lines = new LinkedHashMap<>();
        for (PairedComparison compared : results.comparisons()) {
            if (compared.metric().name().startsWith("bits per token") == codeLengths) {
                lines.put(
                        compared.drawing() + ": " + compared.first() + " minus " + compared.second() + ", "
                                + compared.metric().name(),
                        compared.difference().text(4) + ": " + compared.verdict());
            }
        }
        return new KeyValues(lines);
    }

    private List<Block> curves() throws IOException {
        List<Block> blocks = new ArrayList<>();
        blocks.add(LinePlot.of("Tokenizer", "step", "loss", series("tokenizer", tokenizer.file(TrainingLoop.METRICS))));
        blocks.add(LinePlot.of(
                "Feature network", "step", "loss", series("features", features.file(TrainingLoop.METRICS))));
        List<Series> arms = new ArrayList<>();
        for (ArmStage arm : evaluation.arms()) {
            Path metrics = arm.weightsFile().resolveSibling(TrainingLoop.METRICS);
            if (arm.arm() == Arm.ANY_ORDER) {
                blocks.add(LinePlot.of(
                        "Pretraining on random orders", "step", "loss (nats)", series("any-order", metrics)));
            } else {
                arms.add(series(arm.arm().label(), metrics));
            }
        }
        blocks.add(new LinePlot("Further training of the two arms", "step", "loss (nats)", arms, false));
        return blocks;
    }

    private static Series series(String name, Path metrics) throws IOException {
        List<MetricsFile.Line> lines = MetricsFile.read(metrics);
        return new Series(
                name,
                lines.stream().mapToDouble(MetricsFile.Line::step).toArray(),
                lines.stream().mapToDouble(MetricsFile.Line::loss).toArray());
    }

    private List<Block> settings() throws IOException {
        Map<String, String> times = new LinkedHashMap<>();
        double total = 0;
        for (Stage done : finished(stage)) {
            double seconds = done.result().seconds();
            total += seconds;
            times.put(done.name().label(), number(seconds, 1) + " s");
        }
        times.put("all stages", number(total, 1) + " s");
        return List.of(
                new KeyValues(times),
                new Details("The recipe, every default spelled out", RecipeWriter.write(stage.recipe())));
    }

    /** The stages before this one, in the order in which they ran. */
    private static List<Stage> finished(Stage last) {
        Set<Stage> all = new LinkedHashSet<>();
        collect(last, all);
        all.remove(last);
        List<Stage> sorted = new ArrayList<>(all);
        sorted.sort(java.util.Comparator.comparing(Stage::name));
        return sorted;
    }

    private static void collect(Stage from, Set<Stage> into) {
        from.needs().forEach(need -> collect(need, into));
        into.add(from);
    }

    private Map<String, String> provenance() throws IOException {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("seed", Long.toString(stage.recipe().seed()));
        entries.put("images", stage.context().imagesFingerprint());
        entries.put("left out", stage.context().images().unreadable().size() + " unreadable files");
        for (ArmStage arm : evaluation.arms()) {
            entries.put(arm.arm().label(), dev.oar.checkpoint.Fingerprint.ofFile(arm.weightsFile()));
        }
        entries.put("Java", System.getProperty("java.version"));
        entries.put(
                "machine",
                System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
                        + Runtime.getRuntime().availableProcessors() + " processors, " + LibTorch.blas());
        return entries;
    }

    private static Figure figure(EvaluationFigure measured) {
        Interval value = measured.value();
        return value.bounded() ? Figure.of(value.point(), value.low(), value.high()) : Figure.of(value.point());
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
