package dev.oar.measure;

import dev.oar.evaluate.CaptionAccuracy;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.Metric;
import dev.oar.report.Block;
import java.util.ArrayList;
import java.util.List;

/** The figures of {@link CaptionAccuracy} as parts of a page. */
public final class CaptionTables {
    private CaptionTables() {}

    /** A table of all attributes together and one of each by itself; nothing where there is no such figure. */
    public static List<Block> of(List<EvaluationFigure> figures) {
        List<EvaluationFigure> overall = ofKind(figures, Metric.Kind.CAPTION);
        if (overall.isEmpty()) {
            return List.of();
        }
        List<Block> blocks = new ArrayList<>();
        blocks.add(FigureTables.of(
                "The share of the attributes asked for that a classifier finds in images, families weighted equally; in"
                        + " brackets 95 % intervals over the images measured. The classifier errs, too: what it finds in"
                        + " real images is what a perfect model would come out at, and what it finds under shuffled"
                        + " captions is chance. Images that are asked for two values that no training image has together"
                        + " (held-out pairs) are measured apart, and so is whether both were found.",
                overall));
        blocks.add(FigureTables.of("The same of each attribute.", ofKind(figures, Metric.Kind.ATTRIBUTE)));
        return blocks;
    }

    private static List<EvaluationFigure> ofKind(List<EvaluationFigure> figures, Metric.Kind kind) {
        return figures.stream().filter(figure -> figure.metric().kind() == kind).toList();
    }
}
