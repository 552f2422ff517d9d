package dev.oar.server;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;

/** Reads what requests carry, up to a limit. */
final class Bodies {
    private static final int TOO_LARGE = 413;
    private static final int WRONG_TYPE = 415;

    private final long limit;

    Bodies(long limit) {
        this.limit = limit;
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
     * Checks the length that a request announces.
     *
     * @throws Refusal if it is too long
     */
    void requireLength(Context context) {
        if (context.req().getContentLengthLong() > limit) {
            context.header("Connection", "close");
            throw tooLarge();
        }
    }

    private byte[] all(Context context) throws IOException {
        requireLength(context);
        try (InputStream body = context.req().getInputStream()) {
            byte[] bytes = body.readNBytes((int) limit + 1);
            if (bytes.length > limit) {
                context.header("Connection", "close");
                throw tooLarge();
            }
            return bytes;
        }
    }

    private Refusal tooLarge() {
        return new Refusal(
                TOO_LARGE, "a request may carry up to " + limit + " bytes, but this one carries more; send less");
    }
}
