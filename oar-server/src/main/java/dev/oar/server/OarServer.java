package dev.oar.server;

import dev.oar.job.JobLimits;
import dev.oar.job.Jobs;
import dev.oar.job.ServedModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Serves models over HTTP until it is closed. */
public final class OarServer implements AutoCloseable {
    /** Threads beside those that wait for a drawing or for events, one each. */
    private static final int FURTHER_THREADS = 32;

    private final Jobs jobs;
    private final List<Route> routes;
    private final Http http;

    private OarServer(ServerSettings settings, Jobs jobs, Figures figures) throws IOException {
        this.jobs = jobs;
        Semaphore streams = new Semaphore(settings.streams());
        Bodies bodies = new Bodies(jobs.limits().bytes(), jobs.limits().waitingBytes());
        List<Route> all = new ArrayList<>();
        all.addAll(new ModelRoutes(jobs, bodies, figures).routes());
        all.addAll(new JobRoutes(jobs, bodies, streams).routes());
        all.addAll(new OpenAiRoutes(jobs, bodies, streams).routes());
        all.addAll(new WebUiRoutes(jobs, bodies).routes());
        all.add(OpenApiDocument.route(
                Optional.ofNullable(OarServer.class.getPackage().getImplementationVersion()), this::routes));
        this.routes = List.copyOf(all);
        int threads =
                settings.streams() + jobs.limits().waiting() * jobs.waiting().size() + FURTHER_THREADS;
        this.http = Http.start(
                settings, new Http.Capacity(jobs.limits().bytes(), threads), WebPage.ofDrawing(), this.routes, figures);
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
        try {
            return new OarServer(settings, jobs, figures);
        } catch (IOException | RuntimeException e) {
            jobs.close();
            throw e;
        }
    }

    /** The port it listens at. */
    public int port() {
        return http.port();
    }

    /** What it serves. */
    List<Route> routes() {
        return routes;
    }

    /** Takes nothing in any more, ends all jobs, those that are being drawn within a step, and frees the models. */
    @Override
    public void close() {
        jobs.close();
        http.close();
    }
}
