package dev.oar.server;

import dev.oar.message.Problem;
import io.javalin.http.HandlerType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The OpenAPI 3.1 description of the routes, made of the routes themselves and of the records that they take and give. */
final class OpenApiDocument {
    static final String PATH = "/openapi.json";
    private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");
    private static final String SCHEMA = "schema";

    private final RecordSchemas schemas = new RecordSchemas();

    private OpenApiDocument() {}

    /** The document as maps and lists. */
    static Map<String, Object> of(List<Route> routes, String version) {
        return new OpenApiDocument().document(routes, version);
    }

    private Map<String, Object> document(List<Route> routes, String version) {
        Map<String, Map<String, Object>> paths = new LinkedHashMap<>();
        for (Route route : routes) {
            paths.computeIfAbsent(route.path(), unused -> new LinkedHashMap<>())
                    .put(route.method().name().toLowerCase(Locale.ROOT), operation(route));
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.1.0");
        document.put("info", Map.of("title", "OAR", "version", version));
        document.put("paths", paths);
        document.put(
                "components",
                Map.of(
                        "schemas",
                        schemas.named(),
                        "securitySchemes",
                        Map.of("token", Map.of("type", "http", "scheme", "bearer"))));
        document.put("security", List.of(Map.of("token", List.of()), Map.of()));
        return document;
    }

    private Map<String, Object> operation(Route route) {
        Map<String, Object> operation = new LinkedHashMap<>();
        operation.put("tags", List.of(route.tag()));
        operation.put("summary", route.summary());
        operation.put("operationId", name(route));
        List<Map<String, Object>> parameters = parameters(route.path());
        if (!parameters.isEmpty()) {
            operation.put("parameters", parameters);
        }
        route.takes()
                .ifPresent(takes ->
                        operation.put("requestBody", Map.of("required", true, "content", content(takes, true))));
        Map<String, Object> responses = new LinkedHashMap<>();
        responses.put(
                Integer.toString(route.gives().status()),
                Map.of("description", route.summary(), "content", content(route.gives(), false)));
        for (int status : route.refusals()) {
            responses.put(Integer.toString(status), refusal(route, status));
        }
        operation.put("responses", responses);
        return operation;
    }

    private Map<String, Object> refusal(Route route, int status) {
        Route.Content content = route.path().startsWith(OpenAiRoutes.PREFIX)
                ? Route.Content.json(status, OpenAiError.class)
                : new Route.Content(status, "application/problem+json", Problem.class);
        return Map.of("description", Problem.of(status, "").title(), "content", content(content, false));
    }

    private static String name(Route route) {
        StringBuilder name = new StringBuilder(route.method().name().toLowerCase(Locale.ROOT));
        for (String part : route.path().replace("{", "").replace("}", "").split("[/.-]", -1)) {
            name.append(part.isEmpty() ? "" : part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1));
        }
        return name.toString();
    }

    private static List<Map<String, Object>> parameters(String path) {
        List<Map<String, Object>> parameters = new ArrayList<>();
        Matcher matcher = PARAMETER.matcher(path);
        while (matcher.find()) {
            parameters.add(
                    Map.of("name", matcher.group(1), "in", "path", "required", true, SCHEMA, Map.of("type", "string")));
        }
        return parameters;
    }

    /**
     * What is carried, by media type.
     *
     * @param read whether it is read by this server, and so strictly
     */
    private Map<String, Object> content(Route.Content content, boolean read) {
        Map<String, Object> schema = content.besides().isEmpty()
                ? schemas.of(content.type(), read)
                : schemas.inline(content.type(), content.besides(), content.needed());
        return Map.of(content.mediaType(), Map.of(SCHEMA, schema));
    }

    /** Its own route. */
    static Route route(Optional<String> version, Supplier<List<Route>> routes) {
        return new Route(
                HandlerType.GET,
                PATH,
                "server",
                "This document.",
                Optional.empty(),
                Route.Content.json(200, Map.class),
                List.of(401, 403),
                context -> Answers.json(context, 200, of(routes.get(), version.orElse("0"))));
    }
}
