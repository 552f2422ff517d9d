package dev.oar.server;

/** OpenAI's images API. */
final class OpenAiRoutes {
    static final String PREFIX = "/v1/images/";
}
