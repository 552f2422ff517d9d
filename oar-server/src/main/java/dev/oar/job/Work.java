package dev.oar.job;

import dev.oar.artifact.Arm;
import dev.oar.edit.EditListener;
import dev.oar.edit.EditParameters;
import dev.oar.edit.EditedImage;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.GeneratedImage;
import dev.oar.generate.GenerationParameters;
import dev.oar.generate.ImageOrigin;
import dev.oar.generate.Subject;
import dev.oar.image.PngFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** What a job draws. */
sealed interface Work {
    /** How many images. */
    int count();

    /** By which transformer. */
    Arm arm();

    /** What its events tell beside cells. */
    Telling telling();

    /** Bytes of the pictures that it holds while it waits. */
    long heldBytes();

    /**
     * What events tell beside cells and results.
     *
     * @param previewEvery how many steps lie between two partial images; 0: there are none; empty: as there is time for
     * @param candidates whether they tell the confidence of all cells that were asked about
     */
    record Telling(OptionalInt previewEvery, boolean candidates) {}

    /**
     * Whole images, which share batches with those of other jobs unless they are drawn on a larger grid.
     *
     * @param drawing how
     * @param batchSize images drawn together
     * @param condition the class; of captions those of the batch decide
     * @param subjects what they show, in words; images take them in turn
     * @param captions the captions of the subjects, of a model that draws from captions
     * @param negative what they shall not show
     * @param captionsAlone whether images of other captions must not share the batch
     * @param seed the seed
     * @param firstIndex index of the first image; empty: any that are free
     * @param parameters what pictures tell
     */
    record Images(
            int count,
            Arm arm,
            Telling telling,
            Drawing drawing,
            int batchSize,
            int condition,
            List<Subject> subjects,
            List<String> captions,
            Optional<String> negative,
            boolean captionsAlone,
            long seed,
            OptionalLong firstIndex,
            GenerationParameters parameters)
            implements Work {
        /** What images of one batch have in common. */
        Shape shape(Drawing shared) {
            return new Shape(
                    arm, shared, batchSize, negative, captionsAlone ? captions : List.of(), captions.isEmpty());
        }

        /** What an image shows, in words. */
        Subject subject(int image) {
            return subjects.get(image % subjects.size());
        }

        /** The caption of an image. */
        String caption(int image) {
            return captions.get(image % captions.size());
        }

        /** Hands one of the images to the job. */
        void deliver(Job job, int image, GeneratedImage drawn) {
            Map<String, String> text = parameters.text(subject(image), seed, drawn.index(), drawn.order());
            job.drawn(image, PngFile.encode(drawn.image(), ImageOrigin.chunks(text)), seed, drawn.index());
        }

        @Override
        public long heldBytes() {
            return 0;
        }
    }

    /** What images of one batch have in common. */
    record Shape(
            Arm arm,
            Drawing shared,
            int batchSize,
            Optional<String> negative,
            List<String> onlyCaptions,
            boolean withoutCaptions) {}

    /** Paints some results of an image that is given. */
    @FunctionalInterface
    interface Painting {
        /** Paints those of {@code count} indices from {@code first} on. */
        void paint(DrawingModel model, long first, int count, EditListener listener, Consumer<EditedImage> sink)
                throws IOException;
    }

    /**
     * Results of an image that is given, which are drawn alone.
     *
     * @param firstIndex index of the first result
     * @param batchSize results drawn together
     * @param seed the seed
     * @param captions the caption, of a model that draws from captions
     * @param negative what they shall not show
     * @param parameters what pictures tell
     * @param painting paints some of them
     */
    record OfImage(
            int count,
            Arm arm,
            Telling telling,
            long firstIndex,
            int batchSize,
            long seed,
            List<String> captions,
            Optional<String> negative,
            EditParameters parameters,
            long heldBytes,
            Painting painting)
            implements Work {}
}
