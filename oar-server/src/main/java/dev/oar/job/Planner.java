package dev.oar.job;

import dev.oar.artifact.Arm;
import dev.oar.config.Require;
import dev.oar.edit.EditParameters;
import dev.oar.edit.PixelMask;
import dev.oar.edit.PixelRectangle;
import dev.oar.generate.Drawing;
import dev.oar.generate.Enlargement;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.Subject;
import dev.oar.image.RgbaImage;
import dev.oar.message.GridFields;
import dev.oar.message.JobRequest;
import dev.oar.message.MaskFields;
import dev.oar.message.ResultFields;
import dev.oar.message.SubjectFields;
import dev.oar.model.TrainedOrders;
import dev.oar.order.TokenGrid;
import dev.oar.text.CaptionText;
import dev.oar.tuning.WeightFormatSetting;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Makes of what a client asks what is drawn, and refuses what cannot be before it waits. */
final class Planner {
    /** Seeds that the server chooses are short enough to be copied by hand. */
    private static final int SEED_BOUND = 1_000_000_000;

    private final SecureRandom random = new SecureRandom();
    private final JobLimits limits;

    Planner(JobLimits limits) {
        this.limits = limits;
    }

    /** What all kinds of work are made of. */
    record Basics(
            ServedModel model,
            Arm arm,
            int count,
            int batchSize,
            WeightFormatSetting format,
            Work.Telling telling,
            long seed,
            OptionalLong firstIndex,
            Asked asked) {
        long first() {
            return firstIndex.orElse(0);
        }
    }

    /**
     * What is to be shown.
     *
     * @param subjects in words; images take them in turn
     * @param captions the captions of the subjects, of a model that draws from captions
     */
    record Asked(int condition, List<Subject> subjects, List<String> captions, Optional<String> negative) {}

    /**
     * The work of a request.
     *
     * @throws IllegalArgumentException in one sentence, if it cannot be done
     * @throws dev.oar.config.ConfigException likewise, if the drawing is none
     * @throws IOException in one sentence, if a picture cannot be read
     * @throws java.io.UncheckedIOException in one sentence, if the model's folder has changed
     */
    Work plan(ServedModel model, JobRequest request) throws IOException {
        Basics basics = basics(model, request.results(), asked(model, request));
        if (request instanceof JobRequest.Generate generate) {
            return images(basics, generate);
        }
        requireAnyOrder(model);
        Drawing drawing = model.holeDrawing(request.drawing().texts(), basics.format(), basics.batchSize());
        requireUsed(basics.asked(), drawing);
        model.requireDrawable(basics.arm(), drawing);
        JobRequest.OfImage ofImage = (JobRequest.OfImage) request;
        GivenPicture given = GivenPicture.read("image", ofImage.image(), limits);
        EditPlan edits = new EditPlan(basics, drawing, given, request.kind(), limits);
        if (request instanceof JobRequest.Inpaint inpaint) {
            return edits.masked(given.picture(), mask(inpaint.mask(), given.picture()), inpaint.painting());
        }
        if (request instanceof JobRequest.Edit edit) {
            return edits.masked(given.picture(), mask(edit.mask(), given.picture()), edit.painting());
        }
        if (request instanceof JobRequest.Outpaint outpaint) {
            return edits.beyond(outpaint);
        }
        return edits.like((JobRequest.Vary) request);
    }

    private Work images(Basics basics, JobRequest.Generate request) throws IOException {
        ServedModel model = basics.model();
        Map<String, String> texts = request.drawing().texts();
        Optional<Enlargement> larger = larger(model, request.grid());
        Drawing drawing = larger.isPresent()
                ? model.enlargedDrawing(larger.get(), texts, basics.format(), basics.batchSize())
                : model.imageDrawing(basics.arm(), texts, basics.format(), basics.batchSize());
        requireUsed(basics.asked(), drawing);
        model.requireDrawable(basics.arm(), drawing);
        Asked asked = basics.asked();
        return new Work.Images(
                basics.count(),
                basics.arm(),
                basics.telling(),
                drawing,
                basics.batchSize(),
                asked.condition(),
                asked.subjects(),
                asked.captions(),
                asked.negative(),
                !asked.captions().isEmpty() && !model.mixesCaptions(),
                basics.seed(),
                basics.firstIndex(),
                model.parameters(basics.arm(), drawing, basics.batchSize()));
    }

    private Optional<Enlargement> larger(ServedModel model, GridFields fields) {
        Require.that(
                fields.grid().isPresent() || fields.spatialGuidanceScale().isEmpty(),
                "spatial-guidance-scale belongs to grid, but was given without it; add grid or leave it out");
        return fields.grid().map(grid -> {
            TokenGrid own = model.folder().manifest().space().grid();
            int factor = Enlargement.factor("grid", own, grid);
            long side = (long) factor * model.imageSize();
            Require.that(
                    limits.allowsGrid(factor, model.imageSize()),
                    "a grid may be up to %s times as high and wide as the model's here, and an image have up to %s pixels, but %s is"
                            + " %s times as high and its images have %s; choose a smaller one",
                    JobLimits.LARGEST_FACTOR,
                    limits.pixels(),
                    grid,
                    factor,
                    side * side);
            return new Enlargement(
                    factor,
                    fields.spatialGuidanceScale().orElse(1.0),
                    Enlargement.by(factor).maskedShare(),
                    2);
        });
    }

    private Basics basics(ServedModel model, ResultFields results, Asked asked) {
        int count = results.count().orElse(Math.max(1, asked.captions().size()));
        Require.that(
                count >= 1 && count <= limits.count(),
                "count must lie in 1 .. %s, but is %s; ask several times for more",
                limits.count(),
                count);
        int batchSize = results.batchSize().orElse(model.batchSize());
        int largest = Math.max(limits.batchSize(), model.batchSize());
        Require.that(
                batchSize >= 1 && batchSize <= largest,
                "batch-size must lie in 1 .. %s, but is %s; choose one there",
                largest,
                batchSize);
        int previewEvery = results.previewEvery().orElse(1);
        Require.that(
                previewEvery >= 0, "preview-every must be at least 0 (0 = no partial images), but is %s", previewEvery);
        OptionalLong firstIndex =
                results.firstIndex().isPresent() || results.seed().isPresent()
                        ? OptionalLong.of(results.firstIndex().orElse(0L))
                        : OptionalLong.empty();
        GenerationRequest.requireRange("drawing", firstIndex.orElse(0), count, batchSize);
        return new Basics(
                model,
                model.arm(results.arm()),
                count,
                batchSize,
                results.weightFormat().orElse(WeightFormatSetting.AUTO),
                new Work.Telling(
                        results.previewEvery().map(OptionalInt::of).orElse(OptionalInt.empty()),
                        results.candidateConfidences().orElse(false)),
                results.seed().orElseGet(() -> (long) random.nextInt(SEED_BOUND)),
                firstIndex,
                asked);
    }

    private static Asked asked(ServedModel model, JobRequest request) {
        SubjectFields fields = request.subject();
        boolean needed = request instanceof JobRequest.Generate || request instanceof JobRequest.Edit;
        Require.that(
                fields.captions().isEmpty() || request instanceof JobRequest.Generate,
                "captions are for several images of the kind generate, but the kind is %s; give one caption",
                request.kind());
        return model.folder().drawsFromCaptions() ? ofCaption(model, fields, needed) : ofClass(model, fields, needed);
    }

    private static Asked ofClass(ServedModel model, SubjectFields fields, boolean needed) {
        List<String> classes = model.folder().manifest().classes();
        Require.that(
                fields.caption().isEmpty()
                        && fields.captions().isEmpty()
                        && fields.negativeCaption().isEmpty(),
                "model %s draws from classes, but was asked for captions; name one of its %s classes by class",
                model.name(),
                classes.size());
        Require.that(
                fields.className().isPresent() || classes.size() == 1 || !needed,
                "class must name one of the classes of %s, but is left out; /v1/models lists them",
                model.name());
        int nothing = model.folder().manifest().space().unconditional();
        int condition = fields.className().map(model.folder()::classIndex).orElse(classes.size() == 1 ? 0 : nothing);
        Subject subject =
                condition == nothing ? EditParameters.NO_SUBJECT : new Subject.OfClass(classes.get(condition));
        return new Asked(condition, List.of(subject), List.of(), Optional.empty());
    }

    private static Asked ofCaption(ServedModel model, SubjectFields fields, boolean needed) {
        Require.that(
                fields.className().isEmpty(),
                "model %s draws from captions, but was asked for the class '%s'; say by caption what it is to draw",
                model.name(),
                fields.className().orElse(""));
        Require.that(
                fields.caption().isEmpty() || fields.captions().isEmpty(),
                "images show one caption, or several captions in turn, but caption and captions are given; leave one out");
        List<String> captions = fields
                .captions()
                .orElse(fields.caption().stream().toList())
                .stream()
                .map(CaptionText::clean)
                .toList();
        Optional<String> negative = fields.negativeCaption().map(CaptionText::clean);
        Require.that(
                fields.captions().isEmpty() || !captions.isEmpty(),
                "captions must hold at least one, but is empty; add one");
        Require.that(
                !captions.isEmpty() || (!needed && negative.isEmpty()),
                "caption must say what %s is to draw, since it draws from captions; add it",
                model.name());
        if (captions.isEmpty()) {
            int nothing = model.folder().manifest().space().unconditional();
            return new Asked(nothing, List.of(EditParameters.NO_SUBJECT), List.of(), Optional.empty());
        }
        model.requireCaptions(captions.stream().distinct().toList(), negative);
        return new Asked(0, Subject.captions(captions, negative), captions, negative);
    }

    private static void requireUsed(Asked asked, Drawing drawing) {
        Require.that(
                asked.negative().isEmpty() || drawing.guided(),
                "negative-caption is what guidance leads away from, but guidance is off at a scale of %s; give a"
                        + " guidance-scale above 1, for example 3, or leave the negative caption out",
                drawing.guidance().guidanceScale());
    }

    private static void requireAnyOrder(ServedModel model) {
        Require.that(
                model.folder().manifest().transformer().trainedOrders() == TrainedOrders.ANY,
                "only an any-order model can fill a hole from what is around it, but %s was trained for raster order; choose"
                        + " another model",
                model.name());
    }

    private PixelMask mask(MaskFields fields, RgbaImage image) throws IOException {
        PixelMask marked = PixelMask.ofRectangles(
                image.width(),
                image.height(),
                fields.rect().orElse(List.of()).stream()
                        .map(PixelRectangle::parse)
                        .toList());
        if (fields.mask().isPresent()) {
            marked = GivenPicture.read("mask", fields.mask().get(), limits)
                    .mask()
                    .or(marked);
        }
        return fields.invertMask() ? marked.inverted() : marked;
    }
}
