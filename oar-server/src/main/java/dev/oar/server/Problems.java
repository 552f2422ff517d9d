package dev.oar.server;

import dev.oar.config.ConfigException;
import dev.oar.file.CorruptFileException;
import dev.oar.message.Json;
import dev.oar.message.Problem;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what goes wrong into answers: problem details (RFC 9457) of one sentence, or the form that another API's clients read. */
final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private Problems() {}

    /** What an exception says to a client. */
    static Problem of(Exception failure) {
        if (failure instanceof Refusal refusal) {
            return refusal.problem();
        }
        if (failure instanceof HttpResponseException other) {
            return Problem.of(other.getStatus(), ofRoutes(other));
        }
        if (failure instanceof ConfigException
                || failure instanceof IllegalArgumentException
                || failure instanceof CorruptFileException) {
            return Problem.of(Problem.BAD_REQUEST, sentence(failure));
        }
        if (failure instanceof UncheckedIOException files) {
            return Problem.of(Problem.UNAVAILABLE, sentence(files.getCause() == null ? files : files.getCause()));
        }
        if (failure instanceof EOFException) {
            // The client has gone, most likely.
            return Problem.of(
                    Problem.BAD_REQUEST, "a request must carry all that it announces, but ended early; send it again");
        }
        if (failure.getClass() == IOException.class) {
            return Problem.of(Problem.BAD_REQUEST, sentence(failure));
        }
        LOG.error("a request failed", failure);
        return Problem.of(
                Problem.INTERNAL, "the request failed unexpectedly; the server's log tells more, please report it");
    }

    /** Answers with a problem. */
    static void answer(Context context, Problem problem) {
        context.status(problem.status());
        if (problem.status() == Problem.TOO_MANY) {
            context.header("Retry-After", "5");
        }
        if (context.path().startsWith(OpenAiRoutes.PREFIX)) {
            context.contentType("application/json").result(Json.bytes(OpenAiError.of(problem)));
        } else {
            context.contentType("application/problem+json").result(Json.bytes(problem));
        }
    }

    /** What the router says, in our words where they can say more. */
    private static String ofRoutes(HttpResponseException failure) {
        return switch (failure.getStatus()) {
            case 404 -> "there is nothing at this path; /openapi.json tells what there is";
            case 405 -> "this path does not take this method; /openapi.json tells what it takes";
            default -> sentence(failure);
        };
    }

    private static String sentence(Exception failure) {
        String message = String.valueOf(failure.getMessage());
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
