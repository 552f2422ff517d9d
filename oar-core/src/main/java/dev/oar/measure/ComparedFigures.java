package dev.oar.measure;

import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.PairedComparison;
import java.util.List;

/**
 * What a comparison of models gives.
 *
 * @param figures of every model
 * @param comparisons of the models with one another, none of them judged among the others yet
 */
public record ComparedFigures(List<EvaluationFigure> figures, List<PairedComparison> comparisons) {
    /** Copies the lists. */
    public ComparedFigures {
        figures = List.copyOf(figures);
        comparisons = List.copyOf(comparisons);
    }
}
