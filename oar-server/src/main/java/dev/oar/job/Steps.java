package dev.oar.job;

import dev.oar.decode.DecodingListener;
import dev.oar.message.CandidateConfidences;
import dev.oar.message.JobEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * What a step has drawn of an image, by what was there before it.
 *
 * @param job the job of the image
 * @param image which of the job's images
 */
record Steps(Job job, int image) {
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
     * A window of an image that is given.
     *
     * @param hole the cells that are drawn of it
     * @param done cells drawn of the image so far
     * @param total cells that are drawn of it in the end
     * @param window left, top and side of the window
     */
    record Part(BitSet hole, int done, int total, List<Integer> window) {}

    /**
     * The step of a whole image.
     *
     * @param before its tokens before
     * @param after and after
     * @param confidences how sure the model was of each cell when it chose it; NaN where it was not asked
     * @param asked how sure it was in this step of each cell that it was asked about; NaN elsewhere
     */
    JobEvent.Step of(int[] before, int[] after, double[] confidences, double[] asked) {
        List<Integer> cells = chosen(before, after);
        return new JobEvent.Step(
                image, cells, of(cells, confidences), candidates(asked), filled(after), after.length, Optional.empty());
    }

    /** The same of a part of an image that is given. */
    JobEvent.Step of(int[] before, int[] after, double[] confidences, double[] asked, Part part) {
        List<Integer> cells =
                chosen(before, after).stream().filter(part.hole()::get).toList();
        return new JobEvent.Step(
                image,
                cells,
                of(cells, confidences),
                candidates(asked),
                part.done(),
                part.total(),
                Optional.of(part.window()));
    }

    private Optional<CandidateConfidences> candidates(double... asked) {
        return job.telling().candidates() ? CandidateConfidences.of(asked) : Optional.empty();
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
