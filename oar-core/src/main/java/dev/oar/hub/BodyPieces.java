package dev.oar.hub;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, piece by piece as it comes in. Waiting for a piece has an end and can be interrupted, neither of which the
 * JDK's stream of a body offers. At most two pieces wait here; the server is slowed down when they are not taken.
 */
final class BodyPieces implements BodySubscriber<BodyPieces>, AutoCloseable {
    private sealed interface Event {}

    private record Piece(List<ByteBuffer> buffers) implements Event {}

    private record End() implements Event {}

    private record Failure(Throwable cause) implements Event {}

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private @Nullable Subscription subscription;
    private boolean closed;

    /**
     * Waits for the next piece.
     *
     * @return its bytes, or null at the end of the body
     * @throws HttpTimeoutException if none comes in time
     * @throws IOException if the connection broke
     */
    @Nullable
    List<ByteBuffer> next(Duration longest) throws IOException, InterruptedException {
        Event event = events.poll(longest.toMillis(), TimeUnit.MILLISECONDS);
        if (event == null) {
            throw new HttpTimeoutException("nothing came for " + longest.toMillis() / 1e3 + " s");
        }
        if (event instanceof Failure failure) {
            throw new IOException(failure.cause().getMessage(), failure.cause());
        }
        if (event instanceof Piece piece) {
            request();
            return piece.buffers();
        }
        return null;
    }

    @Override
    public CompletionStage<BodyPieces> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public synchronized void onSubscribe(Subscription given) {
        subscription = given;
        if (closed) {
            given.cancel();
        } else {
            given.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        events.add(new Piece(buffers));
    }

    @Override
    public void onError(Throwable problem) {
        events.add(new Failure(problem));
    }

    @Override
    public void onComplete() {
        events.add(new End());
    }

    /** Gives up what has not come yet. */
    @Override
    public synchronized void close() {
        closed = true;
        if (subscription != null) {
            subscription.cancel();
        }
    }

    private synchronized void request() {
        if (subscription != null && !closed) {
            subscription.request(1);
        }
    }
}
