package dev.oar.estimate;

import dev.oar.benchmark.ModelShape;
import dev.oar.benchmark.Repetitions;
import dev.oar.benchmark.SampledSteps;
import dev.oar.benchmark.ShapeTimes;
import dev.oar.benchmark.TokenizerCost;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.Precision;
import dev.oar.train.TrainingConfig;
import dev.oar.tuning.MachineProfiles;
import dev.oar.tuning.TrainingWork;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * How fast this machine is at a recipe's work, from some of it, about 20 seconds where networks are small: steps of training and of exact extraction by transformers of the
 * recipe's width, cells and codes with one and with few layers, an image through the tokenizer. What the further layers add, every further
 * one adds; the optimiser's time is what a batch of twice as many images does not add.
 */
public final class SpeedProbe {
    /** How many kinds of work are timed, each of which progress is told of. */
    public static final int PARTS_TIMED = 3;

    private static final int STEPS = 2;
    /** Depths beside one layer: the deeper, the less is a disturbance multiplied, and the longer it takes. */
    private static final int TRAINING_DEPTH = 3;

    private static final int EXTRACTION_DEPTH = 5;
    private static final int PARTS = 4;
    private static final int REPETITIONS = 3;
    private static final Repetitions ENCODINGS = new Repetitions(2, 2);

    /** Operations of a timed step of training, of all timed steps of extraction, and of an encoding, about. */
    private static final double TRAINING_OPERATIONS = 0.2e12;

    private static final double EXTRACTION_OPERATIONS = 0.5e12;
    private static final double ENCODING_OPERATIONS = 0.2e12;

    /** A further layer adds at least this share of what the operations say, or something else ran meanwhile. */
    private static final double LEAST_SHARE = 0.25;

    private final RecipeSizes sizes;
    private final Precision precision;
    private final int layers;
    private final Consumer<String> progress;

    /**
     * A probe for a recipe.
     *
     * @param progress is told what is timed next
     */
    public SpeedProbe(RecipeSizes sizes, Consumer<String> progress) {
        LibTorch.load();
        this.sizes = sizes;
        this.layers = sizes.model().blocks().layers();
        this.precision = training(sizes).precision().on(MachineProfiles.of(Device.CPU), TrainingWork.LINEAR_LAYERS);
        this.progress = progress;
    }

    private static TrainingConfig training(RecipeSizes sizes) {
        return sizes.recipe()
                .pretraining()
                .map(section -> section.training())
                .orElse(sizes.recipe().finetuning().training());
    }

    /** The precision that training was timed in. */
    public Precision precision() {
        return precision;
    }

    /** Measures. */
    public Rates measure() throws IOException {
        double[] training = training();
        progress.accept("convolutions");
        TokenizerCost tokenizer = new TokenizerCost(sizes.tokenizer());
        double encoding = ShapeTimes.encoding(
                        sizes.tokenizer(), within(1, 16, ENCODING_OPERATIONS / tokenizer.encoding()), ENCODINGS)
                .min();
        double decoding = decoding();
        return new Rates(
                training[0],
                training[1],
                decoding,
                decoding,
                tokenizer.encoding() / encoding,
                ShapeTimes.readBandwidth(),
                Rates.HostSeconds.MEASURED);
    }

    /** Operations per second of forward and backward passes, and seconds of the optimiser per parameter. */
    private double[] training() throws IOException {
        progress.accept("training");
        int batch = within(
                LibTorch.threads(),
                training(sizes).batchSize() / 2,
                TRAINING_OPERATIONS / sizes.shape(1).cost().trainingOperations(1));
        double one = step(1, batch);
        int depth = Math.min(layers, TRAINING_DEPTH);
        double deep = step(depth, batch);
        double doubled = step(1, 2 * batch);
        double parameters = parameters(sizes.shape(1));
        // A step takes what the images take and what the optimiser takes, whatever the batch.
        double optimiser = Math.min(0.9 * one, Math.max(0, 2 * one - doubled)) / parameters;
        double first = (one - optimiser * parameters) / batch;
        double further = (deep - optimiser * parameters(sizes.shape(depth))) / batch;
        double image = extrapolated(
                first,
                further,
                depth,
                sizes.shape(depth).cost().trainingOperations(1)
                        / sizes.shape(1).cost().trainingOperations(1));
        return new double[] {sizes.shape(layers).cost().trainingOperations(1) / image, optimiser};
    }

    private double step(int depth, int batch) throws IOException {
        return ShapeTimes.trainingSteps(sizes.shape(depth), batch, STEPS, precision)
                .min();
    }

    private double decoding() throws IOException {
        progress.accept("extraction");
        int depth = Math.min(layers, EXTRACTION_DEPTH);
        double one = extraction(1);
        double deep = extraction(depth);
        one = Math.min(one, extraction(1));
        deep = Math.min(deep, extraction(depth));
        double image = extrapolated(one, deep, depth, operations(depth) / operations(1));
        return operations(layers) / image;
    }

    private double extraction(int depth) throws IOException {
        int cells = sizes.space().cells();
        int parts = Math.min(PARTS, Math.max(1, cells / REPETITIONS));
        int repetitions = cells >= REPETITIONS ? REPETITIONS : 1;
        double timed = operations(2) * LibTorch.threads() * parts * repetitions / cells;
        int batch = within(1, sizes.recipe().extraction().batchSize(), EXTRACTION_OPERATIONS / timed);
        return ShapeTimes.extraction(sizes.shape(depth), batch, new SampledSteps(parts, repetitions))
                .min();
    }

    /** A number of images as near to a wish as the limits allow. */
    private static int within(int least, int most, double wished) {
        return (int) Math.max(least, Math.min(Math.max(least, most), wished));
    }

    /**
     * The same two figures with all layers, measured whole: what the estimate is to be compared with. Needs the memory of a training.
     *
     * @param rates what the probe has measured
     */
    public List<Check> check(Rates rates) throws IOException {
        RecipeEstimate estimate = new RecipeEstimate(sizes, rates, LibTorch.threads());
        int batch = LibTorch.threads();
        progress.accept("a step of training with all layers");
        double step = step(layers, batch);
        progress.accept("extraction with all layers");
        double extraction = extraction(layers);
        return List.of(
                new Check("a step of training on " + batch + " images", estimate.stepSeconds(batch, 1), step),
                new Check("the order of an image", operations(layers) / rates.extraction(), extraction));
    }

    /**
     * An estimate beside a measurement.
     *
     * @param what of what
     * @param estimated seconds
     * @param measured seconds
     */
    public record Check(String what, double estimated, double measured) {
        /** The lesser of either. */
        public Check least(Check other) {
            return new Check(what, Math.min(estimated, other.estimated), Math.min(measured, other.measured));
        }

        /** Both and their ratio as a line. */
        public String line() {
            return String.format(
                    Locale.ROOT,
                    "%s: estimated %.2f s, measured %.2f s, ratio %.2f",
                    what,
                    estimated,
                    measured,
                    estimated / measured);
        }
    }

    private double operations(int depth) {
        return sizes.shape(depth).cost().operations(sizes.shape(depth).cost().dynamic(1));
    }

    /**
     * The seconds of all layers, linear in their number.
     *
     * @param one seconds with one layer
     * @param deep seconds with {@code depth} layers
     * @param ratio of their operations
     */
    private double extrapolated(double one, double deep, int depth, double ratio) {
        if (layers == 1) {
            return one;
        }
        double least = LEAST_SHARE * one * (ratio - 1);
        return one + (layers - 1.0) / (depth - 1) * Math.max(least, deep - one);
    }

    private static double parameters(ModelShape shape) {
        return Parameters.count(AnyOrderTransformer.shapes(shape.config(), shape.space()));
    }
}
