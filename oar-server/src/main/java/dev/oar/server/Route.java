package dev.oar.server;

import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One route, from which both the server and its OpenAPI document are made.
 *
 * @param method its method
 * @param path its path, with parameters in braces
 * @param tag the API that it belongs to
 * @param summary what it does, in a sentence
 * @param takes what a request carries
 * @param gives what answers carry
 * @param refusals the statuses of answers that are problems
 * @param handler what it does
 */
record Route(
        HandlerType method,
        String path,
        String tag,
        String summary,
        Optional<Content> takes,
        Content gives,
        List<Integer> refusals,
        Handler handler) {
    /**
     * What is carried.
     *
     * @param status of an answer
     * @param mediaType of what is carried
     * @param type the record that JSON is made of, or {@code byte[]}, or {@code String}
     * @param besides schemas of what may stand beside the record's own keys
     * @param needed which of those must
     */
    record Content(int status, String mediaType, Type type, Map<String, Object> besides, List<String> needed) {
        /** With nothing beside the record's own keys. */
        Content(int status, String mediaType, Type type) {
            this(status, mediaType, type, Map.of(), List.of());
        }

        static Content json(int status, Type type) {
            return new Content(status, "application/json", type);
        }
    }
}
