package dev.oar.message;

import dev.oar.config.Default;
import dev.oar.config.Flat;
import dev.oar.config.JsonReader;
import dev.oar.config.Kind;
import dev.oar.config.KnownKinds;
import dev.oar.edit.KeptCells;

/** What a job is to do, chosen by {@code kind}; fields are named like the command line's options. Pictures are in base64. */
public sealed interface JobRequest permits JobRequest.Generate, JobRequest.OfImage {
    /** Which results are wanted. */
    ResultFields results();

    /** What they show. */
    SubjectFields subject();

    /** How they are drawn. */
    DrawingFields drawing();

    /** The word of its kind. */
    default String kind() {
        return KnownKinds.name(getClass());
    }

    /**
     * Reads a request.
     *
     * @throws dev.oar.config.ConfigException in one sentence, if it is none; unknown fields are refused with the nearest known one
     */
    static JobRequest read(byte[] json) {
        return JsonReader.read("the request", json, JobRequest.class);
    }

    /** Draws whole images. */
    @Kind("generate")
    record Generate(
            @Flat GridFields grid,
            @Flat ResultFields results,
            @Flat SubjectFields subject,
            @Flat DrawingFields drawing) implements JobRequest {
        /** On the model's own grid. */
        public Generate(ResultFields results, SubjectFields subject, DrawingFields drawing) {
            this(GridFields.OWN, results, subject, drawing);
        }
    }

    /** What changes an image that is given. */
    sealed interface OfImage extends JobRequest
            permits JobRequest.Inpaint, JobRequest.Outpaint, JobRequest.Edit, JobRequest.Vary {
        /** The image in base64. */
        String image();
    }

    /** Paints part of an image anew. */
    @Kind("inpaint")
    record Inpaint(
            String image,
            @Flat MaskFields mask,
            @Flat PaintingFields painting,
            @Flat ResultFields results,
            @Flat SubjectFields subject,
            @Flat DrawingFields drawing)
            implements OfImage {}

    /** Paints part of an image anew as something else, which must be named. */
    @Kind("edit")
    record Edit(
            String image,
            @Flat MaskFields mask,
            @Flat PaintingFields painting,
            @Flat ResultFields results,
            @Flat SubjectFields subject,
            @Flat DrawingFields drawing)
            implements OfImage {}

    /**
     * Paints what lies beyond the borders of an image.
     *
     * @param left pixels to add on the left
     * @param right pixels to add on the right
     * @param top pixels to add above
     * @param bottom pixels to add below
     */
    @Kind("outpaint")
    record Outpaint(
            String image,
            @Default("0") int left,
            @Default("0") int right,
            @Default("0") int top,
            @Default("0") int bottom,
            @Flat PaintingFields painting,
            @Flat ResultFields results,
            @Flat SubjectFields subject,
            @Flat DrawingFields drawing)
            implements OfImage {}

    /**
     * Draws other images like one.
     *
     * @param keep fraction of the cells that are kept
     * @param keepBy which
     */
    @Kind("vary")
    record Vary(
            String image,
            @Default("0.4") double keep,
            @Default("uncertain") KeptCells keepBy,
            @Flat ResultFields results,
            @Flat SubjectFields subject,
            @Flat DrawingFields drawing)
            implements OfImage {}
}
