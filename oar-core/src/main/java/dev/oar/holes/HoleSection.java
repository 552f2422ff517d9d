package dev.oar.holes;

import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.PairedComparison;
import dev.oar.report.PictureTable;
import java.util.List;
import java.util.Set;

/**
 * What belongs together in a measurement of holes.
 *
 * @param title what it is about, such as a kind of holes
 * @param holes what {@link EvaluationFigure#drawing} says of its figures and comparisons
 * @param pictures the first images and what was painted in them
 */
public record HoleSection(String title, Set<String> holes, List<PictureTable> pictures) {
    /** Copies the parts. */
    public HoleSection {
        holes = Set.copyOf(holes);
        pictures = List.copyOf(pictures);
    }

    /** Its figures among all of a report, in their sequence. */
    List<EvaluationFigure> figures(EvaluationReport report) {
        return report.figures().stream()
                .filter(figure -> holes.contains(figure.drawing()))
                .toList();
    }

    /** Its comparisons among all of a report, in their sequence. */
    List<PairedComparison> comparisons(EvaluationReport report) {
        return report.comparisons().stream()
                .filter(compared -> holes.contains(compared.drawing()))
                .toList();
    }
}
