package dev.oar.job;

import dev.oar.config.Require;
import dev.oar.edit.EditParameters;
import dev.oar.edit.EditRequest;
import dev.oar.edit.ImageEditor;
import dev.oar.edit.ImageVariations;
import dev.oar.edit.Outpainting;
import dev.oar.edit.PixelMask;
import dev.oar.edit.VariationRequest;
import dev.oar.generate.Drawing;
import dev.oar.image.RgbaImage;
import dev.oar.message.JobRequest;
import dev.oar.message.PaintingFields;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/** Makes the work of what changes one image. */
final class EditPlan {
    private final Planner.Basics basics;
    private final Drawing drawing;
    private final GivenPicture given;
    private final String kind;
    private final JobLimits limits;

    EditPlan(Planner.Basics basics, Drawing drawing, GivenPicture given, String kind, JobLimits limits) {
        this.basics = basics;
        this.drawing = drawing;
        this.given = given;
        this.kind = kind;
        this.limits = limits;
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
            RgbaImage image, PixelMask mask, PaintingFields painting, OptionalInt usualWindow, Map<String, String> own)
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
        return work(
                told,
                image,
                (model, first, count, listener, sink) ->
                        new ImageEditor(model).edit(request.withResults(first, count), listener, sink));
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
        return work(
                EditParameters.ofVariation(variation),
                given.picture(),
                (model, first, count, listener, sink) ->
                        new ImageVariations(model).draw(variation.withResults(first, count), listener, sink));
    }

    private Work work(Map<String, String> own, RgbaImage image, Work.Painting painting) throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("sha256 image", given.fingerprint());
        all.putAll(own);
        return new Work.OfImage(
                basics.count(),
                basics.arm(),
                basics.telling(),
                basics.first(),
                basics.batchSize(),
                basics.seed(),
                basics.asked().captions(),
                basics.asked().negative(),
                new EditParameters(
                        kind,
                        basics.asked().subjects().get(0),
                        basics.model().parameters(basics.arm(), drawing, basics.batchSize()),
                        all),
                // Four bytes a pixel, and a bit of a mask.
                image.rgba().length + image.rgba().length / 32,
                painting);
    }
}
