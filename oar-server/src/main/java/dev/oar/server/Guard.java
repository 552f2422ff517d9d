package dev.oar.server;

import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;

/** Decides who is served: those who show the token, and no web page of another origin. */
final class Guard {
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final String BEARER = "bearer ";

    private final ServerSettings settings;

    Guard(ServerSettings settings) {
        this.settings = settings;
    }

    /**
     * Refuses who is not served.
     *
     * @param forAll whether those are served, too, who show no token
     * @throws Refusal if that is so
     */
    void check(Context context, boolean forAll) {
        requireHost(context);
        requireOrigin(context);
        if (!forAll) {
            settings.token().ifPresent(token -> requireToken(context, token));
        }
    }

    /**
     * A page in the user's browser may reach a loopback address under a name of its own (DNS rebinding); then the header tells that
     * name.
     */
    private void requireHost(Context context) {
        String host = Optional.ofNullable(context.header("Host")).orElse("");
        if (Hosts.isLoopback(settings.host()) && !Hosts.isLoopback(Hosts.ofHeader(host))) {
            throw new Refusal(
                    FORBIDDEN,
                    "this server is for its own machine and is addressed as localhost or 127.0.0.1, but was asked as '"
                            + host + "'; use one of these names");
        }
    }

    private static void requireOrigin(Context context) {
        String origin = context.header("Origin");
        String host = context.header("Host");
        if (origin != null && !Hosts.ofOrigin(origin).equals(Optional.ofNullable(host))) {
            throw new Refusal(
                    FORBIDDEN,
                    "web pages are served that come from here, but this request comes from a page of " + origin
                            + "; ask from a program, or from a page of this server");
        }
    }

    private static void requireToken(Context context, String token) {
        String shown = Optional.ofNullable(context.header("Authorization")).orElse("");
        String bearer = shown.toLowerCase(Locale.ROOT).startsWith(BEARER)
                ? shown.substring(BEARER.length()).strip()
                : "";
        // Takes as long whatever is wrong with it.
        if (!MessageDigest.isEqual(digest(bearer), digest(token))) {
            context.header("WWW-Authenticate", "Bearer");
            throw new Refusal(
                    UNAUTHORIZED,
                    "this server serves those who show its token, but the request shows "
                            + (bearer.isEmpty() ? "none" : "another")
                            + "; send the header 'Authorization: Bearer TOKEN'");
        }
    }

    private static byte[] digest(String text) {
        return Digests.sha256(text.getBytes(StandardCharsets.UTF_8));
    }
}
