package dev.oar.tensor;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.gloo.Device;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sums of tensors over several processes, which all start them in the same sequence. They are worked out by threads of LibTorch's own, so
 * that the process that started one computes on meanwhile.
 *
 * <p>There is one kind, over Gloo, for tensors in main memory. Another, such as one over NCCL for tensors on GPUs, would be another
 * factory beside {@link #gloo}; nothing above this class knows which it is.
 */
public final class Collectives implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Collectives.class);

    /** Whether others live is watched elsewhere; a process may well be busy for hours before it joins in. */
    private static final Duration PATIENCE = Duration.ofDays(30);

    private static final int THREADS = 2;

    /**
     * What is not ended in order is never freed: connections may be half gone, and the garbage collector would take them down at a time and in
     * a sequence of its own, where Gloo ends the process if anything is amiss.
     */
    private static final Set<Collectives> OPEN = ConcurrentHashMap.newKeySet();

    private final ProcessGroupGloo gloo;

    private Collectives(ProcessGroupGloo gloo) {
        this.gloo = gloo;
        gloo.retainReference();
        OPEN.add(this);
    }

    /**
     * Connects with all others, and waits until each of them does.
     *
     * @param rank the number of this process, from 0
     * @param size the number of all
     * @param address an address of this machine that the others can reach
     * @param networkInterface the name of the network interface to use instead of the address; empty for the address
     * @throws RuntimeException in LibTorch's words if that fails
     */
    public static Collectives gloo(KeyStore store, int rank, int size, String address, String networkInterface) {
        try (TensorScope ignored = TensorScope.open()) {
            Device device = networkInterface.isEmpty()
                    ? ProcessGroupGloo.createDeviceForHostname(address)
                    : ProcessGroupGloo.createDeviceForInterface(networkInterface);
            ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(new Milliseconds(PATIENCE.toMillis()));
            options.devices(new GlooDeviceVector(device)).threads(THREADS);
            ProcessGroupGloo gloo = new ProcessGroupGloo(store.connection(), rank, size, options);
            return new Collectives(gloo);
        }
    }

    /**
     * Begins to replace a tensor by the sum of those that all processes give.
     *
     * @param tensor contiguous, in main memory, of one type and shape everywhere; nobody touches it before the sum is there
     */
    public Pending sum(Tensor tensor) {
        try (TensorScope ignored = TensorScope.open()) {
            Work work = gloo.allreduce(new TensorVector(tensor));
            return new Pending(work);
        }
    }

    /** Ends the connections; waits for what has been started. */
    @Override
    public void close() {
        OPEN.remove(this);
        gloo.releaseReference();
    }

    /** A sum that is being worked out. */
    public static final class Pending {
        private static final Set<Pending> BEGUN = ConcurrentHashMap.newKeySet();

        private final Work work;

        private Pending(Work work) {
            this.work = work;
            work.retainReference();
            BEGUN.add(this);
        }

        /** Whether it has ended, one way or the other. */
        public boolean isDone() {
            return work.isCompleted();
        }

        /**
         * Takes leave of one that {@link #isDone() has ended}; call it once.
         *
         * @return whether the sum is there; if not, a connection has broken
         */
        public boolean finish() {
            try (TensorScope ignored = TensorScope.open()) {
                var unused = work._wait();
                return true;
            } catch (RuntimeException e) {
                LOG.debug("a sum over processes failed", e);
                return false;
            } finally {
                BEGUN.remove(this);
                work.releaseReference();
            }
        }
    }
}
