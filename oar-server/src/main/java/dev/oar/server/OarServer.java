package dev.oar.server;

import dev.oar.job.JobLimits;
import dev.oar.job.Jobs;
import dev.oar.job.ServedModel;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.config.SizeUnit;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Serves models over HTTP until it is closed. */
public final class OarServer implements AutoCloseable {
    /** Threads beside those that wait for a drawing or for events, one each. */
    private static final int FURTHER_THREADS = 32;

    /** What pages of this server may load and do: nothing that comes from elsewhere. */
    private static final String CONTENT_SECURITY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'"
                    + " blob: data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    private static final String ROUTE = "oar.route";
    private static final String BEGAN = "oar.began";
    private static final double NANOSECOND = 1e-9;

    private final Jobs jobs;
    private final List<Route> routes;
    private final Javalin javalin;

    private OarServer(ServerSettings settings, Jobs jobs, Figures figures) {
        this.jobs = jobs;
        Semaphore streams = new Semaphore(settings.streams());
        Bodies bodies = new Bodies(jobs.limits().bytes());
        List<Route> all = new ArrayList<>();
        all.addAll(new ModelRoutes(jobs, bodies, figures).routes());
        all.addAll(new JobRoutes(jobs, bodies, streams).routes());
        all.addAll(new OpenAiRoutes(jobs, bodies, streams).routes());
        all.addAll(new WebUiRoutes(jobs, bodies).routes());
        all.add(OpenApiDocument.route(
                Optional.ofNullable(OarServer.class.getPackage().getImplementationVersion()), this::routes));
        this.routes = List.copyOf(all);
        this.javalin = Javalin.create(config -> configure(config, settings, figures));
    }

    /**
     * Begins to serve.
     *
     * @param models the models, the usual one first; they are the server's from now on, also if it cannot be started
     * @throws IOException in one sentence, if another program listens at the port
     */
    public static OarServer start(ServerSettings settings, List<ServedModel> models, JobLimits limits)
            throws IOException {
        Figures figures = new Figures();
        Jobs jobs = new Jobs(models, limits, figures);
        models.forEach(model -> figures.watch(model.name(), jobs::waiting));
        OarServer server = new OarServer(settings, jobs, figures);
        try {
            server.javalin.start(settings.host(), settings.port());
        } catch (RuntimeException e) {
            server.close();
            throw refused(settings, e);
        }
        return server;
    }

    private static IOException refused(ServerSettings settings, RuntimeException e) {
        if (e instanceof JavalinBindException) {
            return new IOException(
                    "a server needs a port of its own, but " + settings.port() + " of " + settings.host()
                            + " is taken or may not be used; choose another --port",
                    e);
        }
        return new IOException(
                "the server cannot listen at " + settings.host() + " (" + e.getMessage() + "); choose another --host",
                e);
    }

    private void configure(JavalinConfig config, ServerSettings settings, Figures figures) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.http.prefer405over404 = true;
        config.http.maxRequestSize = jobs.limits().bytes();
        config.jetty.threadPool = new QueuedThreadPool(
                settings.streams() + jobs.limits().waiting() * jobs.waiting().size() + FURTHER_THREADS);
        // Parts stay in memory: no request touches the disk.
        config.jetty.multipartConfig.maxInMemoryFileSize(
                (int) Math.min(Integer.MAX_VALUE, jobs.limits().bytes()), SizeUnit.BYTES);
        config.jetty.multipartConfig.maxFileSize(jobs.limits().bytes(), SizeUnit.BYTES);
        config.jetty.multipartConfig.maxTotalRequestSize(jobs.limits().bytes(), SizeUnit.BYTES);
        config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
        Guard guard = new Guard(settings);
        config.routes.before(context -> before(context, guard));
        config.routes.exception(HttpResponseException.class, (e, context) -> Problems.answer(context, Problems.of(e)));
        config.routes.exception(Exception.class, (e, context) -> Problems.answer(context, Problems.of(e)));
        new WebPage().addTo(config.routes);
        for (Route route : routes) {
            config.routes.addHttpHandler(route.method(), route.path(), context -> {
                context.attribute(ROUTE, route.path());
                route.handler().handle(context);
            });
        }
        config.routes.after(context -> count(context, figures));
    }

    private static void count(Context context, Figures figures) {
        String route = context.attribute(ROUTE);
        Long began = context.attribute(BEGAN);
        figures.answered(
                route == null ? "none" : route,
                context.statusCode(),
                began == null ? 0 : (System.nanoTime() - began) * NANOSECOND);
    }

    private static void before(Context context, Guard guard) {
        context.attribute(BEGAN, System.nanoTime());
        context.header("Content-Security-Policy", CONTENT_SECURITY);
        context.header("X-Content-Type-Options", "nosniff");
        context.header("Referrer-Policy", "no-referrer");
        context.header("Cross-Origin-Resource-Policy", "same-origin");
        context.header("Cache-Control", "no-store");
        guard.check(context, context.path().equals(ModelRoutes.HEALTH) || WebPage.isAskedFor(context));
    }

    /** The port it listens at. */
    public int port() {
        return javalin.port();
    }

    /** What it serves. */
    List<Route> routes() {
        return routes;
    }

    /** Takes nothing in any more, ends all jobs, those that are being drawn within a step, and frees the models. */
    @Override
    public void close() {
        jobs.close();
        javalin.stop();
    }
}
