package dev.oar.job;

import dev.oar.artifact.Arm;
import dev.oar.edit.EditParameters;
import dev.oar.edit.EditRequest;
import dev.oar.edit.VariationRequest;
import dev.oar.generate.Drawing;
import dev.oar.generate.GenerationParameters;
import dev.oar.generate.Subject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a job draws. */
sealed interface Work {
    /** How many images. */
    int count();

    /** By which transformer. */
    Arm arm();

    /** How many steps lie between two partial images; 0: there are none; empty: as is usual. */
    OptionalInt previewEvery();

    /**
     * Whole images, which share batches with those of other jobs.
     *
     * @param drawing how
     * @param batchSize images drawn together
     * @param condition the class; of captions those of the batch decide
     * @param subject what they show, in words
     * @param captions the caption, of a model that draws from captions
     * @param negative what they shall not show
     * @param captionAlone whether images of other captions must not share the batch
     * @param seed the seed
     * @param firstIndex index of the first image; empty: any that are free
     * @param parameters what pictures tell
     */
    record Images(
            int count,
            Arm arm,
            OptionalInt previewEvery,
            Drawing drawing,
            int batchSize,
            int condition,
            Subject subject,
            List<String> captions,
            Optional<String> negative,
            boolean captionAlone,
            long seed,
            OptionalLong firstIndex,
            GenerationParameters parameters)
            implements Work {
        /** What images of one batch have in common. */
        Shape shape(Drawing shared) {
            return new Shape(arm, shared, batchSize, negative, captionAlone ? captions : List.of(), captions.isEmpty());
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

    /** Results of an image that is given, which are drawn alone. */
    sealed interface OfImage extends Work {
        /** The caption, of a model that draws from captions. */
        List<String> captions();

        /** What they shall not show. */
        Optional<String> negative();

        /** What pictures tell. */
        EditParameters parameters();

        /** Index of the first result. */
        long firstIndex();

        /** Results drawn together. */
        int batchSize();

        /** The seed. */
        long seed();
    }

    /** What a mask marks, painted anew. */
    record Edit(
            Arm arm,
            OptionalInt previewEvery,
            EditRequest request,
            List<String> captions,
            Optional<String> negative,
            EditParameters parameters)
            implements OfImage {
        @Override
        public int count() {
            return request.count();
        }

        @Override
        public long firstIndex() {
            return request.firstIndex();
        }

        @Override
        public int batchSize() {
            return request.batchSize();
        }

        @Override
        public long seed() {
            return request.seed();
        }

        /** Some of the results. */
        EditRequest part(long first, int some) {
            return new EditRequest(
                    request.image(),
                    request.mask(),
                    request.condition(),
                    first,
                    some,
                    request.seed(),
                    request.batchSize(),
                    request.drawing(),
                    request.feather(),
                    request.windowSide());
        }
    }

    /** Other images like one. */
    record Vary(
            Arm arm,
            OptionalInt previewEvery,
            VariationRequest request,
            List<String> captions,
            Optional<String> negative,
            EditParameters parameters)
            implements OfImage {
        @Override
        public int count() {
            return request.count();
        }

        @Override
        public long firstIndex() {
            return request.firstIndex();
        }

        @Override
        public int batchSize() {
            return request.batchSize();
        }

        @Override
        public long seed() {
            return request.seed();
        }

        /** Some of the results. */
        VariationRequest part(long first, int some) {
            return new VariationRequest(
                    request.image(),
                    request.keep(),
                    request.keepBy(),
                    request.condition(),
                    first,
                    some,
                    request.seed(),
                    request.batchSize(),
                    request.drawing());
        }
    }
}
