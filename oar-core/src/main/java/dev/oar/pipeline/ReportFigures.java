package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.Metric;
import dev.oar.evaluate.ReconstructionQuality;
import dev.oar.measure.CaptionTables;
import dev.oar.measure.CodeLengthMatrix;
import dev.oar.measure.FigureTables;
import dev.oar.measure.Resolution;
import dev.oar.report.Block;
import dev.oar.report.KeyFacts;
import dev.oar.report.Paragraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The figures of a report: of the tokenizer, of predicted tokens, of drawn images, and what they say of the models. */
final class ReportFigures {
    private final EvaluationReport results;
    private final Map<String, String> tokenizerOutputs;

    /**
     * The figures of a finished evaluation.
     *
     * @param tokenizerOutputs what the tokenizer's stage noted, for results of earlier versions that say less of it
     */
    ReportFigures(EvaluationReport results, Map<String, String> tokenizerOutputs) {
        this.results = results;
        this.tokenizerOutputs = tokenizerOutputs;
    }

    /** What a reader should know who reads nothing else. */
    KeyFacts facts() {
        List<KeyFacts.Fact> facts = new ArrayList<>();
        results.figures().stream()
                .filter(figure -> figure.metric().kind() == Metric.Kind.SIGNAL_TO_NOISE)
                .forEach(figure -> facts.add(new KeyFacts.Fact(
                        number(figure.value().point(), 1) + " dB",
                        "reconstruction PSNR",
                        "test images, families weighted equally")));
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

    /** How much of the test images the tokenizer keeps, and how it uses its codes. */
    List<Block> reconstructions() {
        List<EvaluationFigure> measured = new ArrayList<>(results.figures().stream()
                .filter(figure -> figure.arm().equals(EvaluationFigure.TOKENIZER))
                .toList());
        if (measured.isEmpty()) {
            return List.of();
        }
        EvaluationFigure first = measured.get(0);
        boolean withCodes =
                measured.stream().anyMatch(figure -> figure.metric().equals(ReconstructionQuality.CODEBOOK_USE));
        if (!withCodes) {
            // Results of earlier versions leave the codes out; the training noted them, with images weighted equally.
            noted(first, TokenizerStage.USED_CODES, ReconstructionQuality.CODEBOOK_USE.name())
                    .ifPresent(measured::add);
            noted(first, TokenizerStage.PERPLEXITY, "code perplexity (images weighted equally)")
                    .ifPresent(measured::add);
        }
        return List.of(FigureTables.of(
                first.samples() + " test images, encoded and decoded, families weighted equally; in brackets 95 %"
                        + " intervals over the images measured. The share of codes used counts the codes that"
                        + " occur in these images at all; the perplexity says how many codes used equally"
                        + " often would be as varied.",
                measured));
    }

    private Optional<EvaluationFigure> noted(EvaluationFigure other, String key, String name) {
        String text = tokenizerOutputs.get(key);
        if (text == null) {
            return Optional.empty();
        }
        return Optional.of(new EvaluationFigure(
                other.arm(),
                other.drawing(),
                new Metric(name, false, Metric.Kind.RECONSTRUCTION),
                Interval.without(Interval.Missing.OF_THE_SET, Double.parseDouble(text), other.seed()),
                other.samples(),
                other.seed()));
    }

    /** How well drawn images match the test images, and how the models compare in that. */
    List<Block> drawn() {
        List<EvaluationFigure> drawn = results.figures().stream()
                .filter(figure -> !figure.metric().ofTokens()
                        && !figure.metric().ofCaptions()
                        && !figure.arm().equals(EvaluationFigure.TOKENIZER))
                .toList();
        int count = drawn.isEmpty() ? 0 : drawn.get(0).samples();
        List<Block> blocks = new ArrayList<>();
        blocks.add(FigureTables.of(
                count
                        + " images per row against the test images, families weighted equally; in brackets 95 %"
                        + " intervals over the images measured. Only rows under one drawing may be compared. The last"
                        + " row has as many real training images in their place: what chance and the number of images"
                        + " leave of each figure.",
                drawn));
        Resolution.of(results).ifPresent(resolution -> blocks.add(new Paragraph(resolution.text())));
        blocks.add(new Paragraph(
                "Distances are taken in the feature space of a small classifier trained on this data set, and may"
                        + " not be compared with the FID of other data or networks."));
        blocks.addAll(comparisons(false));
        return blocks;
    }

    /** How well images show what their captions ask for; nothing where that was not measured. */
    List<Block> captions() {
        return CaptionTables.of(results.figures());
    }

    /** How well the models predict the test images, and how they compare in that. */
    List<Block> codeLengths() {
        List<Block> blocks = new ArrayList<>(List.of(FigureTables.of(
                "Test split, families weighted equally. Random orders are fresh for every image: they show how much of"
                        + " the any-order ability is left. Differences between rows are far surer than the intervals here"
                        + " say, since all rows are of the same images: see the comparisons.",
                results.figures().stream()
                        .filter(figure -> figure.metric().ofTokens())
                        .toList())));
        CodeLengthMatrix.of(results).ifPresent(matrix -> blocks.add(matrix.table()));
        blocks.addAll(comparisons(true));
        return blocks;
    }

    private List<Block> comparisons(boolean codeLengths) {
        return FigureTables.comparisons(results.comparisons().stream()
                .filter(compared -> compared.metric().ofTokens() == codeLengths)
                .toList());
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
