package dev.oar.job;

import dev.oar.artifact.Arm;
import dev.oar.config.Require;
import dev.oar.edit.EditParameters;
import dev.oar.edit.EditRequest;
import dev.oar.edit.Outpainting;
import dev.oar.edit.PixelMask;
import dev.oar.edit.PixelRectangle;
import dev.oar.edit.VariationRequest;
import dev.oar.generate.Drawing;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.Subject;
import dev.oar.image.RgbaImage;
import dev.oar.message.JobRequest;
import dev.oar.message.MaskFields;
import dev.oar.message.PaintingFields;
import dev.oar.message.ResultFields;
import dev.oar.message.SubjectFields;
import dev.oar.model.TrainedOrders;
import dev.oar.text.CaptionText;
import dev.oar.tuning.WeightFormatSetting;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
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
    private record Basics(
            ServedModel model,
            Arm arm,
            int count,
            int batchSize,
            WeightFormatSetting format,
            OptionalInt previewEvery,
            long seed,
            OptionalLong firstIndex,
            Asked asked) {
        long first() {
            return firstIndex.orElse(0);
        }
    }

    /** What is to be shown. */
    private record Asked(int condition, Subject subject, List<String> captions, Optional<String> negative) {}

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
        model.requireDrawable(drawing);
        JobRequest.OfImage ofImage = (JobRequest.OfImage) request;
        GivenPicture given = GivenPicture.read("image", ofImage.image(), limits);
        Edits edits = new Edits(basics, drawing, given, request.kind());
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
        Drawing drawing = basics.model()
                .imageDrawing(basics.arm(), request.drawing().texts(), basics.format(), basics.batchSize());
        requireUsed(basics.asked(), drawing);
        basics.model().requireDrawable(drawing);
        Asked asked = basics.asked();
        return new Work.Images(
                basics.count(),
                basics.arm(),
                basics.previewEvery(),
                drawing,
                basics.batchSize(),
                asked.condition(),
                asked.subject(),
                asked.captions(),
                asked.negative(),
                !asked.captions().isEmpty() && !basics.model().mixesCaptions(),
                basics.seed(),
                basics.firstIndex(),
                basics.model().parameters(basics.arm(), drawing, basics.batchSize()));
    }

    private Basics basics(ServedModel model, ResultFields results, Asked asked) {
        int count = results.count().orElse(1);
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
                results.previewEvery().map(OptionalInt::of).orElse(OptionalInt.empty()),
                results.seed().orElseGet(() -> (long) random.nextInt(SEED_BOUND)),
                firstIndex,
                asked);
    }

    private static Asked asked(ServedModel model, JobRequest request) {
        SubjectFields fields = request.subject();
        boolean needed = request instanceof JobRequest.Generate || request instanceof JobRequest.Edit;
        return model.folder().drawsFromCaptions() ? ofCaption(model, fields, needed) : ofClass(model, fields, needed);
    }

    private static Asked ofClass(ServedModel model, SubjectFields fields, boolean needed) {
        List<String> classes = model.folder().manifest().classes();
        Require.that(
                fields.caption().isEmpty() && fields.negativeCaption().isEmpty(),
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
        return new Asked(condition, subject, List.of(), Optional.empty());
    }

    private static Asked ofCaption(ServedModel model, SubjectFields fields, boolean needed) {
        Require.that(
                fields.className().isEmpty(),
                "model %s draws from captions, but was asked for the class '%s'; say by caption what it is to draw",
                model.name(),
                fields.className().orElse(""));
        Optional<String> caption = fields.caption().map(CaptionText::clean);
        Optional<String> negative = fields.negativeCaption().map(CaptionText::clean);
        Require.that(
                caption.isPresent() || (!needed && negative.isEmpty()),
                "caption must say what %s is to draw, since it draws from captions; add it",
                model.name());
        if (caption.isEmpty()) {
            int nothing = model.folder().manifest().space().unconditional();
            return new Asked(nothing, EditParameters.NO_SUBJECT, List.of(), Optional.empty());
        }
        List<String> captions = List.of(caption.get());
        model.requireCaptions(captions, negative);
        return new Asked(0, Subject.captions(captions, negative).get(0), captions, negative);
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

    /** Makes the work of what changes one image. */
    private final class Edits {
        private final Basics basics;
        private final Drawing drawing;
        private final GivenPicture given;
        private final String kind;

        Edits(Basics basics, Drawing drawing, GivenPicture given, String kind) {
            this.basics = basics;
            this.drawing = drawing;
            this.given = given;
            this.kind = kind;
        }

        Work masked(RgbaImage image, PixelMask mask, PaintingFields painting) throws IOException {
            return edit(image, mask, painting, OptionalInt.empty(), Map.of());
        }

        Work beyond(JobRequest.Outpaint request) throws IOException {
            RgbaImage picture = given.picture();
            Outpainting.Margins margins =
                    new Outpainting.Margins(request.left(), request.right(), request.top(), request.bottom());
            long wide = (long) picture.width() + margins.left() + margins.right();
            long high = (long) picture.height() + margins.top() + margins.bottom();
            Require.that(
                    Math.max(wide, high) <= limits.pixels() && wide * high <= limits.pixels(),
                    "an image may have up to %s pixels here, but with what is added there would be %s x %s; add less",
                    limits.pixels(),
                    wide,
                    high);
            Outpainting canvas = Outpainting.of(picture, margins, basics.model().imageSize());
            return edit(
                    canvas.image(),
                    canvas.mask(),
                    request.painting(),
                    canvas.window(),
                    Map.of(
                            "margins",
                            margins.left() + "," + margins.right() + "," + margins.top() + "," + margins.bottom()));
        }

        private Work edit(
                RgbaImage image,
                PixelMask mask,
                PaintingFields painting,
                OptionalInt usualWindow,
                Map<String, String> own)
                throws IOException {
            EditRequest request = new EditRequest(
                    image,
                    mask,
                    basics.asked().condition(),
                    basics.first(),
                    basics.count(),
                    basics.seed(),
                    basics.batchSize(),
                    drawing,
                    painting.feather(),
                    painting.window().map(OptionalInt::of).orElse(usualWindow));
            Map<String, String> told = new LinkedHashMap<>(own);
            told.putAll(EditParameters.ofMask(request));
            return new Work.Edit(
                    basics.arm(),
                    basics.previewEvery(),
                    request,
                    basics.asked().captions(),
                    basics.asked().negative(),
                    parameters(told));
        }

        Work like(JobRequest.Vary request) throws IOException {
            VariationRequest variation = new VariationRequest(
                    given.picture(),
                    request.keep(),
                    request.keepBy(),
                    basics.asked().condition(),
                    basics.first(),
                    basics.count(),
                    basics.seed(),
                    basics.batchSize(),
                    drawing);
            return new Work.Vary(
                    basics.arm(),
                    basics.previewEvery(),
                    variation,
                    basics.asked().captions(),
                    basics.asked().negative(),
                    parameters(EditParameters.ofVariation(variation)));
        }

        private EditParameters parameters(Map<String, String> own) throws IOException {
            Map<String, String> all = new LinkedHashMap<>();
            all.put("sha256 image", given.fingerprint());
            all.putAll(own);
            return new EditParameters(
                    kind,
                    basics.asked().subject(),
                    basics.model().parameters(basics.arm(), drawing, basics.batchSize()),
                    all);
        }
    }
}
