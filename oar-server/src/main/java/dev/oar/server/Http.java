package dev.oar.server;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.config.SizeUnit;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A server of routes and a page: who is served, what every answer bears, errors as problems, figures of all answers. */
final class Http implements AutoCloseable {
    /** What pages of this server may load and do: nothing that comes from elsewhere. */
    private static final String CONTENT_SECURITY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'"
                    + " blob: data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    private static final String ROUTE = "oar.route";
    private static final String BEGAN = "oar.began";
    private static final double NANOSECOND = 1e-9;
    private static final long PATIENCE_NANOSECONDS = 5_000_000_000L;
    private static final int TICK_MILLISECONDS = 10;

    private final Javalin javalin;
    private final AtomicInteger answering;

    private Http(Javalin javalin, AtomicInteger answering) {
        this.javalin = javalin;
        this.answering = answering;
    }

    /**
     * What there is room for.
     *
     * @param bytes of a request
     * @param threads that answer
     */
    record Capacity(long bytes, int threads) {}

    /**
     * Begins to serve.
     *
     * @throws IOException in one sentence, if another program listens at the port
     */
    static Http start(ServerSettings settings, Capacity capacity, WebPage page, List<Route> routes, Figures figures)
            throws IOException {
        AtomicInteger answering = new AtomicInteger();
        Http http = new Http(
                Javalin.create(config -> {
                    configure(config, settings, capacity, page, routes);
                    tell(config, settings, figures, answering);
                }),
                answering);
        try {
            http.javalin.start(settings.host(), settings.port());
        } catch (RuntimeException e) {
            http.close();
            throw refused(settings, e);
        }
        return http;
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

    private static void configure(
            JavalinConfig config, ServerSettings settings, Capacity capacity, WebPage page, List<Route> routes) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.http.prefer405over404 = true;
        config.http.maxRequestSize = capacity.bytes();
        config.jetty.threadPool = new QueuedThreadPool(capacity.threads());
        // Parts stay in memory: no request touches the disk.
        config.jetty.multipartConfig.maxInMemoryFileSize(
                (int) Math.min(Integer.MAX_VALUE, capacity.bytes()), SizeUnit.BYTES);
        config.jetty.multipartConfig.maxFileSize(capacity.bytes(), SizeUnit.BYTES);
        config.jetty.multipartConfig.maxTotalRequestSize(capacity.bytes(), SizeUnit.BYTES);
        config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
        config.routes.exception(HttpResponseException.class, (e, context) -> Problems.answer(context, Problems.of(e)));
        config.routes.exception(Exception.class, (e, context) -> Problems.answer(context, Problems.of(e)));
        page.addTo(config.routes);
        for (Route route : routes) {
            config.routes.addHttpHandler(route.method(), route.path(), context -> {
                context.attribute(ROUTE, route.path());
                route.handler().handle(context);
            });
        }
    }

    /** What is done before and after every answer. */
    private static void tell(JavalinConfig config, ServerSettings settings, Figures figures, AtomicInteger answering) {
        Guard guard = new Guard(settings);
        config.routes.before(context -> {
            answering.incrementAndGet();
            before(context, guard);
        });
        config.routes.after(context -> {
            Bodies.release(context);
            count(context, figures);
            answering.decrementAndGet();
        });
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
    int port() {
        return javalin.port();
    }

    /** Stops; those who have just been told that what they waited for has ended get their answers before. */
    @Override
    public void close() {
        awaitAnswers();
        javalin.stop();
    }

    private void awaitAnswers() {
        long until = System.nanoTime() + PATIENCE_NANOSECONDS;
        try {
            while (answering.get() > 0 && System.nanoTime() < until) {
                Thread.sleep(TICK_MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
