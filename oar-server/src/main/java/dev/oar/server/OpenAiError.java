package dev.oar.server;

import dev.oar.message.Problem;

/** A problem in the form that clients of OpenAI's API read. */
record OpenAiError(Details error) {
    /** What went wrong. */
    record Details(String message, String type, String code) {}

    static OpenAiError of(Problem problem) {
        String type = problem.status() == Problem.TOO_MANY
                ? "rate_limit_error"
                : problem.status() < Problem.INTERNAL ? "invalid_request_error" : "server_error";
        return new OpenAiError(new Details(problem.detail(), type, Integer.toString(problem.status())));
    }
}
