package dev.oar.message;

import java.util.List;
import java.util.Optional;

/** What happens to a job, in the order it happens. */
public sealed interface JobEvent {
    /** The name of the event in a stream. */
    String event();

    /** Whether nothing comes after it. */
    default boolean last() {
        return false;
    }

    /**
     * It waits.
     *
     * @param place 1 is next
     */
    record Queued(int place) implements JobEvent {
        @Override
        public String event() {
            return "queued";
        }
    }

    /** Its first image is begun. */
    record Started() implements JobEvent {
        @Override
        public String event() {
            return "started";
        }
    }

    /**
     * Cells were drawn.
     *
     * @param image which of the job's images, from 0
     * @param cells the cells, numbered row by row from 0
     * @param confidences how sure the model was of each when it chose it, by the order's measure; absent where it was not asked
     * @param candidateConfidences how sure it was of all cells that the order asked about; absent where it asked about none, or the request
     *     did not ask for them
     * @param done cells drawn of this image
     * @param total cells that are drawn of it in the end
     * @param window of an image that is given, what of it the model sees: left, top and side in pixels; the cells are laid over it
     */
    record Step(
            int image,
            List<Integer> cells,
            Optional<List<Double>> confidences,
            Optional<CandidateConfidences> candidateConfidences,
            int done,
            int total,
            Optional<List<Integer>> window)
            implements JobEvent {
        @Override
        public String event() {
            return "step";
        }
    }

    /**
     * How an image stands; only the latest of an image is kept.
     *
     * @param image which of the job's images, from 0
     * @param done cells drawn of this image
     * @param total cells that are drawn of it in the end
     * @param png a PNG in base64, cells that are not drawn yet in light grey
     */
    record Preview(int image, int done, int total, String png) implements JobEvent {
        @Override
        public String event() {
            return "preview";
        }
    }

    /** An image is done. */
    record Image(JobImage image) implements JobEvent {
        @Override
        public String event() {
            return "image";
        }
    }

    /** All images are done. */
    record Done() implements JobEvent {
        @Override
        public String event() {
            return "done";
        }

        @Override
        public boolean last() {
            return true;
        }
    }

    /** It was given up. */
    record Failed(Problem problem) implements JobEvent {
        @Override
        public String event() {
            return "failed";
        }

        @Override
        public boolean last() {
            return true;
        }
    }

    /** It was cancelled. */
    record Cancelled() implements JobEvent {
        @Override
        public String event() {
            return "cancelled";
        }

        @Override
        public boolean last() {
            return true;
        }
    }
}
