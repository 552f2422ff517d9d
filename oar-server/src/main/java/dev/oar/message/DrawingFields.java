package dev.oar.message;

import dev.oar.config.RecordTexts;
import dev.oar.config.Require;
import dev.oar.generate.AskedDrawing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How images are to be drawn: the options of {@code oar generate} by the same names, with the same values and defaults. Nothing here names
 * a file; an order from elsewhere is given cell by cell.
 *
 * @param order in which order cells are filled
 * @param orderCells the cells in filling order, in place of a word
 * @param confidence what a dynamic order ranks cells by
 * @param confidenceLogits where it reads confidence under guidance
 * @param fillFirst which cells it fills first
 * @param orderNoise scale of the random noise on it
 * @param orderNoiseUnit what the noise counts
 * @param orderNoiseAnnealing what becomes of it while cells are filled
 * @param localityWeight weight of the distance to the nearest filled cell
 * @param shortlist two numbers such as {@code 16,8}
 * @param steps steps to draw an image in
 * @param stepSchedule how cells are spread over steps
 * @param spacing cells between those of one step
 * @param guidanceScale classifier-free guidance
 * @param guidanceSchedule how it changes while cells are filled
 * @param guidancePower power of a power-cosine schedule
 * @param guidedCells cells that a first-cells schedule guides
 * @param temperature of the tokens' distribution
 * @param temperatureSchedule how it hangs on a cell's tokens
 * @param topK the most probable tokens only
 * @param topP the most probable tokens up to a probability
 * @param remasking two numbers such as {@code 0.1,1}
 */
public record DrawingFields(
        Optional<String> order,
        Optional<List<Integer>> orderCells,
        Optional<String> confidence,
        Optional<String> confidenceLogits,
        Optional<String> fillFirst,
        Optional<Double> orderNoise,
        Optional<String> orderNoiseUnit,
        Optional<String> orderNoiseAnnealing,
        Optional<Double> localityWeight,
        Optional<String> shortlist,
        Optional<Integer> steps,
        Optional<String> stepSchedule,
        Optional<Integer> spacing,
        Optional<Double> guidanceScale,
        Optional<String> guidanceSchedule,
        Optional<Double> guidancePower,
        Optional<Integer> guidedCells,
        Optional<Double> temperature,
        Optional<String> temperatureSchedule,
        Optional<Integer> topK,
        Optional<Double> topP,
        Optional<String> remasking) {
    /** Checks that an order is a word, and that there is one order. */
    public DrawingFields {
        order.ifPresent(word -> Require.that(
                AskedDrawing.orders().contains(word),
                "order must be one of %s, but is '%s'; choose one, or give order-cells",
                String.join(", ", AskedDrawing.orders()),
                word));
        Require.that(
                order.isEmpty() || orderCells.isEmpty(),
                "order-cells are an order of their own, but order is %s, too; leave one of them out",
                order.orElse(""));
    }

    /** The texts of what was given, by key, as {@link AskedDrawing} reads them. */
    public Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>(RecordTexts.write(this));
        orderCells.ifPresent(cells -> texts.put("order", "given"));
        return texts;
    }
}
