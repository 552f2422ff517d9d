package dev.oar.server;

import io.javalin.http.Context;
import java.util.Optional;

/** Tells clients apart, so that each has its turn. */
final class Clients {
    /** The header by which programs that share an address tell themselves apart. */
    static final String HEADER = "OAR-Client";

    private static final int LONGEST = 64;

    private Clients() {}

    /** The name a client gives itself, beside its address. */
    static String of(Context context) {
        return of(context, Optional.ofNullable(context.header(HEADER)));
    }

    /** The same by a name from elsewhere in the request. */
    static String of(Context context, Optional<String> name) {
        String own = name.orElse("");
        return context.ip() + " " + own.substring(0, Math.min(LONGEST, own.length()));
    }
}
