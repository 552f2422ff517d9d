package dev.oar.group;

import java.io.IOException;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * The processes of one training, numbered from 0, each of which calls the same methods in the same sequence. A call waits for the others
 * where it needs them, and fails once one of them is lost.
 *
 * <p>All methods but {@link #size}, {@link #rank} and {@link #isFirst} throw an {@link IOException} whose message is one sentence that names
 * the rank that was lost or has failed, within {@value #SECONDS_UNTIL_LOST} seconds of it.
 */
public interface ProcessGroup extends AutoCloseable {
    /** After how many seconds at most all others know of a rank that is lost. */
    int SECONDS_UNTIL_LOST = 30;

    /** The group of this process alone, in which nothing is waited for. */
    static ProcessGroup alone() {
        return SingleProcess.INSTANCE;
    }

    /**
     * Waits until all processes are there.
     *
     * @param whileWaiting called now and then on the caller's thread wherever it waits; may throw to end the wait
     * @throws IllegalArgumentException if this rank has been started twice, its port is taken, or the ranks differ in their number
     * @throws IOException if some do not come
     */
    static ProcessGroup join(RankEnvironment environment, Runnable whileWaiting) throws IOException {
        return ConnectedProcesses.join(environment, Patience.USUAL, whileWaiting);
    }

    /** The number of this process, from 0. */
    int rank();

    /** The number of processes. */
    int size();

    /** Whether this is the one that writes. */
    default boolean isFirst() {
        return rank() == 0;
    }

    /**
     * Checks that all are alike.
     *
     * @param facts by name, in the same order everywhere
     * @throws IllegalArgumentException on every rank, if one of them differs from rank 0, with a sentence that names rank and difference
     */
    void agree(Map<String, String> facts) throws IOException;

    /**
     * What rank 0 says.
     *
     * @param words what it is if this is rank 0, else of no account
     */
    String fromFirst(String words) throws IOException;

    /** Waits until all have come so far. */
    void meet() throws IOException;

    /** Lets rank 0 do something that the others then rely on, such as writing a file. */
    default void firstOnly(Work work) throws IOException {
        if (isFirst()) {
            work.run();
        }
        meet();
    }

    /**
     * Begins to replace a tensor by the sum over all processes; see {@link dev.oar.tensor.Collectives#sum}. Sums are begun in the same
     * sequence everywhere.
     */
    Sum sum(Tensor tensor) throws IOException;

    /**
     * Lets all others end, with a sentence on why this one does. Does nothing once it is known of another.
     *
     * @param reason what has happened, without full stop
     */
    void fail(String reason);

    /** Waits until all have done their work, unless something has failed, and leaves. */
    @Override
    void close() throws IOException;

    /** What rank 0 does for all. */
    @FunctionalInterface
    interface Work {
        /** Does it. */
        void run() throws IOException;
    }

    /** A sum that is being worked out. */
    @FunctionalInterface
    interface Sum {
        /** Waits until it is there; call it once. */
        void await() throws IOException;
    }
}
