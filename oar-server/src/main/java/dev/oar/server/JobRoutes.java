package dev.oar.server;

import dev.oar.job.Job;
import dev.oar.job.Jobs;
import dev.oar.message.JobEvent;
import dev.oar.message.JobRequest;
import dev.oar.message.JobStatus;
import dev.oar.message.Json;
import dev.oar.message.Problem;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Jobs: asked for, watched, cancelled, fetched. */
final class JobRoutes {
    static final String JOBS = "/v1/jobs";
    private static final String TAG = "jobs";
    private static final String ONE = JOBS + "/{id}";
    private static final Duration TICK = Duration.ofMillis(100);
    private static final int ACCEPTED = 202;
    private static final int NOT_FOUND = 404;

    private final Jobs jobs;
    private final Bodies bodies;
    private final Semaphore streams;

    JobRoutes(Jobs jobs, Bodies bodies, Semaphore streams) {
        this.jobs = jobs;
        this.bodies = bodies;
        this.streams = streams;
    }

    List<Route> routes() {
        Route.Content status = Route.Content.json(200, JobStatus.class);
        return List.of(
                new Route(
                        HandlerType.POST,
                        JOBS,
                        TAG,
                        "Asks for images; the answer says where to look for them.",
                        Optional.of(Route.Content.json(0, JobRequest.class)),
                        Route.Content.json(ACCEPTED, JobStatus.class),
                        List.of(400, 401, 403, 413, 415, 429, 503),
                        this::submit),
                new Route(
                        HandlerType.GET,
                        ONE,
                        TAG,
                        "How a job stands.",
                        Optional.empty(),
                        status,
                        List.of(401, 403, 404),
                        context -> Answers.json(context, 200, job(context).status())),
                new Route(
                        HandlerType.DELETE,
                        ONE,
                        TAG,
                        "Cancels a job; what is being drawn of it ends within a step.",
                        Optional.empty(),
                        status,
                        List.of(401, 403, 404),
                        this::cancel),
                new Route(
                        HandlerType.GET,
                        ONE + "/events",
                        TAG,
                        "What happens to a job, from its beginning or from behind Last-Event-ID, until it ends.",
                        Optional.empty(),
                        new Route.Content(200, "text/event-stream", JobEvent.class),
                        List.of(400, 401, 403, 404, 429),
                        this::events),
                new Route(
                        HandlerType.GET,
                        ONE + "/images/{number}",
                        TAG,
                        "An image that is done, with its settings inside.",
                        Optional.empty(),
                        new Route.Content(200, "image/png", byte[].class),
                        List.of(401, 403, 404),
                        this::image));
    }

    private void submit(Context context) throws IOException {
        Job job = submitted(jobs, JobRequest.read(bodies.json(context)), Clients.of(context));
        context.header("Location", JOBS + "/" + job.id());
        Answers.json(context, ACCEPTED, job.status());
    }

    /**
     * Takes a request in.
     *
     * @throws Refusal if it was not taken; with the place in the queue, if that is full
     */
    static Job submitted(Jobs jobs, JobRequest request, String client) throws IOException {
        Jobs.Submission submission = jobs.submit(request, client);
        if (submission.refusal().isPresent()) {
            throw new Refusal(submission.refusal().get());
        }
        return submission.job().orElseThrow();
    }

    private void cancel(Context context) {
        Job job = job(context);
        jobs.cancel(job);
        Answers.json(context, 200, job.status());
    }

    private void image(Context context) {
        Job job = job(context);
        String number = context.pathParam("number");
        Optional<byte[]> png = number.matches("\\d{1,6}") ? job.picture(Integer.parseInt(number)) : Optional.empty();
        context.contentType("image/png")
                .result(png.orElseThrow(() -> new Refusal(
                        NOT_FOUND,
                        "images of a job are numbered from 0 and are there once they are done, but '" + number
                                + "' is not; see " + JOBS + "/" + job.id())));
    }

    private void events(Context context) {
        Job job = job(context);
        long after = after(context);
        EventStream.write(context, streams, stream -> follow(job, after, stream), () -> {});
    }

    private static long after(Context context) {
        String id = Optional.ofNullable(context.header("Last-Event-ID")).orElse("0");
        if (!id.matches("\\d{1,18}")) {
            throw new Refusal(
                    Problem.BAD_REQUEST, "Last-Event-ID is the number of an event, but is '" + id + "'; leave it out");
        }
        return Long.parseLong(id);
    }

    private static void follow(Job job, long after, EventStream stream) throws IOException, InterruptedException {
        long last = after;
        try (Job.Watch ignored = job.watch()) {
            while (true) {
                List<Job.Numbered> next = job.next(last, TICK);
                for (Job.Numbered told : next) {
                    last = told.number();
                    stream.event(last, told.event().event(), Json.text(told.event()));
                    if (told.event().last()) {
                        return;
                    }
                }
                if (!next.isEmpty()) {
                    stream.flush();
                } else if (job.state().ended()) {
                    return;
                } else {
                    stream.idle();
                }
            }
        }
    }

    private Job job(Context context) {
        String id = context.pathParam("id");
        return jobs.find(id)
                .orElseThrow(() -> new Refusal(
                        NOT_FOUND,
                        "there is no job of this name; jobs are kept for a while after they have ended, the latest "
                                + jobs.limits().kept() + " of them at most"));
    }
}
