package dev.oar.tensor;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * The lifetime of native memory: every tensor created on this thread while a scope is open dies when it closes.
 *
 * <p>LibTorch's tensors live outside the Java heap, and the garbage collector does not see them (docs/memory.md). Loops open
 * scopes, layers do not:
 *
 * <pre>{@code
 * for (int step = 0; step < steps; step++) {
 *     try (TensorScope scope = TensorScope.open()) {
 *         Tensor loss = model.loss(batch);
 *         ...
 *     }
 * }
 * }</pre>
 *
 * <p>What must live longer either moves one scope outwards ({@link #keep}) or belongs to an owner such as {@link Weights}
 * ({@link #retain}, {@link #release}). Scopes nest and belong to the thread that opened them.
 */
public final class TensorScope implements AutoCloseable {
    private static final ThreadLocal<Deque<TensorScope>> OPEN = ThreadLocal.withInitial(() -> {
        LibTorch.settleThreadsHere();
        return new ArrayDeque<>();
    });

    private final PointerScope pointers;
    private final Thread thread = Thread.currentThread();

    private TensorScope() {
        LibTorch.load();
        this.pointers = new PointerScope();
    }

    /** Opens a scope on the current thread; close it on the same thread, innermost first. */
    public static TensorScope open() {
        TensorScope scope = new TensorScope();
        OPEN.get().push(scope);
        return scope;
    }

    /** Runs {@code body} in a scope of its own. */
    public static void run(Runnable body) {
        try (TensorScope ignored = open()) {
            body.run();
        }
    }

    /** Computes an array, record or other plain value in a scope of its own; tensors must not leave, see {@link #tensor}. */
    public static <T> T compute(Supplier<T> body) {
        try (TensorScope ignored = open()) {
            T value = body.get();
            if (value instanceof Tensor) {
                throw new IllegalStateException(
                        "a tensor must not leave its scope as a plain value; use TensorScope.tensor instead of compute");
            }
            return value;
        }
    }

    /** Computes a tensor in a scope of its own and hands it to the scope around; everything else the body made dies. */
    public static Tensor tensor(Supplier<Tensor> body) {
        try (TensorScope scope = open()) {
            return scope.keep(body.get());
        }
    }

    /**
     * Moves a tensor to the scope around this one, so that it survives this scope's end.
     *
     * @throws IllegalStateException if no scope is open around this one
     */
    public Tensor keep(Tensor tensor) {
        Deque<TensorScope> open = OPEN.get();
        if (open.peek() != this || open.size() < 2) {
            throw new IllegalStateException(
                    "a tensor can only be kept by the innermost scope and only if another is open" + " around it, but "
                            + open.size() + " scopes are open; open one around, or retain it in an owner");
        }
        var iterator = open.iterator();
        iterator.next();
        iterator.next().pointers.attach(tensor);
        return tensor;
    }

    /**
     * The innermost scope that is open on this thread.
     *
     * @throws IllegalStateException if none is
     */
    public static TensorScope innermost() {
        TensorScope innermost = OPEN.get().peek();
        if (innermost == null) {
            throw new IllegalStateException("no scope is open on this thread; open one around the work");
        }
        return innermost;
    }

    /**
     * Makes a tensor of a scope within this one live as long as this one.
     *
     * @return the same tensor
     * @throws IllegalStateException if this scope is not open on this thread
     */
    public Tensor hold(Tensor tensor) {
        if (!OPEN.get().contains(this)) {
            throw new IllegalStateException("a scope holds tensors only while it is open, on its own thread; hold them"
                    + " within its try block");
        }
        pointers.attach(tensor);
        return tensor;
    }

    /**
     * Gives a tensor to an owner: it outlives every scope until {@link #release} is called.
     *
     * @return the same tensor
     */
    public static Tensor retain(Tensor tensor) {
        return tensor.retainReference();
    }

    /** Ends an owner's hold on a tensor; its memory is freed when no scope holds it either. */
    public static void release(Tensor tensor) {
        tensor.releaseReference();
    }

    /**
     * Makes something that takes an owner over. If it cannot be made, for want of memory perhaps, the owner is closed here, since nobody
     * else knows of it.
     *
     * @param made makes what closes the owner from then on
     */
    public static <O extends AutoCloseable, T> T handedOver(O owner, Function<O, T> made) {
        try {
            return made.apply(owner);
        } catch (RuntimeException | Error e) {
            try {
                owner.close();
            } catch (Exception closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    @Override
    public void close() {
        Deque<TensorScope> open = OPEN.get();
        if (Thread.currentThread() != thread || open.peek() != this) {
            throw new IllegalStateException(
                    "scopes must be closed on their own thread, innermost first; use try-with-resources");
        }
        open.pop();
        pointers.close();
    }
}
