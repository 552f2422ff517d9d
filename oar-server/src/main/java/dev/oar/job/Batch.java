package dev.oar.job;

import java.io.IOException;
import java.util.List;

/** What is drawn at one go. */
interface Batch {
    /** The jobs that it draws for. */
    List<Job> jobs();

    /** How many images it makes. */
    int images();

    /**
     * Draws it, and hands results to its jobs. Ends within a step of the last of them ending.
     *
     * @param previews makes partial images for those who watch
     * @throws java.util.concurrent.CancellationException if they all end meanwhile
     * @throws IOException if a file cannot be read
     */
    void draw(ServedModel model, Previews previews) throws IOException;

    /** What is drawn at one go of one job alone. */
    interface OfOneJob extends Batch {
        /** The job. */
        Job job();

        /** How many images. */
        int count();

        @Override
        default List<Job> jobs() {
            return List.of(job());
        }

        @Override
        default int images() {
            return count();
        }
    }
}
