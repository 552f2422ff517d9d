package dev.oar.holes;

import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.measure.FigureTables;
import dev.oar.report.Block;
import dev.oar.report.HtmlReport;
import dev.oar.report.KeyValues;
import dev.oar.report.Paragraph;
import java.util.ArrayList;
import java.util.List;

/** A measurement of hole quality as a page: a section per family of holes, and one for orders. */
public final class HolePage {
    private static final String BY_ORDER = "by order: ";

    private HolePage() {}

    /**
     * The page.
     *
     * @param title its heading
     */
    public static HtmlReport of(String title, HoleQuality.Results results) {
        HtmlReport page = new HtmlReport(
                title,
                "How well what was hidden in held-out images is painted, by family of holes, share of pixels hidden, and order.");
        EvaluationReport report = results.report();
        HoleKind[] families = HoleKind.values();
        for (int i = 0; i < families.length; i++) {
            String prefix = families[i].label() + ", ";
            List<Block> blocks = new ArrayList<>();
            blocks.add(FigureTables.of(
                    "Held-out images, families of variants weighted equally; in brackets 95 % intervals over the images. Colours lie in"
                            + " [0, 1]. Models draw with the image's class given.",
                    starting(report, prefix)));
            blocks.add(results.pictures().get(i));
            blocks.addAll(comparisons(report, prefix));
            page.section(families[i].label(), blocks);
        }
        List<Block> orders = new ArrayList<>();
        orders.add(new Paragraph(
                "The same images, holes and seeds, sampled in different orders. \"All four\" takes the four families"
                        + " together, the completions of an image being variants of it."));
        orders.add(FigureTables.of("In brackets 95 % intervals over the images.", starting(report, BY_ORDER)));
        orders.addAll(comparisons(report, BY_ORDER));
        page.section("By order", orders);
        page.section("What the figures depend on", new KeyValues(report.settings()));
        return page;
    }

    private static List<Block> comparisons(EvaluationReport report, String prefix) {
        return FigureTables.comparisons(report.comparisons().stream()
                .filter(compared -> compared.drawing().startsWith(prefix))
                .toList());
    }

    private static List<EvaluationFigure> starting(EvaluationReport report, String prefix) {
        return report.figures().stream()
                .filter(figure -> figure.drawing().startsWith(prefix))
                .toList();
    }
}
