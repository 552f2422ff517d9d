package dev.oar.holes;

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
    private HolePage() {}

    /**
     * The page.
     *
     * @param title its heading
     */
    public static HtmlReport of(String title, HoleQuality.Results results) {
        HtmlReport page = new HtmlReport(
                title,
                "How well what was hidden in held-out images is painted, by kind of hole, fraction of pixels hidden,"
                        + " and order.");
        EvaluationReport report = results.report();
        for (HoleSection kind : results.kinds()) {
            List<Block> blocks = new ArrayList<>();
            blocks.add(FigureTables.of(
                    "Held-out images, families of variants weighted equally; in brackets 95 % intervals over the"
                            + " images. Colours lie in [0, 1]. Models draw with the image's class given.",
                    kind.figures(report)));
            blocks.addAll(kind.pictures());
            blocks.addAll(FigureTables.comparisons(kind.comparisons(report)));
            page.section(kind.title(), blocks);
        }
        HoleSection orders = results.orders();
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Paragraph(
                "The same images, holes and seeds, sampled in different orders. \"All four\" takes the four families"
                        + " together, the completions of an image being variants of it."));
        blocks.add(FigureTables.of("In brackets 95 % intervals over the images.", orders.figures(report)));
        blocks.addAll(FigureTables.comparisons(orders.comparisons(report)));
        page.section(orders.title(), blocks);
        page.section("What the figures depend on", new KeyValues(report.settings()));
        return page;
    }
}
