package dev.oar.generate;

import dev.oar.artifact.FolderOrders;
import dev.oar.config.Default;
import dev.oar.config.Flat;
import dev.oar.config.Keys;
import dev.oar.config.Kind;
import dev.oar.config.Require;
import dev.oar.decode.ConfidenceRanking;
import dev.oar.decode.OrderPolicy;
import dev.oar.order.TokenGrid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Several confident cells at once that lie apart, found by peeking at all remaining cells before each step; where too few such cells are
 * left, those follow that lie farthest from the others of the step.
 *
 * @param ranking how cells rank; by a measure that needs no ground truth
 * @param pace in how many steps, at least one
 * @param spacing the Chebyshev distance, in cells, that two cells of a step must lie farther apart than; 0 = the most confident cells
 * @param calibration as of {@link DrawingOrder.Dynamic}
 */
@Kind("spaced")
@Keys({
    "confidence",
    "confidence-logits",
    "order-noise",
    "order-noise-unit?",
    "order-noise-annealing?",
    "steps",
    "spacing"
})
public record SpacedOrder(
        @Flat ConfidenceRanking ranking,
        @Flat Pace pace,
        @Default("2") int spacing,
        Optional<String> calibration) implements DrawingOrder {
    /** An order of cells that rank by how sure the model is of them. */
    public SpacedOrder(ConfidenceRanking ranking, Pace pace, int spacing) {
        this(ranking, pace, spacing, Optional.empty());
    }

    /** Checks the measure and the numbers. */
    public SpacedOrder {
        DrawnRanking.require(ranking);
        Require.that(
                pace.steps() > 0 && spacing >= 0,
                "the order spaced fills several cells at once and needs a number of steps above 0 and a spacing of"
                        + " at least 0, but has %s steps and the spacing %s; say in how many steps it is drawn",
                pace.steps(),
                spacing);
    }

    @Override
    public DrawingOrders on(TokenGrid grid, FolderOrders folderOrders) throws IOException {
        OrderPolicy plain = ranking.fillFirst()
                .of(new OrderPolicy.Spaced(
                        ranking.confidence(),
                        ranking.confidenceLogits(),
                        ranking.localityWeight(),
                        ranking.noise(),
                        spacing,
                        open -> pace.stepSchedule().of(open, pace.steps())));
        OrderPolicy policy = DrawnRanking.calibrated(plain, ranking, calibration);
        return rows -> policy;
    }

    @Override
    public Optional<Path> decidingFile() {
        return calibration.map(Path::of);
    }

    @Override
    public String label() {
        return "spaced by " + spacing + pace.told() + DrawnRanking.words(ranking)
                + (calibration.isPresent() ? ", calibrated" : "");
    }

    @Override
    public int steps(int cells) {
        return pace.schedule(cells).steps();
    }
}
