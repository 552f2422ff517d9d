package dev.oar.job;

import dev.oar.decode.DecodingListener;
import dev.oar.message.JobEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** What a step has drawn of an image, by what was there before it. */
final class Steps {
    private Steps() {}

    /** The tokens of an image of which nothing is drawn yet. */
    static int[] unfilled(int[] tokens) {
        int[] none = new int[tokens.length];
        Arrays.fill(none, DecodingListener.UNFILLED);
        return none;
    }

    static int filled(int[] tokens) {
        return (int) Arrays.stream(tokens)
                .filter(token -> token != DecodingListener.UNFILLED)
                .count();
    }

    /**
     * The step of a whole image.
     *
     * @param image which of the job's images
     * @param before its tokens before
     * @param after and after
     * @param confidences how sure the model was of each cell; NaN where it was not asked
     */
    static JobEvent.Step of(int image, int[] before, int[] after, double[] confidences) {
        List<Integer> cells = chosen(before, after);
        return new JobEvent.Step(image, cells, of(cells, confidences), filled(after), after.length, Optional.empty());
    }

    /**
     * The step of a window of an image that is given.
     *
     * @param hole the cells that are drawn of it
     * @param done cells drawn of the image so far
     * @param total cells that are drawn of it in the end
     * @param window left, top and side of the window
     */
    static JobEvent.Step of(
            int image,
            int[] before,
            int[] after,
            double[] confidences,
            BitSet hole,
            int done,
            int total,
            List<Integer> window) {
        List<Integer> cells = chosen(before, after).stream().filter(hole::get).toList();
        return new JobEvent.Step(image, cells, of(cells, confidences), done, total, Optional.of(window));
    }

    private static List<Integer> chosen(int[] before, int[] after) {
        List<Integer> cells = new ArrayList<>();
        for (int cell = 0; cell < after.length; cell++) {
            if (before[cell] == DecodingListener.UNFILLED && after[cell] != DecodingListener.UNFILLED) {
                cells.add(cell);
            }
        }
        return cells;
    }

    private static Optional<List<Double>> of(List<Integer> cells, double[] confidences) {
        boolean asked = !cells.isEmpty() && cells.stream().allMatch(cell -> Double.isFinite(confidences[cell]));
        return asked ? Optional.of(cells.stream().map(cell -> confidences[cell]).toList()) : Optional.empty();
    }
}
