package dev.oar.server;

import dev.oar.message.Problem;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/** Server-sent events (the HTML standard, section 9.2), written on the thread of the request. */
final class EventStream {
    private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final long HEARTBEAT_NANOSECONDS = 10_000_000_000L;

    private final OutputStream output;
    private final Connection connection;
    private long written = System.nanoTime();

    private EventStream(OutputStream output, Connection connection) {
        this.output = output;
        this.connection = connection;
    }

    /** Writes the events of one stream. */
    @FunctionalInterface
    interface Writer {
        /** Writes; what it throws as an {@link IOException} means that the client has gone. */
        void write(EventStream stream) throws IOException, InterruptedException;
    }

    /**
     * Opens a stream and writes it.
     *
     * @param places how many streams may be open
     * @param gone what to do when the client goes before the end
     * @throws Refusal if too many are open
     */
    static void write(Context context, Semaphore places, Writer writer, Runnable gone) {
        if (!places.tryAcquire()) {
            throw new Refusal(
                    Problem.TOO_MANY, "as many connections wait for events as this server has room for; close one");
        }
        try {
            context.res().setStatus(200);
            context.contentType("text/event-stream");
            context.res().setContentType("text/event-stream");
            context.res().setHeader("X-Accel-Buffering", "no");
            OutputStream output = context.res().getOutputStream();
            output.flush();
            EventStream stream = new EventStream(output, Connection.of(context));
            writer.write(stream);
            stream.flush();
        } catch (IOException e) {
            gone.run();
        } catch (InterruptedException e) {
            gone.run();
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
    }

    /**
     * Writes an event, which is sent with those that follow by {@link #flush}.
     *
     * @param id its number; 0 for none
     * @param name its name
     * @param data its data, on one line
     */
    void event(long id, String name, String data) throws IOException {
        String text = (id == 0 ? "" : "id: " + id + "\n") + "event: " + name + "\ndata: " + data + "\n\n";
        output.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends what has been written. */
    void flush() throws IOException {
        output.flush();
        written = System.nanoTime();
    }

    /**
     * To be called now and then while nothing happens.
     *
     * @throws IOException if the client has gone
     */
    void idle() throws IOException {
        if (connection.gone()) {
            throw new IOException("the client has gone");
        }
        if (System.nanoTime() - written > HEARTBEAT_NANOSECONDS) {
            output.write(HEARTBEAT);
            flush();
        }
    }
}
