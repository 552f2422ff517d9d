package dev.oar.measure;

import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.report.Block;
import dev.oar.report.HtmlReport;
import dev.oar.report.KeyValues;
import dev.oar.report.Paragraph;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Results of a measurement as a page: tables and bars of all figures, pictures, comparisons, and what the figures depend on. */
public final class ResultsPage {
    private ResultsPage() {}

    /**
     * The page.
     *
     * @param title its heading
     * @param description one sentence under it
     * @param pictures further parts, such as plots
     */
    public static HtmlReport of(String title, String description, EvaluationReport results, List<Block> pictures) {
        HtmlReport page = new HtmlReport(title, description);
        List<EvaluationFigure> bits = new ArrayList<>();
        List<EvaluationFigure> others = new ArrayList<>();
        results.figures().stream()
                .filter(figure -> !figure.metric().ofCaptions())
                .forEach(figure -> (figure.metric().ofTokens() ? bits : others).add(figure));
        if (!bits.isEmpty()) {
            page.section("Bits per token", codeLengths(results, bits));
        }
        if (!others.isEmpty()) {
            page.section(
                    "Images",
                    List.of(FigureTables.of(
                            "In brackets 95 % intervals over the images measured, by subsampling. Only rows of one"
                                    + " group may be compared.",
                            others)));
            Resolution.of(results)
                    .ifPresent(resolution -> page.section("Images", List.of(new Paragraph(resolution.text()))));
            page.section("Distances", distances(others));
        }
        List<Block> captions = CaptionTables.of(results.figures());
        if (!captions.isEmpty()) {
            page.section("Caption accuracy", captions);
        }
        if (!pictures.isEmpty()) {
            page.section("Pictures", pictures);
        }
        page.section("Comparisons", FigureTables.comparisons(results.comparisons()));
        page.section("What the figures depend on", List.of(new KeyValues(results.settings())));
        return page;
    }

    private static List<Block> codeLengths(EvaluationReport results, List<EvaluationFigure> bits) {
        List<Block> blocks = new ArrayList<>(List.of(
                FigureTables.of(
                        "Held-out images, families weighted equally; in brackets 95 % intervals over the images."
                                + " Differences between rows are far surer than these intervals say, since all rows are of"
                                + " the same images: see the comparisons.",
                        bits),
                FigureTables.bars("Bits per token by order", bits)));
        CodeLengthMatrix.of(results).ifPresent(matrix -> blocks.add(matrix.table()));
        return blocks;
    }

    /** Bars of every distance, which is what sets are compared by first. */
    private static List<Block> distances(List<EvaluationFigure> figures) {
        Map<String, List<EvaluationFigure>> byMetric = new LinkedHashMap<>();
        figures.stream()
                .filter(figure -> figure.metric().tellsDistance())
                .forEach(figure -> byMetric.computeIfAbsent(figure.metric().name(), name -> new ArrayList<>())
                        .add(figure));
        List<Block> plots = new ArrayList<>();
        byMetric.forEach((name, ofMetric) -> plots.add(FigureTables.bars(name, ofMetric)));
        return plots;
    }
}
