package dev.oar.server;

import dev.oar.message.Json;
import io.javalin.http.Context;

/** Writes answers. */
final class Answers {
    private Answers() {}

    static void json(Context context, int status, Object value) {
        context.status(status).contentType("application/json").result(Json.bytes(value));
    }
}
