package dev.oar.server;

import dev.oar.config.Require;
import java.util.Optional;

/**
 * Where a server listens and whom it serves.
 *
 * @param host address to listen at
 * @param port port to listen at; 0: any that is free
 * @param token what clients must show; empty: everybody who reaches a loopback address is served
 * @param streams connections that may wait for events at a time
 */
public record ServerSettings(String host, int port, Optional<String> token, int streams) {
    /** The address that only programs on the same machine reach. */
    public static final String LOOPBACK = "127.0.0.1";

    private static final int LARGEST_PORT = 65_535;
    private static final int SHORTEST_TOKEN = 16;

    /** Checks that others are served with a token only. */
    public ServerSettings {
        Require.that(
                port >= 0 && port <= LARGEST_PORT,
                "a port lies in 0 .. %s, but is %s; 0 takes any that is free",
                LARGEST_PORT,
                port);
        Require.that(
                token.isPresent() || Hosts.isLoopback(host),
                "a server that others can reach needs a token, but %s is no loopback address and there is none; give a"
                        + " --token-file, or leave --host out",
                host);
        Require.that(
                token.map(String::length).orElse(SHORTEST_TOKEN) >= SHORTEST_TOKEN,
                "a token has at least %s characters, but this one has %s; make a longer one, for example by"
                        + " 'openssl rand -hex 24'",
                SHORTEST_TOKEN,
                token.map(String::length).orElse(0));
    }

    /** For programs on this machine, at this port. */
    public static ServerSettings loopback(int port) {
        return new ServerSettings(LOOPBACK, port, Optional.empty(), 64);
    }

    /** The same for clients that show a token. */
    public ServerSettings withToken(String shown) {
        return new ServerSettings(host, port, Optional.of(shown), streams);
    }
}
