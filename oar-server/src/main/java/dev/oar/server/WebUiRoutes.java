package dev.oar.server;

import dev.oar.config.JsonReader;
import dev.oar.config.RecordTexts;
import dev.oar.config.Require;
import dev.oar.edit.KeptCells;
import dev.oar.generate.ImageOrigin;
import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import dev.oar.image.PngFile;
import dev.oar.image.RgbaImage;
import dev.oar.job.DrawnPng;
import dev.oar.job.Job;
import dev.oar.job.Jobs;
import dev.oar.job.ServedModel;
import dev.oar.message.Base64Text;
import dev.oar.message.DrawingFields;
import dev.oar.message.JobImage;
import dev.oar.message.JobRequest;
import dev.oar.message.JobState;
import dev.oar.message.JobStatus;
import dev.oar.message.Json;
import dev.oar.message.MaskFields;
import dev.oar.message.PaintingFields;
import dev.oar.message.PngInfo;
import dev.oar.message.ResultFields;
import dev.oar.message.SubjectFields;
import dev.oar.message.WebUi;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The API of the Stable Diffusion web UI: one client draws at a time and asks how far that is. */
final class WebUiRoutes {
    private static final String PREFIX = "/sdapi/v1/";
    private static final String TAG = "web-ui";
    private static final String REQUEST = "the request";
    private static final WebUiDefaults TEXT_TO_IMAGE = WebUiDefaults.ofTextToImage();
    private static final WebUiDefaults IMAGE_TO_IMAGE = WebUiDefaults.ofImageToImage();

    private final Jobs jobs;
    private final Bodies bodies;

    /** The latest work that was asked for by this API. */
    private volatile Optional<Running> latest = Optional.empty();

    WebUiRoutes(Jobs jobs, Bodies bodies) {
        this.jobs = jobs;
        this.bodies = bodies;
    }

    private record Running(Job job, long began) {}

    List<Route> routes() {
        List<Integer> refusals = List.of(400, 401, 403, 413, 415, 429, 503);
        return List.of(
                route(
                        "txt2img",
                        "Draws images.",
                        json(WebUi.TextToImage.class, TEXT_TO_IMAGE.schemas()),
                        WebUi.Images.class,
                        refusals,
                        this::draw),
                route(
                        "img2img",
                        "Paints part of an image anew, or, without a mask, draws others like it.",
                        json(WebUi.ImageToImage.class, IMAGE_TO_IMAGE.schemas()),
                        WebUi.Images.class,
                        refusals,
                        this::paint),
                new Route(
                        HandlerType.GET,
                        PREFIX + "progress",
                        TAG,
                        "How far the latest work is.",
                        Optional.empty(),
                        Route.Content.json(200, WebUi.Progress.class),
                        List.of(401, 403),
                        context -> Answers.json(context, 200, progress())),
                new Route(
                        HandlerType.POST,
                        PREFIX + "interrupt",
                        TAG,
                        "Ends the latest work within a step; it answers with the images that are done.",
                        Optional.empty(),
                        Route.Content.json(200, Map.class),
                        List.of(401, 403),
                        this::interrupt),
                route(
                        "png-info",
                        "The settings of a drawn image.",
                        json(WebUi.PngInfoRequest.class, Map.of()),
                        WebUi.PngInfoAnswer.class,
                        refusals,
                        this::pngInfo));
    }

    private static Route.Content json(Class<?> type, Map<String, Object> besides) {
        return new Route.Content(0, "application/json", type, besides, List.of());
    }

    private static Route route(
            String name, String summary, Route.Content takes, Class<?> gives, List<Integer> refusals, Handler handler) {
        return new Route(
                HandlerType.POST,
                PREFIX + name,
                TAG,
                summary,
                Optional.of(takes),
                Route.Content.json(200, gives),
                refusals,
                handler);
    }

    private void draw(Context context) throws IOException {
        WebUi.Settings settings = JsonReader.read(
                        REQUEST, TEXT_TO_IMAGE.without(bodies.json(context)), WebUi.TextToImage.class)
                .settings();
        ServedModel model = jobs.model(Optional.empty());
        for (Optional<Integer> side : List.of(settings.width(), settings.height())) {
            Require.that(
                    side.orElse(model.imageSize()) == model.imageSize(),
                    "width and height are those of the model's images, %s, but one is %s; leave them out",
                    model.imageSize(),
                    side.orElse(0));
        }
        answer(
                context,
                settings,
                new JobRequest.Generate(results(settings), subject(settings, model), drawing(settings, model)));
    }

    private void paint(Context context) throws IOException {
        WebUi.ImageToImage asked =
                JsonReader.read(REQUEST, IMAGE_TO_IMAGE.without(bodies.json(context)), WebUi.ImageToImage.class);
        Require.that(
                asked.images().size() == 1,
                "init_images holds one image, but has %s; send one",
                asked.images().size());
        int inverted = asked.inverted().orElse(0);
        Require.that(
                inverted == 0 || inverted == 1,
                "inpainting_mask_invert must be 0 or 1, but is %s; choose one",
                inverted);
        WebUi.Settings settings = asked.settings();
        ServedModel model = jobs.model(Optional.empty());
        String image = asked.images().get(0);
        requireSize(settings, image);
        SubjectFields subject = subject(settings, model);
        DrawingFields drawing = drawing(settings, model);
        JobRequest request = asked.mask().isPresent()
                ? new JobRequest.Inpaint(
                        image,
                        new MaskFields(asked.mask(), Optional.empty(), inverted == 1),
                        new PaintingFields(asked.blur().orElse(0), Optional.empty()),
                        results(settings),
                        subject,
                        drawing)
                : new JobRequest.Vary(
                        image,
                        1 - asked.strength().orElse(0.75),
                        KeptCells.UNCERTAIN,
                        results(settings),
                        subject,
                        drawing);
        answer(context, settings, request);
    }

    private void requireSize(WebUi.Settings settings, String image) throws IOException {
        if (settings.width().isPresent() || settings.height().isPresent()) {
            RgbaImage given = ImageReader.readWithAlpha(
                    "init_images",
                    Base64Text.decode("init_images", image),
                    new ImageLimits(jobs.limits().pixels(), jobs.limits().bytes()));
            Require.that(
                    settings.width().orElse(given.width()) == given.width()
                            && settings.height().orElse(given.height()) == given.height(),
                    "results are as large as the image, %s x %s, but width and height are %s and %s; leave them out",
                    given.width(),
                    given.height(),
                    settings.width().orElse(given.width()),
                    settings.height().orElse(given.height()));
        }
    }

    private static ResultFields results(WebUi.Settings settings) {
        Require.that(
                settings.sendImages().orElse(true) && !settings.saveImages().orElse(false),
                "images are sent and no files are kept, but send_images is %s and save_images %s; leave them out",
                settings.sendImages().orElse(true),
                settings.saveImages().orElse(false));
        int batch = settings.batchSize().orElse(1);
        int count = batch * settings.batches().orElse(1);
        Require.that(
                batch >= 1
                        && count >= batch
                        && (long) batch * settings.batches().orElse(1) == count,
                "batch_size and n_iter must be at least 1, but are %s and %s; raise them",
                batch,
                settings.batches().orElse(1));
        return new ResultFields(
                Optional.empty(),
                Optional.empty(),
                Optional.of(count),
                settings.seed().filter(seed -> seed >= 0),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static SubjectFields subject(WebUi.Settings settings, ServedModel model) {
        Optional<String> prompt = settings.prompt().filter(text -> !text.isBlank());
        Optional<String> negative = settings.negativePrompt().filter(text -> !text.isBlank());
        return model.folder().drawsFromCaptions()
                ? new SubjectFields(Optional.empty(), prompt, Optional.empty(), negative)
                : new SubjectFields(prompt, Optional.empty(), Optional.empty(), negative);
    }

    private static DrawingFields drawing(WebUi.Settings settings, ServedModel model) {
        int cells = model.folder().manifest().space().cells();
        Map<String, String> texts = new LinkedHashMap<>();
        settings.guidance().ifPresent(scale -> texts.put("guidance-scale", scale.toString()));
        settings.steps().filter(steps -> steps < cells).ifPresent(steps -> texts.put("steps", steps.toString()));
        return RecordTexts.read(REQUEST, texts, DrawingFields.class);
    }

    private void answer(Context context, WebUi.Settings settings, JobRequest request) throws IOException {
        Job job = JobRoutes.submitted(jobs, request, Clients.of(context));
        try (Job.Watch ignored = job.watch()) {
            latest = Optional.of(new Running(job, System.nanoTime()));
            if (Waiting.untilEnded(jobs, job, context)) {
                if (job.state() != JobState.CANCELLED) {
                    Waiting.requireDone(job);
                }
                Answers.json(context, 200, images(job, settings));
            }
        }
    }

    private static WebUi.Images images(Job job, WebUi.Settings settings) throws IOException {
        List<String> images = new ArrayList<>();
        List<Long> seeds = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (JobImage image : job.status().images()) {
            byte[] png = job.picture(image.number()).orElseThrow();
            images.add(Base64.getEncoder().encodeToString(png));
            seeds.add(image.seed());
            texts.add(PngFile.text("the image", png).getOrDefault(PngFile.PARAMETERS, ""));
        }
        long seed = seeds.isEmpty() ? settings.seed().orElse(-1L) : seeds.get(0);
        return new WebUi.Images(
                images,
                Map.of("prompt", settings.prompt().orElse(""), "seed", seed),
                Json.text(new WebUi.Info(seed, seeds, texts)));
    }

    private WebUi.Progress progress() {
        Optional<Running> running = latest.filter(work -> !work.job().state().ended());
        if (running.isEmpty()) {
            return new WebUi.Progress(
                    0, 0, new WebUi.State(false, false, "", 0, 0, 0, 0), Optional.empty(), Optional.empty());
        }
        JobStatus status = running.get().job().status();
        double seconds = (System.nanoTime() - running.get().began()) * 1e-9;
        double left = status.progress() == 0 ? 0 : seconds / status.progress() - seconds;
        int done = status.images().size();
        return new WebUi.Progress(
                status.progress(),
                left,
                new WebUi.State(
                        false,
                        false,
                        status.id(),
                        status.count(),
                        done,
                        (int) Math.round(100 * (status.progress() * status.count() - done)),
                        100),
                running.get().job().latestPreview(),
                Optional.empty());
    }

    private void interrupt(Context context) {
        latest.ifPresent(work -> jobs.cancel(work.job()));
        Answers.json(context, 200, Map.of());
    }

    private void pngInfo(Context context) throws IOException {
        byte[] png = Base64Text.decode(
                "image",
                JsonReader.read(REQUEST, bodies.json(context), WebUi.PngInfoRequest.class)
                        .image());
        PngInfo info = DrawnPng.read("the image", png, jobs::grid);
        Answers.json(
                context,
                200,
                new WebUi.PngInfoAnswer(ImageOrigin.line(info.settings()), info.settings(), info.settings()));
    }
}
