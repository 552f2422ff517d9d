package dev.oar.train;

import dev.oar.group.ProcessGroup;
import dev.oar.tensor.GradientWatch;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Gradients of a step, summed over the processes of a group while they are still being worked out.
 *
 * <p>They are gathered in buckets of {@value #BUCKET_BYTES} bytes, in the order in which the backward pass comes to them. During a step's
 * last micro-batch, a bucket's sum is begun as soon as all its gradients are there, of all threads; the sums run on threads of their own while
 * the pass goes on. Which gradients are there is asked whenever LibTorch tells of another ({@link GradientWatch}), each thread of its own
 * gradients alone. Order and sizes of buckets are functions of the model, so that a resumed training adds up as an uninterrupted one does.
 */
final class SharedGradients implements AutoCloseable {
    /** Large enough that a sum's fixed costs do not count, small enough that the first begins early and the last ends soon. */
    static final long BUCKET_BYTES = 4L << 20;

    private final ProcessGroup group;
    private final Weights parameters;
    private final List<Weights> shares;
    private final List<String> names;
    private final List<Bucket> buckets = new ArrayList<>();
    private final boolean[] filled;
    private final List<ProcessGroup.Sum> sums = new ArrayList<>();
    private final ThreadLocal<Progress> working = new ThreadLocal<>();
    private final GradientWatch watch = new GradientWatch(this::look);
    private final List<Progress> progress = new ArrayList<>();
    private @Nullable IOException failure;
    private SumTimes times = new SumTimes(0, 0);

    /** Gradients that are summed together; {@code memory} has room for all of them, one after the other. */
    private record Bucket(int first, int end, Tensor memory, long[] offsets) {}

    /** How far a share's gradients are there, in the order of buckets. */
    private static final class Progress {
        private final Weights weights;
        private int ready;
        private int reported;

        Progress(Weights weights) {
            this.weights = weights;
        }
    }

    /**
     * Sums of gradients, none of them there yet.
     *
     * @param shares whose gradients are added up on this process, the parameters themselves first; gradients of all are recorded
     * @param order names of all parameters in the order in which the backward pass comes to them, the same on every process
     */
    SharedGradients(ProcessGroup group, Weights parameters, List<Weights> shares, List<String> order) {
        this.group = group;
        this.parameters = parameters;
        this.shares = List.copyOf(shares);
        this.names = List.copyOf(order);
        this.filled = new boolean[names.size()];
        shares.forEach(share -> progress.add(new Progress(share)));
        TensorScope.run(this::allot);
        shares.forEach(watch::over);
    }

    private void allot() {
        for (int first = 0; first < names.size(); ) {
            long[] offsets = new long[names.size()];
            long numbers = 0;
            int end = first;
            Tensor sample = parameters.get(names.get(first));
            long largest = BUCKET_BYTES / sample.element_size();
            while (end < names.size() && (end == first || numbers < largest)) {
                offsets[end] = numbers;
                numbers += parameters.get(names.get(end)).numel();
                end++;
            }
            Tensor memory =
                    TensorScope.retain(Tensors.zeros(sample.scalar_type().intern(), numbers));
            buckets.add(new Bucket(first, end, memory, offsets));
            first = end;
        }
    }

    /**
     * In which order the backward pass of a loss comes to the parameters; those that it does not come to are last.
     *
     * @param pass works out gradients of all of {@code parameters} that have none, whose gradients are recorded
     */
    static List<String> order(Weights parameters, Runnable pass) {
        Set<String> order = new LinkedHashSet<>();
        Runnable look = () -> TensorScope.run(() -> {
            for (Map.Entry<String, Tensor> parameter : parameters.asMap().entrySet()) {
                if (parameter.getValue().grad().defined()) {
                    order.add(parameter.getKey());
                }
            }
        });
        try (GradientWatch watch = new GradientWatch(look)) {
            watch.over(parameters);
            pass.run();
        }
        look.run();
        order.addAll(parameters.names());
        Gradients.drop(parameters);
        return List.copyOf(order);
    }

    /** Begins a step. */
    void begin() {
        Arrays.fill(filled, false);
        sums.clear();
        failure = null;
        progress.forEach(share -> {
            share.ready = 0;
            share.reported = 0;
        });
    }

    /**
     * Works out the gradients of a share of the step's last micro-batch, on the thread that calls, and begins sums meanwhile.
     *
     * @param pass the backward pass
     */
    void lastOf(int share, Runnable pass) {
        Progress here = progress.get(share);
        working.set(here);
        try {
            pass.run();
        } finally {
            working.remove();
        }
    }

    /** Takes up the gradients of a micro-batch that is not the last. */
    void take() {
        TensorScope.run(() -> Tensors.runWithoutGradient(() -> {
            for (Bucket bucket : buckets) {
                take(bucket);
            }
        }));
    }

    /** On a thread that works out gradients: looks how many are there, and reports buckets that are full. */
    private void look() {
        Progress here = working.get();
        if (here == null) {
            return;
        }
        TensorScope.run(() -> {
            while (here.ready < names.size()
                    && here.weights.get(names.get(here.ready)).grad().defined()) {
                here.ready++;
            }
        });
        while (here.reported < buckets.size() && buckets.get(here.reported).end() <= here.ready) {
            report(here);
        }
    }

    private synchronized void report(Progress here) {
        int number = here.reported++;
        boolean all = progress.stream().allMatch(share -> share.reported > number);
        if (all && number == sums.size()) {
            beginSum(buckets.get(number));
        }
    }

    private void beginSum(Bucket bucket) {
        TensorScope.run(() -> Tensors.runWithoutGradient(() -> {
            take(bucket);
            for (int i = bucket.first(); i < bucket.end(); i++) {
                if (!filled[i]) {
                    slice(bucket, i).zero_();
                }
            }
        }));
        sums.add(begun(bucket.memory()));
    }

    /** A failure must not leave through LibTorch's own calls; it is told when the step ends. */
    private ProcessGroup.Sum begun(Tensor tensor) {
        try {
            return group.sum(tensor);
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            return () -> {};
        }
    }

    /** Moves what gradients there are to the bucket, those of the shares added in their order. */
    private void take(Bucket bucket) {
        for (int i = bucket.first(); i < bucket.end(); i++) {
            for (Weights share : shares) {
                Tensor tensor = share.get(names.get(i));
                Tensor gradient = tensor.grad();
                if (!gradient.defined()) {
                    continue;
                }
                Tensor slice = slice(bucket, i);
                var unused = filled[i] ? slice.add_(gradient) : slice.copy_(gradient);
                filled[i] = true;
                tensor.mutable_grad().reset();
            }
        }
    }

    private Tensor slice(Bucket bucket, int parameter) {
        Tensor tensor = parameters.get(names.get(parameter));
        return bucket.memory()
                .narrow(0, bucket.offsets()[parameter], tensor.numel())
                .view(tensor.shape());
    }

    /**
     * Ends a step: the parameters' gradients are the sums over all processes. Where a loss is not finite they are of no account.
     *
     * @param loss this process's part of the loss
     * @return the loss, summed over all processes
     */
    double end(double loss) throws IOException {
        long began = System.nanoTime();
        synchronized (this) {
            for (int i = sums.size(); i < buckets.size(); i++) {
                beginSum(buckets.get(i));
            }
        }
        double[] told = new double[names.size() + 1];
        told[names.size()] = loss;
        for (int i = 0; i < names.size(); i++) {
            told[i] = filled[i] ? 1 : 0;
        }
        double[] all = sum(told);
        for (ProcessGroup.Sum sum : sums) {
            sum.await();
        }
        times = new SumTimes(began, System.nanoTime());
        if (failure != null) {
            throw failure;
        }
        TensorScope.run(() -> hand(all));
        return all[names.size()];
    }

    private double[] sum(double[] numbers) throws IOException {
        try {
            return TensorScope.compute(() -> {
                Tensor tensor = Tensors.of(numbers, numbers.length);
                try {
                    begun(tensor).await();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return Tensors.doubles(tensor);
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** A parameter that no process has a gradient of has none. */
    private void hand(double[] used) {
        Map<String, Tensor> handed = new HashMap<>();
        for (Bucket bucket : buckets) {
            for (int i = bucket.first(); i < bucket.end(); i++) {
                if (used[i] > 0) {
                    handed.put(names.get(i), slice(bucket, i));
                }
            }
        }
        handed.forEach((name, gradient) -> parameters.get(name).mutable_grad().put(gradient));
    }

    /** Of the last step. */
    SumTimes times() {
        return times;
    }

    @Override
    public void close() {
        watch.close();
        buckets.forEach(bucket -> TensorScope.release(bucket.memory()));
        buckets.clear();
    }
}
