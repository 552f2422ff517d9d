package dev.oar.server;

import dev.oar.job.DrawnPng;
import dev.oar.job.Jobs;
import dev.oar.message.ModelDescription;
import dev.oar.message.PngInfo;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the server is and has: models, settings of pictures, health and figures. */
final class ModelRoutes {
    static final String HEALTH = "/health";
    private static final String TAG = "server";

    private final Jobs jobs;
    private final Bodies bodies;
    private final Figures figures;

    ModelRoutes(Jobs jobs, Bodies bodies, Figures figures) {
        this.jobs = jobs;
        this.bodies = bodies;
        this.figures = figures;
    }

    List<Route> routes() {
        return List.of(
                new Route(
                        HandlerType.GET,
                        "/v1/models",
                        TAG,
                        "The models, what they draw, and what requests may ask for.",
                        Optional.empty(),
                        Route.Content.json(200, ModelDescription.All.class),
                        List.of(401, 403),
                        context -> Answers.json(context, 200, jobs.descriptions())),
                new Route(
                        HandlerType.POST,
                        "/v1/png-info",
                        TAG,
                        "What a drawn PNG tells of its making, and the command that makes it.",
                        Optional.of(new Route.Content(0, "image/png", byte[].class)),
                        Route.Content.json(200, PngInfo.class),
                        List.of(400, 401, 403, 413, 415),
                        this::pngInfo),
                new Route(
                        HandlerType.GET,
                        HEALTH,
                        TAG,
                        "Whether the server serves; needs no token.",
                        Optional.empty(),
                        Route.Content.json(200, Map.class),
                        List.of(403),
                        context -> Answers.json(context, 200, Map.of("status", "ok", "waiting", jobs.waiting()))),
                new Route(
                        HandlerType.GET,
                        "/metrics",
                        TAG,
                        "Figures for Prometheus.",
                        Optional.empty(),
                        new Route.Content(200, Figures.MEDIA_TYPE, String.class),
                        List.of(401, 403),
                        context -> context.contentType(Figures.MEDIA_TYPE + "; version=0.0.4; charset=utf-8")
                                .result(figures.text())));
    }

    private void pngInfo(Context context) throws IOException {
        Answers.json(context, 200, DrawnPng.read("the picture", bodies.png(context), jobs::grid));
    }
}
