package dev.oar.server;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** Names of machines as they stand in settings and headers. */
final class Hosts {
    private Hosts() {}

    /** Whether a name stands for this machine alone, without asking anybody what it stands for. */
    static boolean isLoopback(String host) {
        String plain = host.toLowerCase(Locale.ROOT);
        return plain.equals("localhost")
                || plain.equals("::1")
                || plain.equals("[::1]")
                || plain.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }

    /** The name in a Host header, without the port. */
    static String ofHeader(String header) {
        int end = header.startsWith("[") ? header.indexOf(']') + 1 : header.indexOf(':');
        return end > 0 ? header.substring(0, end) : header;
    }

    /** Host and port of the page that an Origin header names; nothing of one that names none. */
    static Optional<String> ofOrigin(String origin) {
        try {
            return Optional.ofNullable(new URI(origin).getRawAuthority());
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
