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
import dev.oar.tuning.MachineProfile;
import dev.oar.tuning.MachineProfiles;
import dev.oar.tuning.TrainingWork;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * How fast this machine is at a recipe's work, from some of it, within 20 to 30 seconds where nothing else runs: steps of training and of exact
 * extraction by transformers of the recipe's width, cells and codes with one and with few layers, an image through the tokenizer. What the
 * further layers add, every further one adds.
 *
 * <p>Each kind of work has a share of the time. It is timed once however long that takes, and again while its share lasts; the least time
 * counts, which other work has lengthened least. Of a recipe whose precision is slow here, steps are timed in float32 and multiplied
 * by the factor that this machine was measured to have ({@link MachineProfile#slowdown}).
 */
public final class SpeedProbe {
    /** How many kinds of work are timed, each of which progress is told of. */
    public static final int PARTS_TIMED = 3;

    /** Depths beside one layer: the deeper, the less is a disturbance multiplied, and the longer it takes. */
    private static final int TRAINING_DEPTH = 3;

    private static final int EXTRACTION_DEPTH = 5;

    /** Extraction is timed at so many steps, one in the middle of each of as many equal parts. */
    private static final int PARTS = 4;

    /** The seconds after which no kind of work is timed once more. */
    private static final double TRAINING_SECONDS = 8;

    private static final double EXTRACTION_SECONDS = 7;
    private static final Repetitions ENCODINGS = new Repetitions(2, 1);

    /** Operations of a timed step of training, of all timed steps of extraction, and of an encoding, where batches may be of any size. */
    private static final double TRAINING_OPERATIONS = 0.1e12;

    private static final double EXTRACTION_OPERATIONS = 0.2e12;
    private static final double ENCODING_OPERATIONS = 0.1e12;

    /** Numbers that the optimiser is timed on, or as many as there are. */
    private static final long OPTIMISED = 1L << 25;

    /** A further layer adds at least this share of what the operations say, or something else ran meanwhile. */
    private static final double LEAST_SHARE = 0.25;

    /** Steps in a precision that is slower than this many times are not timed: there is no time for it. */
    private static final double SLOW = 2;

    private final RecipeSizes sizes;
    private final Precision precision;

    /** What is timed, and how many times as long the recipe's precision takes, as this machine has been measured before. */
    private final Precision timedIn;

    private final double slowdown;
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
        MachineProfile machine = MachineProfiles.of(Device.CPU);
        this.precision = training(sizes).precision().on(machine, TrainingWork.LINEAR_LAYERS);
        double slower = machine.slowdown(TrainingWork.LINEAR_LAYERS, precision).orElse(1.0);
        this.timedIn = slower > SLOW ? Precision.FLOAT32 : precision;
        this.slowdown = slower > SLOW ? slower : 1;
        this.progress = progress;
    }

    private static TrainingConfig training(RecipeSizes sizes) {
        return sizes.recipe()
                .pretraining()
                .map(section -> section.training())
                .orElse(sizes.recipe().finetuning().training());
    }

    /** The precision that the rates of training are for. */
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
        int depth = Math.min(layers, TRAINING_DEPTH);
        Turns turns = new Turns(TRAINING_SECONDS);
        double one = Double.POSITIVE_INFINITY;
        double deep = Double.POSITIVE_INFINITY;
        while (turns.next()) {
            one = Math.min(one, step(1, batch, timedIn));
            deep = Math.min(deep, step(depth, batch, timedIn));
        }
        // A step takes what the images take and what the optimiser takes, whatever the batch.
        double optimiser = Math.min(
                ShapeTimes.optimiserSeconds(Math.min(OPTIMISED, (long) parameters(sizes.shape(layers)))),
                0.9 * one / parameters(sizes.shape(1)));
        double first = (one - optimiser * parameters(sizes.shape(1))) / batch;
        double further = (deep - optimiser * parameters(sizes.shape(depth))) / batch;
        double image = extrapolated(
                first,
                further,
                depth,
                sizes.shape(depth).cost().trainingOperations(1)
                        / sizes.shape(1).cost().trainingOperations(1));
        return new double[] {sizes.shape(layers).cost().trainingOperations(1) / (image * slowdown), optimiser};
    }

    private double step(int depth, int batch, Precision in) throws IOException {
        return ShapeTimes.trainingSteps(sizes.shape(depth), batch, 1, in).min();
    }

    private double decoding() throws IOException {
        progress.accept("extraction");
        int depth = Math.min(layers, EXTRACTION_DEPTH);
        Turns turns = new Turns(EXTRACTION_SECONDS);
        double one = Double.POSITIVE_INFINITY;
        double deep = Double.POSITIVE_INFINITY;
        try (ShapeTimes.Extraction shallow = extraction(1);
                ShapeTimes.Extraction deeper = extraction(depth)) {
            while (turns.next()) {
                one = Math.min(one, shallow.seconds().min());
                deep = Math.min(deep, deeper.seconds().min());
            }
        }
        double image = extrapolated(one, deep, depth, operations(depth) / operations(1));
        return operations(layers) / image;
    }

    private ShapeTimes.Extraction extraction(int depth) {
        int cells = sizes.space().cells();
        int parts = Math.min(PARTS, cells);
        double timed = operations(2) * LibTorch.threads() * parts / cells;
        int batch = within(1, sizes.recipe().extraction().batchSize(), EXTRACTION_OPERATIONS / timed);
        return ShapeTimes.extraction(sizes.shape(depth), batch, new SampledSteps(parts, 1));
    }

    /** Says whether there is time for another turn: always for the first, and then while as much is left as the last one took. */
    private static final class Turns {
        private final double seconds;
        private final long began = System.nanoTime();
        private double done;
        private double longest;

        Turns(double seconds) {
            this.seconds = seconds;
        }

        boolean next() {
            double now = (System.nanoTime() - began) * 1e-9;
            longest = Math.max(longest, now - done);
            boolean first = done == 0;
            done = Math.max(now, Double.MIN_VALUE);
            return first || now + longest <= seconds;
        }
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
        RecipeEstimate estimate = new RecipeEstimate(sizes, rates, Place.host(LibTorch.threads()));
        int batch = LibTorch.threads();
        progress.accept("a step of training with all layers");
        double step = step(layers, batch, precision);
        progress.accept("extraction with all layers");
        double extraction;
        try (ShapeTimes.Extraction whole = extraction(layers)) {
            extraction = whole.seconds().min();
        }
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
