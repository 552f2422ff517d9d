package dev.oar.message;

import java.util.Optional;

/**
 * Why a request was not served (RFC 9457): one sentence with the rule, the values and the remedy.
 *
 * @param type always {@code about:blank}: the status says what kind of problem it is
 * @param title what the status means
 * @param status the status of the answer
 * @param detail the sentence
 * @param place where in the queue the job would stand, if the queue is full
 */
public record Problem(String type, String title, int status, String detail, Optional<Integer> place) {
    /** The request cannot be served as it is. */
    public static final int BAD_REQUEST = 400;

    /** There is too much of it at the moment. */
    public static final int TOO_MANY = 429;

    /** The server failed. */
    public static final int INTERNAL = 500;

    /** The server does not serve at the moment. */
    public static final int UNAVAILABLE = 503;

    /** A problem without a place. */
    public static Problem of(int status, String detail) {
        return new Problem("about:blank", title(status), status, detail, Optional.empty());
    }

    /** A queue is full. */
    public static Problem full(int place, String detail) {
        return new Problem("about:blank", title(TOO_MANY), TOO_MANY, detail, Optional.of(place));
    }

    private static String title(int status) {
        return switch (status) {
            case BAD_REQUEST -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 409 -> "Conflict";
            case 413 -> "Content Too Large";
            case 415 -> "Unsupported Media Type";
            case TOO_MANY -> "Too Many Requests";
            case UNAVAILABLE -> "Service Unavailable";
            default -> status < INTERNAL ? "Bad Request" : "Internal Server Error";
        };
    }
}
