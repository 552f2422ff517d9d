package dev.oar.server;

import dev.oar.message.Problem;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Reads what requests carry, up to a limit of each, and of all that are being answered. */
final class Bodies {
    private static final int TOO_LARGE = 413;
    private static final int WRONG_TYPE = 415;

    private static final String HELD = "oar.body";

    private final long limit;
    private final long limitOfAll;
    private final AtomicLong held = new AtomicLong();

    /**
     * A reader of bodies.
     *
     * @param limit bytes of one
     * @param limitOfAll bytes of all whose requests are being answered
     */
    Bodies(long limit, long limitOfAll) {
        this.limit = limit;
        this.limitOfAll = Math.max(limit, limitOfAll);
    }

    /** To be called when a request is answered, whether it had a body or not. */
    static void release(Context context) {
        Runnable release = context.attribute(HELD);
        if (release != null) {
            release.run();
        }
    }

    /**
     * The JSON of a request.
     *
     * @throws Refusal if it says that it is something else, or is too large
     */
    byte[] json(Context context) throws IOException {
        requireType(context, "application/json");
        return all(context);
    }

    /**
     * A picture, which a request carries as it is.
     *
     * @throws Refusal likewise
     */
    byte[] png(Context context) throws IOException {
        requireType(context, "image/png");
        return all(context);
    }

    /**
     * Checks what a request says that it carries.
     *
     * @throws Refusal if that is another type
     */
    static void requireType(Context context, String type) {
        String given = Optional.ofNullable(context.contentType()).orElse("");
        String plain = given.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!plain.equals(type)) {
            throw new Refusal(
                    WRONG_TYPE,
                    "this takes " + type + ", but the request says Content-Type "
                            + (given.isEmpty() ? "nothing" : "'" + given + "'") + "; send " + type);
        }
    }

    /**
     * Checks the length that a request announces, and holds room for it until the request is answered; for one that announces none, as much
     * as a request may have.
     *
     * @throws Refusal if it is too long, or there is no room
     */
    void requireLength(Context context) {
        long announced = context.req().getContentLengthLong();
        if (announced > limit) {
            context.header("Connection", "close");
            throw tooLarge();
        }
        long length = announced < 0 ? limit : announced;
        if (held.addAndGet(length) > limitOfAll) {
            held.addAndGet(-length);
            context.header("Connection", "close");
            throw new Refusal(
                    Problem.TOO_MANY,
                    "requests that are being answered may carry " + limitOfAll
                            + " bytes together, and this one would be beyond that; ask again in a moment");
        }
        hold(context, length);
    }

    /** Says how much is to be given back. */
    private void hold(Context context, long length) {
        Runnable release = () -> held.addAndGet(-length);
        context.attribute(HELD, release);
    }

    private byte[] all(Context context) throws IOException {
        requireLength(context);
        try (InputStream body = context.req().getInputStream()) {
            byte[] bytes = body.readNBytes((int) limit + 1);
            if (bytes.length > limit) {
                context.header("Connection", "close");
                throw tooLarge();
            }
            release(context);
            held.addAndGet(bytes.length);
            hold(context, bytes.length);
            return bytes;
        }
    }

    private Refusal tooLarge() {
        return new Refusal(
                TOO_LARGE, "a request may carry up to " + limit + " bytes, but this one carries more; send less");
    }
}
