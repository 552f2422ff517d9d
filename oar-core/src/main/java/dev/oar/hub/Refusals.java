package dev.oar.hub;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.http.HttpResponse;

/** The sentences for what the hub, or the lack of it, makes impossible. */
final class Refusals {
    private static final String LOCAL_FILE = "give the path of a local file in its place";

    private Refusals() {}

    /** Whether an answer may be another one soon: a fault of the server, or too many requests. */
    static boolean mayPass(int status) {
        return status >= 500 || status == 429 || status == 408;
    }

    /** A reason for trying again. */
    static String reason(HttpResponse<?> answer) {
        return answer.uri().getHost() + " answered " + answer.statusCode()
                + (answer.statusCode() == 429 ? " (too many requests)" : "");
    }

    /** For an answer that another attempt will not change. */
    static IOException refused(HubReference reference, HubEnvironment environment, HttpResponse<?> answer) {
        int status = answer.statusCode();
        boolean hub = environment.isEndpoint(answer.uri());
        String answered = status + code(answer);
        if (hub && (status == 401 || status == 403)) {
            return new IOException(
                    reference + " can be read only by those whom the hub lets in, but it answered " + answered
                            + " to a request "
                            + (environment.token() == null ? "without a token" : "with the token that is set")
                            + "; check the name, accept the licence on " + page(reference, environment)
                            + " if the model is gated, and set HF_TOKEN to an access token of that account");
        }
        if (hub && (status == 404 || status == 410)) {
            return new FileNotFoundException("'" + reference.path() + "' must be a file of repository '"
                    + reference.repository() + "' at revision '" + reference.revision() + "', but the hub answered "
                    + answered + "; look on " + page(reference, environment) + "/tree/" + reference.revision()
                    + " for what is there");
        }
        return new IOException(
                "a file is served with status 200, but " + answer.uri().getHost() + " answered " + answered + " for "
                        + reference + "; try again later, or " + LOCAL_FILE);
    }

    /** For a file that is not in the cache when nothing else may be used. */
    static IOException offline(HubReference reference, HubEnvironment environment) {
        return new IOException("HF_HUB_OFFLINE allows cached files only, but " + reference + " is not in "
                + environment.cache() + "; unset it, or " + LOCAL_FILE);
    }

    /** For failures that did not pass. */
    static IOException failed(HubReference reference, BackOff backOff, Outcome.Failed<?> last) {
        return new IOException(
                reference + " could not be fetched in " + backOff.attempts() + " attempts in a row, because "
                        + last.reason() + "; check the connection and run again, which resumes where it stopped, or "
                        + LOCAL_FILE,
                last.cause());
    }

    /** What the hub calls the problem, if it is a word. */
    private static String code(HttpResponse<?> answer) {
        return answer.headers()
                .firstValue("X-Error-Code")
                .filter(code -> code.matches("[A-Za-z]{1,40}"))
                .map(code -> " (" + code + ")")
                .orElse("");
    }

    private static String page(HubReference reference, HubEnvironment environment) {
        return environment.endpoint() + "/" + reference.repository();
    }
}
