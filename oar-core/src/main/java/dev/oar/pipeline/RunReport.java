package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.config.RecipeWriter;
import dev.oar.data.UnreadableImage;
import dev.oar.report.Block;
import dev.oar.report.Details;
import dev.oar.report.HtmlReport;
import dev.oar.report.KeyValues;
import dev.oar.report.LinePlot;
import dev.oar.report.Series;
import dev.oar.train.MetricsFile;
import dev.oar.train.TrainingLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The report of a run: what was done, and what came of it, in one page. */
final class RunReport {
    private final ReportStage stage;
    private final TokenizerStage tokenizer;
    private final FeaturesStage features;
    private final Optional<AttributesStage> attributes;
    private final EvaluationStage evaluation;
    private final ReportFigures figures;
    private final ReportPictures pictures;

    RunReport(
            ReportStage stage,
            TokenizerStage tokenizer,
            FeaturesStage features,
            Optional<AttributesStage> attributes,
            ExtractionStage extraction,
            EvaluationStage evaluation)
            throws IOException {
        this.stage = stage;
        this.tokenizer = tokenizer;
        this.features = features;
        this.attributes = attributes;
        this.evaluation = evaluation;
        this.figures =
                new ReportFigures(evaluation.results(), tokenizer.result().outputs());
        this.pictures = new ReportPictures(stage, tokenizer, features, extraction, evaluation);
    }

    String html() throws IOException {
        Recipe recipe = stage.recipe();
        HtmlReport report = new HtmlReport(recipe.name(), recipe.description());
        report.opening(figures.facts());
        report.section("Drawn images", pictures.samples());
        report.section("Orders", pictures.orders());
        report.section("Figures of drawn images", figures.drawn());
        if (attributes.isPresent()) {
            report.section("Caption accuracy", figures.captions());
        }
        report.section("Bits per token", figures.codeLengths());
        report.section("Reconstructions", pictures.reconstructions());
        report.section("Reconstructions", figures.reconstructions());
        report.section("Nearest training images", pictures.nearest());
        report.section("Training", curves());
        report.section("Settings and times", settings());
        report.provenance(Provenance.of(stage.context(), before()).entries());
        return report.html();
    }

    private List<Block> curves() throws IOException {
        List<Block> blocks = new ArrayList<>();
        Path ofTokenizer = tokenizer.file(TrainingLoop.METRICS);
        if (Files.isRegularFile(ofTokenizer)) {
            blocks.add(LinePlot.of("Tokenizer", "step", "loss", series("tokenizer", ofTokenizer)));
        }
        blocks.add(LinePlot.of(
                "Feature network", "step", "loss", series("features", features.file(TrainingLoop.METRICS))));
        if (attributes.isPresent()) {
            Path ofAttributes = attributes.get().file(TrainingLoop.METRICS);
            blocks.add(LinePlot.of("Attribute classifier", "step", "loss", series("attributes", ofAttributes)));
        }
        List<Series> arms = new ArrayList<>();
        List<Series> heldOut = new ArrayList<>();
        for (ArmStage arm : evaluation.arms()) {
            Path metrics = arm.weightsFile().resolveSibling(TrainingLoop.METRICS);
            if (Files.isRegularFile(metrics)) {
                heldOut(arm.arm().label(), metrics).ifPresent(heldOut::add);
            }
            if (arm.arm() == Arm.ANY_ORDER && Files.isRegularFile(metrics)) {
                blocks.add(LinePlot.of(
                        "Pretraining on random orders", "step", "loss (nats)", series("any-order", metrics)));
            } else if (arm.arm() != Arm.ANY_ORDER) {
                arms.add(series(arm.arm().label(), metrics));
            }
        }
        blocks.add(new LinePlot("Further training of the two arms", "step", "loss (nats)", arms, false));
        if (!heldOut.isEmpty()) {
            blocks.add(new LinePlot(
                    "Test images while the models are trained",
                    "step",
                    "bits per token, random orders",
                    heldOut,
                    false));
        }
        return blocks;
    }

    private static Series series(String name, Path metrics) throws IOException {
        return series(name, MetricsFile.read(metrics), MetricsFile.Line::loss);
    }

    /** What was measured on test images during a training, if anything was. */
    private static Optional<Series> heldOut(String name, Path metrics) throws IOException {
        List<MetricsFile.Line> lines = MetricsFile.read(metrics).stream()
                .filter(line -> line.metrics().containsKey(HeldOutBits.FIGURE))
                .toList();
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of(series(name, lines, line -> line.metrics().getOrDefault(HeldOutBits.FIGURE, Double.NaN)));
    }

    private static Series series(String name, List<MetricsFile.Line> lines, ToDoubleFunction<MetricsFile.Line> figure) {
        return new Series(
                name,
                lines.stream().mapToDouble(MetricsFile.Line::step).toArray(),
                lines.stream().mapToDouble(figure).toArray());
    }

    private List<Block> settings() throws IOException {
        List<Block> blocks = new ArrayList<>(List.of(
                times(), new Details("The recipe, every default spelled out", RecipeWriter.write(stage.recipe()))));
        List<String> notes = stage.context().images().notes();
        if (!notes.isEmpty()) {
            blocks.add(new Details("What is to be known of the images", String.join("\n", notes)));
        }
        List<UnreadableImage> unreadable = stage.context().images().unreadable();
        if (!unreadable.isEmpty()) {
            blocks.add(new Details(
                    "Files left out because they cannot be read: " + unreadable.size(),
                    unreadable.stream()
                            .map(image -> image.fileName() + ": " + image.reason())
                            .collect(Collectors.joining("\n"))));
        }
        return blocks;
    }

    /** The time of every stage, all attempts together, as far as it is known. */
    private Block times() throws IOException {
        Map<String, String> times = new LinkedHashMap<>();
        double total = 0;
        boolean whole = true;
        for (Stage done : before()) {
            StageDirectory.Marker marker = done.result();
            total += marker.seconds();
            whole &= marker.attempts() != null;
            String waited = InputWaiting.text(done.file(TrainingLoop.METRICS))
                    .map(text -> "; training " + text)
                    .orElse("");
            times.put(done.name().label(), marker.time() + waited);
        }
        times.put("all stages", String.format(Locale.ROOT, "%.1f s", total) + (whole ? "" : " at least"));
        return new KeyValues(times);
    }

    /** The stages before this one. */
    private List<Stage> before() {
        return stage.withNeeds().stream().filter(other -> other != stage).toList();
    }
}
