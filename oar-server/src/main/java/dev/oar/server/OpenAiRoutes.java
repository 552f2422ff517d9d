package dev.oar.server;

import dev.oar.config.JsonReader;
import dev.oar.config.Require;
import dev.oar.job.Job;
import dev.oar.job.Jobs;
import dev.oar.job.ServedModel;
import dev.oar.message.ImageGeneration;
import dev.oar.message.JobEvent;
import dev.oar.message.JobRequest;
import dev.oar.message.Json;
import dev.oar.message.OpenAiAnswer;
import dev.oar.message.ResultFields;
import dev.oar.message.SubjectFields;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;

/** OpenAI's images API: images are drawn, or painted on, while the client waits. */
final class OpenAiRoutes {
    static final String PREFIX = "/v1/images/";
    private static final String TAG = "openai";
    private static final String AUTO = "auto";
    private static final int MOST_PARTIAL = 3;
    private static final Duration TICK = Duration.ofMillis(50);

    private final Jobs jobs;
    private final Bodies bodies;
    private final Semaphore streams;

    OpenAiRoutes(Jobs jobs, Bodies bodies, Semaphore streams) {
        this.jobs = jobs;
        this.bodies = bodies;
        this.streams = streams;
    }

    List<Route> routes() {
        List<Integer> refusals = List.of(400, 401, 403, 409, 413, 415, 429, 503);
        return List.of(
                new Route(
                        HandlerType.POST,
                        PREFIX + "generations",
                        TAG,
                        "Draws images; with stream, answers with events.",
                        Optional.of(Route.Content.json(0, ImageGeneration.class)),
                        Route.Content.json(200, OpenAiAnswer.class),
                        refusals,
                        this::generate),
                new Route(
                        HandlerType.POST,
                        PREFIX + "edits",
                        TAG,
                        "Paints anew what is transparent in the mask, or in the image where there is no mask.",
                        Optional.of(OpenAiForm.content()),
                        Route.Content.json(200, OpenAiAnswer.class),
                        refusals,
                        this::edit));
    }

    private void generate(Context context) throws IOException {
        ImageGeneration asked = JsonReader.read("the request", bodies.json(context), ImageGeneration.class);
        ServedModel model = jobs.model(asked.model());
        String size = model.imageSize() + "x" + model.imageSize();
        requireUnderstood(asked, Set.of(AUTO, size));
        JobRequest request = new JobRequest.Generate(
                results(asked, model), subject(asked, model), asked.own().drawing());
        answer(context, request, asked, model, size, "image_generation");
    }

    private void edit(Context context) throws IOException {
        OpenAiForm form = OpenAiForm.read(context, bodies);
        ImageGeneration asked = form.fields().generation();
        ServedModel model = jobs.model(asked.model());
        String size = form.size(jobs.limits());
        requireUnderstood(asked, Set.of(AUTO, size));
        JobRequest request = form.request(results(asked, model), subject(asked, model), jobs.limits());
        answer(context, request, asked, model, size, "image_edit");
    }

    private static SubjectFields subject(ImageGeneration asked, ServedModel model) {
        Optional<String> prompt = Optional.of(asked.prompt());
        return model.folder().drawsFromCaptions()
                ? new SubjectFields(Optional.empty(), prompt, Optional.empty(), Optional.empty())
                : new SubjectFields(prompt, Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static ResultFields results(ImageGeneration asked, ServedModel model) {
        int partial = asked.partialImages().orElse(0);
        int cells = model.folder().manifest().space().cells();
        int steps = Math.min(cells, asked.own().drawing().steps().orElse(cells));
        return asked.own()
                .results(
                        Optional.of(model.name()),
                        asked.n().orElse(1),
                        Optional.of(partial == 0 ? 0 : Math.max(1, steps / (partial + 1))));
    }

    private static void requireUnderstood(ImageGeneration asked, Set<String> sizes) {
        requireOneOf("size", asked.size(), sizes);
        requireOneOf("response_format", asked.responseFormat(), Set.of("b64_json"));
        requireOneOf("output_format", asked.outputFormat(), Set.of("png"));
        requireOneOf("quality", asked.quality(), Set.of(AUTO));
        requireOneOf("background", asked.background(), Set.of(AUTO, "opaque"));
        requireOneOf("moderation", asked.moderation(), Set.of(AUTO));
        Require.that(
                asked.outputCompression().orElse(100) == 100,
                "output_compression must be 100, since a PNG loses nothing, but is %s; leave it out",
                asked.outputCompression().orElse(100));
        int partial = asked.partialImages().orElse(0);
        Require.that(
                partial >= 0 && partial <= MOST_PARTIAL,
                "partial_images must lie in 0 .. %s, but is %s; choose one there",
                MOST_PARTIAL,
                partial);
        boolean stream = asked.stream().orElse(false);
        Require.that(
                !stream || asked.n().orElse(1) == 1,
                "a stream shows one image, but n is %s; leave stream out, or ask once for each",
                asked.n().orElse(1));
        Require.that(stream || partial == 0, "partial_images belongs to a stream, but there is none; add stream");
    }

    static void requireOneOf(String key, Optional<String> given, Set<String> known) {
        Require.that(
                given.isEmpty() || known.contains(given.get()),
                "%s must be %s here, but is '%s'; change it, or leave it out",
                key,
                String.join(" or ", known.stream().sorted().toList()),
                given.orElse(""));
    }

    private void answer(
            Context context, JobRequest request, ImageGeneration asked, ServedModel model, String size, String event)
            throws IOException {
        Job job = JobRoutes.submitted(jobs, request, Clients.of(context, asked.user()));
        int cells = model.folder().manifest().space().cells();
        if (asked.stream().orElse(false)) {
            EventStream.write(
                    context,
                    streams,
                    stream -> follow(
                            job,
                            stream,
                            new Told(event, size, cells, asked.partialImages().orElse(0))),
                    () -> jobs.cancel(job));
            return;
        }
        if (Waiting.untilDone(jobs, job, context)) {
            List<OpenAiAnswer.Image> images = new ArrayList<>();
            for (int image = 0; image < job.status().count(); image++) {
                images.add(new OpenAiAnswer.Image(base64(job, image)));
            }
            Answers.json(
                    context,
                    200,
                    new OpenAiAnswer(now(), images, "png", "opaque", OpenAiAnswer.Usage.of(cells * images.size())));
        }
    }

    /**
     * What events say.
     *
     * @param name how their names begin
     * @param partial how many partial images are shown
     */
    private record Told(String name, String size, int cells, int partial) {}

    private static void follow(Job job, EventStream stream, Told told) throws IOException, InterruptedException {
        long last = 0;
        int shown = 0;
        try (Job.Watch ignored = job.watch()) {
            while (true) {
                List<Job.Numbered> next = job.next(last, TICK);
                // Steps are not told here, so that writing alone would not show that the client has gone.
                stream.idle();
                for (Job.Numbered each : next) {
                    last = each.number();
                    if (each.event() instanceof JobEvent.Preview preview && shown < told.partial()) {
                        show(preview, shown, stream, told);
                        shown++;
                    }
                    if (each.event().last()) {
                        end(job, each.event(), stream, told);
                        return;
                    }
                }
            }
        }
    }

    private static void show(JobEvent.Preview preview, int number, EventStream stream, Told told) throws IOException {
        OpenAiAnswer.Partial partial = new OpenAiAnswer.Partial(
                told.name() + ".partial_image", preview.png(), now(), told.size(), AUTO, "opaque", "png", number);
        stream.event(0, partial.type(), Json.text(partial));
        stream.flush();
    }

    private static void end(Job job, JobEvent event, EventStream stream, Told told) throws IOException {
        if (event instanceof JobEvent.Done) {
            OpenAiAnswer.Completed completed = new OpenAiAnswer.Completed(
                    told.name() + ".completed",
                    base64(job, 0),
                    now(),
                    told.size(),
                    AUTO,
                    "opaque",
                    "png",
                    OpenAiAnswer.Usage.of(told.cells()));
            stream.event(0, completed.type(), Json.text(completed));
        } else {
            try {
                Waiting.requireDone(job);
            } catch (Refusal refusal) {
                stream.event(0, "error", Json.text(OpenAiError.of(refusal.problem())));
            }
        }
    }

    private static String base64(Job job, int image) {
        return Base64.getEncoder().encodeToString(job.picture(image).orElseThrow());
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }
}
