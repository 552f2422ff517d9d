package dev.oar.server;

import dev.oar.message.Ballot;
import dev.oar.message.RaterStatus;
import dev.oar.message.StudyDescription;
import dev.oar.preference.PreferenceStudy;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** A blind study: what a rater is shown, votes, and taking one back. Nothing tells which arm an image is of. */
final class StudyRoutes {
    private static final String STUDY = "/v1/study";
    private static final String RATER = STUDY + "/raters/{code}";
    private static final String VOTES = RATER + "/votes";
    private static final String TAG = "study";

    private final PreferenceStudy study;
    private final Bodies bodies;

    StudyRoutes(PreferenceStudy study, Bodies bodies) {
        this.study = study;
        this.bodies = bodies;
    }

    List<Route> routes() {
        Route.Content status = Route.Content.json(200, RaterStatus.class);
        return List.of(
                new Route(
                        HandlerType.GET,
                        STUDY,
                        TAG,
                        "What raters are asked.",
                        Optional.empty(),
                        Route.Content.json(200, StudyDescription.class),
                        List.of(401, 403),
                        context -> Answers.json(
                                context,
                                200,
                                new StudyDescription(study.protocol().question()))),
                new Route(
                        HandlerType.GET,
                        RATER,
                        TAG,
                        "How far a rater has come, and what is shown next.",
                        Optional.empty(),
                        status,
                        List.of(400, 401, 403),
                        context -> Answers.json(context, 200, status(context.pathParam("code")))),
                new Route(
                        HandlerType.POST,
                        VOTES,
                        TAG,
                        "Takes a vote on what is shown; it is on disk when the answer comes. A repeated one counts once.",
                        Optional.of(Route.Content.json(0, Ballot.class)),
                        status,
                        List.of(400, 401, 403, 413, 415, 503),
                        this::vote),
                new Route(
                        HandlerType.DELETE,
                        VOTES + "/last",
                        TAG,
                        "Takes back a rater's last vote, which is shown again.",
                        Optional.empty(),
                        status,
                        List.of(400, 401, 403, 503),
                        this::undo),
                new Route(
                        HandlerType.GET,
                        STUDY + "/images/{name}",
                        TAG,
                        "An image that is shown.",
                        Optional.empty(),
                        new Route.Content(200, "image/png", byte[].class),
                        List.of(400, 401, 403, 503),
                        this::image));
    }

    private RaterStatus status(String code) {
        PreferenceStudy.Progress progress = study.progress(code);
        return new RaterStatus(progress.done(), progress.count(), study.nextFor(code));
    }

    private void vote(Context context) throws IOException {
        Ballot ballot = Ballot.read(bodies.json(context));
        String code = context.pathParam("code");
        kept(() -> study.vote(code, ballot.place(), ballot.choice()));
        Answers.json(context, 200, status(code));
    }

    private void undo(Context context) {
        String code = context.pathParam("code");
        kept(() -> study.undo(code));
        Answers.json(context, 200, status(code));
    }

    private void image(Context context) {
        try {
            context.contentType("image/png").result(study.imageBytes(context.pathParam("name")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes to the votes file. */
    private interface Writing {
        PreferenceStudy.Progress write() throws IOException;
    }

    /** What cannot be written is not the client's fault. */
    private static void kept(Writing writing) {
        try {
            var unused = writing.write();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
