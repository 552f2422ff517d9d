package dev.oar.server;

import dev.oar.message.Problem;
import io.javalin.http.HttpResponseException;
import java.util.Map;

/** Ends a request with a problem, from anywhere within its handler. */
final class Refusal extends HttpResponseException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    Refusal(Problem problem) {
        super(problem.status(), problem.detail(), Map.of());
        this.problem = problem;
    }

    Refusal(int status, String sentence) {
        this(Problem.of(status, sentence));
    }

    Problem problem() {
        return problem;
    }
}
