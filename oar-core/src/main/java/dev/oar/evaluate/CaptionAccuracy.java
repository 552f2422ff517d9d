package dev.oar.evaluate;

import dev.oar.config.Require;
import dev.oar.data.Families;
import dev.oar.data.HeldOutPair;
import dev.oar.data.ImageAttributes;
import dev.oar.data.ImageSource;
import dev.oar.feature.AttributeClassifier;
import dev.oar.image.Attribute;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tokenizer.PixelTensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Whether images show what was asked for: the share of the attributes asked for that an {@link AttributeClassifier} finds in them, of each
 * attribute and, as the mean over attributes, overall.
 *
 * <p>Images that were asked for a held-out pair of values ({@link HeldOutPair}) are measured apart from the others: what they show besides
 * is whether both values of the pair were found in one image.
 *
 * <p>The classifier errs, too. What it finds in real images is what a perfect model would come out at; what it finds in images that are
 * asked for the attributes of others is what a model would that pays no heed to its captions.
 */
public final class CaptionAccuracy {
    /** The share of attributes found, the mean over attributes, of images that were asked for no held-out pair. */
    public static final Metric OVERALL = new Metric("caption accuracy", false, Metric.Kind.CAPTION);

    /** The share of attributes found of images that were asked for a held-out pair. */
    public static final Metric OF_PAIRS = new Metric("caption accuracy, held-out pairs", false, Metric.Kind.CAPTION);

    /** The share of the held-out pairs asked for of which both values were found. */
    public static final Metric PAIRS = new Metric("held-out pairs found", false, Metric.Kind.CAPTION);

    /** What {@link EvaluationFigure#arm} says of real test images. */
    public static final String TEST_IMAGES = "test images";

    /** What {@link EvaluationFigure#drawing} says of real images that are asked for their own attributes. */
    public static final String REAL = "real images";

    /** What {@link EvaluationFigure#drawing} says of real images as the tokenizer gives them back: the best that a model can draw. */
    public static final String RECONSTRUCTED = "reconstructed images";

    private static final String SHUFFLED = ", shuffled captions";

    private final AttributeClassifier classifier;
    private final ImageAttributes asked;

    /**
     * What images are asked for.
     *
     * @param classifier tells what they show; it stays the caller's
     * @param asked the attributes of the images whose captions are drawn from, such as the test images
     * @throws IllegalArgumentException if the classifier tells other attributes
     */
    public CaptionAccuracy(AttributeClassifier classifier, ImageAttributes asked) {
        Require.that(
                classifier.attributes().equals(asked.attributes()),
                "captions are judged by a classifier of their attributes, but it tells %s, and they have %s; take the"
                        + " classifier of the same data set",
                names(classifier.attributes()),
                names(asked.attributes()));
        this.classifier = classifier;
        this.asked = asked;
    }

    private static List<String> names(List<Attribute> attributes) {
        return attributes.stream().map(Attribute::name).toList();
    }

    /** The figure of one attribute, of images that were asked for no held-out pair. */
    public static Metric metric(Attribute attribute) {
        return new Metric("accuracy of " + attribute.name(), false, Metric.Kind.ATTRIBUTE);
    }

    /** The figure of one held-out pair, of images that were asked for it. */
    public Metric metric(HeldOutPair pair) {
        return new Metric("both found of " + pair.label(asked.attributes()), false, Metric.Kind.ATTRIBUTE);
    }

    /** What {@link EvaluationFigure#drawing} says of images drawn so that are asked for the attributes of others. */
    public static String shuffled(String drawing) {
        return drawing + SHUFFLED;
    }

    /**
     * What the classifier finds in images.
     *
     * @param batchSize images per forward pass, at least 1; the last batch is filled up, so that what is found in an image does not depend
     *     on how many there are
     * @param progress is told how many images are done
     * @return {@code [images][attributes]}, places in {@link Attribute#values()}
     * @throws IOException if an image cannot be read
     * @throws IllegalArgumentException if there is no image, or sizes differ within a batch
     */
    public int[][] found(ImageSource images, int batchSize, IntConsumer progress) throws IOException {
        Require.that(
                images.count() >= 1 && batchSize >= 1,
                "attributes are told of at least one image and at a batch size of at least 1, but there are %s images"
                        + " at batch size %s; give it images",
                images.count(),
                batchSize);
        int[][] found = new int[images.count()][];
        FeatureExtraction.forBatches(images, batchSize, (batch, pictures) -> {
            int[][] values = TensorScope.compute(() -> Tensors.intRows(classifier.values(PixelTensors.of(pictures))));
            System.arraycopy(values, 0, found, batch.first(), batch.count());
            progress.accept(batch.end());
        });
        return found;
    }

    /**
     * The figures of images that were asked for attributes.
     *
     * @param arm what drew them
     * @param drawing how
     * @param found what was found in each, see {@link #found}
     * @param places of each image, the place among {@code asked} of the image whose attributes it was asked for, such as the test image whose
     *     caption it was drawn from
     * @param families the family of each image, any numbers; drawn images are families of their own
     * @param seed the seed the images were drawn with
     * @throws IllegalArgumentException if there are not as many places or families as images, or a place is none
     */
    public List<EvaluationFigure> figures(
            String arm, String drawing, int[][] found, int[] places, int[] families, long seed) {
        Require.that(
                places.length == found.length && families.length == found.length,
                "every image has a caption and a family, but %s images have %s captions and %s families; give each one",
                found.length,
                places.length,
                families.length);
        Require.that(
                Arrays.stream(places).allMatch(place -> place >= 0 && place < asked.count()),
                "captions are those of %s images, but a place among them is not from 0 to below that; correct it",
                asked.count());
        List<EvaluationFigure> figures = new ArrayList<>();
        Rows rows = new Rows(arm, drawing, families, seed);
        IntPredicate usual = row -> !asked.hasPair(places[row]);
        IntPredicate heldOut = row -> asked.hasPair(places[row]);
        IntToDoubleFunction right = row -> share(asked.valuesOf(places[row]), found[row]);
        rows.addPaired(figures, OVERALL, usual, right);
        rows.addPaired(figures, OF_PAIRS, heldOut, right);
        rows.addPaired(
                figures,
                PAIRS,
                heldOut,
                row -> asked.pairsOf(places[row]).stream()
                        .mapToInt(pair -> pair.in(found[row]) ? 1 : 0)
                        .average()
                        .orElse(0));
        for (int i = 0; i < asked.attributes().size(); i++) {
            int attribute = i;
            rows.add(
                    figures,
                    metric(asked.attributes().get(i)),
                    usual,
                    row -> found[row][attribute] == asked.valuesOf(places[row])[attribute] ? 1 : 0);
        }
        for (HeldOutPair pair : asked.pairs()) {
            rows.add(
                    figures,
                    metric(pair),
                    row -> pair.in(asked.valuesOf(places[row])),
                    row -> pair.in(found[row]) ? 1 : 0);
        }
        return figures;
    }

    /**
     * The figures of images, and beside them those of the same images asked for the attributes of others, every one once: chance. One image
     * alone has no other.
     */
    public List<EvaluationFigure> figuresAndChance(
            String arm, String drawing, int[][] found, int[] places, int[] families, long seed) {
        List<EvaluationFigure> figures = new ArrayList<>(figures(arm, drawing, found, places, families, seed));
        if (found.length > 1) {
            int[] order = GenerationOrder.uniform(found.length, CounterRandom.of(seed, "shuffled captions"))
                    .toArray();
            int[] others = new int[found.length];
            // Along one cycle through all images, so that none meets its own.
            for (int i = 0; i < order.length; i++) {
                others[order[i]] = places[order[(i + 1) % order.length]];
            }
            figures.addAll(figures(arm, shuffled(drawing), found, others, families, seed));
        }
        return figures;
    }

    /** As {@link #figuresAndChance(String, String, int[][], int[], int[], long)}, of the very images that are asked for. */
    public List<EvaluationFigure> figuresAndChance(
            String arm, String drawing, int[][] found, int[] families, long seed) {
        return figuresAndChance(
                arm, drawing, found, IntStream.range(0, found.length).toArray(), families, seed);
    }

    private static double share(int[] wanted, int[] found) {
        return IntStream.range(0, wanted.length)
                .map(i -> wanted[i] == found[i] ? 1 : 0)
                .average()
                .orElseThrow();
    }

    /** Makes figures of some of the images. */
    private record Rows(String arm, String drawing, int[] families, long seed) {
        /** Adds the mean of a value over families, unless there is no such image; values of families are kept. */
        void addPaired(List<EvaluationFigure> figures, Metric metric, IntPredicate of, IntToDoubleFunction value) {
            int[] rows = rows(of);
            if (rows.length > 0) {
                figures.add(EvaluationFigure.ofFamilies(arm, drawing, metric, values(rows, value), rows.length, seed));
            }
        }

        /** As {@link #addPaired}, without the values of families. */
        void add(List<EvaluationFigure> figures, Metric metric, IntPredicate of, IntToDoubleFunction value) {
            int[] rows = rows(of);
            if (rows.length > 0) {
                Interval mean = values(rows, value).mean();
                figures.add(new EvaluationFigure(arm, drawing, metric, mean, rows.length, seed));
            }
        }

        private int[] rows(IntPredicate of) {
            return IntStream.range(0, families.length).filter(of).toArray();
        }

        private FamilyValues values(int[] rows, IntToDoubleFunction value) {
            Families ofRows =
                    Families.of(Arrays.stream(rows).map(row -> families[row]).toArray());
            return FamilyValues.of(
                    ofRows, Arrays.stream(rows).mapToDouble(value).toArray());
        }
    }
}
