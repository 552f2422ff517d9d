package dev.oar.evaluate;

import dev.oar.data.Batches;
import dev.oar.data.Families;
import dev.oar.data.MeasuredTokens;
import dev.oar.model.AutoregressiveModel;
import dev.oar.model.TrainedOrders;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.Device;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * How well a model predicts the tokens of images it was not trained on: the mean of {@code -log2 p(token)} over the cells, each
 * predicted from the cells before it in an order, every family weighing the same. A uniform guess costs {@code log2 K}.
 *
 * <p>It is the length of a code only under orders that were chosen without looking at the answers
 * ({@link TestOrders#codeLength()}); others are marked and belong in no comparison.
 *
 * @param orders name of the orders
 * @param codeLength whether the figure is a code length
 * @param families the figure of each family
 * @param bitsOfStep the figure of each step of the order, from the first predicted cell to the last; not copied, not to be changed
 * @param images how many images were measured
 * @param hole the name of the hole whose cells alone were predicted; empty where whole images were
 */
public record BitsPerToken(
        String orders,
        boolean codeLength,
        FamilyValues families,
        double[] bitsOfStep,
        int images,
        Optional<String> hole) {
    /** What the figure is called in tables. */
    public static final Metric METRIC = new Metric("bits per token", true, Metric.Kind.CODE_LENGTH);

    /** What it is called under orders that look at the answers. */
    public static final Metric NOT_A_CODE_LENGTH =
            new Metric("bits per token (not a code length)", true, Metric.Kind.PREDICTION);

    /** The figure with its interval over families. */
    public Interval bits() {
        return families.mean();
    }

    /** The metric, which says whether it is a code length. */
    public Metric metric() {
        return codeLength ? METRIC : NOT_A_CODE_LENGTH;
    }

    /**
     * Measures a model with its classes given.
     *
     * @param batchSize images per forward pass, at least 1; the last batch is filled up, so that the figure of an image does not
     *     depend on how many there are
     * @throws IllegalArgumentException if there is no image, if tokens or orders do not fit the model, or if the model was trained for
     *     raster order only and an order is another
     */
    public static BitsPerToken measure(
            AutoregressiveModel model, MeasuredTokens tokens, TestOrders orders, int batchSize) {
        return measure(model, tokens, orders, batchSize, done -> {});
    }

    /** As the shorter form; {@code progress} is told how many images are done. */
    public static BitsPerToken measure(
            AutoregressiveModel model, MeasuredTokens tokens, TestOrders orders, int batchSize, IntConsumer progress) {
        if (tokens.count() < 1 || batchSize < 1) {
            throw new IllegalArgumentException(
                    "bits per token need at least one image and a batch size of at least 1, but" + " there are "
                            + tokens.count() + " images at batch size " + batchSize + "; give it test tokens");
        }
        if (orders.givenCells() >= model.space().cells()) {
            throw new IllegalArgumentException(
                    "at least one of " + model.space().cells()
                            + " cells must be predicted, but " + orders.name() + " gives " + orders.givenCells()
                            + "; give fewer cells");
        }
        requireTrainedFor(model, orders, tokens.count());
        int cells = model.space().cells();
        double[][] bits = new double[tokens.count()][];
        Batches batches = new Batches(tokens.count(), batchSize);
        try (AutoregressiveModel packed = model.packed(WeightFormat.FLOAT32);
                Workers workers = Workers.on(model.device());
                Device.Use ignored = model.device().use()) {
            for (int number = 0; number < batches.count(); number += workers.count()) {
                int next = number;
                List<Batches.Batch> side = IntStream.range(next, Math.min(batches.count(), next + workers.count()))
                        .mapToObj(batches::get)
                        .toList();
                List<Rows> rows = side.stream()
                        .map(batch -> Rows.of(model, tokens, orders, batch.images()))
                        .toList();
                List<double[]> ofBatches = workers.run(
                        side.size(), i -> TensorScope.compute(() -> rows.get(i).bits(packed)));
                for (int i = 0; i < side.size(); i++) {
                    Batches.Batch batch = side.get(i);
                    for (int row = 0; row < batch.count(); row++) {
                        bits[batch.image(row)] = Arrays.copyOfRange(
                                ofBatches.get(i), row * cells + orders.givenCells(), (row + 1) * cells);
                    }
                    progress.accept(batch.end());
                }
            }
        }
        return summary(orders.name(), orders.codeLength(), bits, tokens.families(), orders.hole());
    }

    /** Checks that a model which knows raster order alone is asked for no other, before anything is computed. */
    private static void requireTrainedFor(AutoregressiveModel model, TestOrders orders, int images) {
        if (model.trainedOrders() == TrainedOrders.ANY) {
            return;
        }
        GenerationOrder raster = GenerationOrder.raster(model.space().cells());
        if (!IntStream.range(0, images).mapToObj(orders.orderOfImage()).allMatch(raster::equals)) {
            throw new IllegalArgumentException(
                    "a model that was trained for raster order only predicts in that order alone, but the orders are "
                            + orders.name() + "; measure it in raster order, or an any-order model");
        }
    }

    /**
     * The mean over several measurements of the same images, such as fresh random orders.
     *
     * @throws IllegalArgumentException if there is none, or they are of other families
     */
    public static BitsPerToken mean(List<BitsPerToken> draws) {
        FamilyValues families =
                FamilyValues.mean(draws.stream().map(BitsPerToken::families).toList());
        BitsPerToken first = draws.get(0);
        double[] ofStep = new double[first.bitsOfStep.length];
        for (BitsPerToken draw : draws) {
            Arrays.setAll(ofStep, step -> ofStep[step] + draw.bitsOfStep[step] / draws.size());
        }
        return new BitsPerToken(first.orders, first.codeLength, families, ofStep, first.images, first.hole);
    }

    /** The figures of images of which the bits of every step are known. */
    static BitsPerToken summary(
            String orders, boolean codeLength, double[][] bits, Families families, Optional<String> hole) {
        double[] ofImage = Arrays.stream(bits)
                .mapToDouble(steps -> Arrays.stream(steps).average().orElseThrow())
                .toArray();
        double[] weights = families.weights();
        double[] ofStep = new double[bits[0].length];
        for (int image = 0; image < bits.length; image++) {
            for (int step = 0; step < ofStep.length; step++) {
                ofStep[step] += weights[image] * bits[image][step];
            }
        }
        return new BitsPerToken(orders, codeLength, FamilyValues.of(families, ofImage), ofStep, bits.length, hole);
    }

    /**
     * The inputs of one forward pass.
     *
     * @param tokens per row the tokens in raster order
     * @param orders per row the order
     * @param targets per row the tokens in decoding order
     * @param conditions per row the class
     */
    private record Rows(int[][] tokens, int[][] orders, int[][] targets, int[] conditions) {
        static Rows of(AutoregressiveModel model, MeasuredTokens tokens, TestOrders orders, int... images) {
            int count = images.length;
            Rows batch = new Rows(new int[count][], new int[count][], new int[count][], new int[count]);
            for (int row = 0; row < count; row++) {
                int image = images[row];
                int[] ofImage = tokens.tokens(image);
                GenerationOrder order = orders.orderOfImage().apply(image);
                requireFitting(model, ofImage, tokens.condition(image), image);
                order.requireGrid(model.space().grid());
                batch.tokens[row] = ofImage;
                batch.orders[row] = order.toArray();
                batch.targets[row] = Arrays.stream(batch.orders[row])
                        .map(cell -> ofImage[cell])
                        .toArray();
                batch.conditions[row] = tokens.condition(image);
            }
            return batch;
        }

        /** Row by row, the bits of each step. */
        double[] bits(AutoregressiveModel model) {
            return Tensors.withoutGradient(() -> {
                Tensor logits = model.logits(
                        Tensors.of(tokens), Tensors.of(conditions, conditions.length), Tensors.of(orders), false);
                Tensor precise = logits.scalar_type().intern() == torch.ScalarType.Double
                        ? logits
                        : logits.to(torch.ScalarType.Float);
                Tensor probabilities = torch.log_softmax(precise, -1)
                        .gather(2, Tensors.of(targets).unsqueeze(2));
                double[] nats = Tensors.doubles(probabilities);
                return Arrays.stream(nats).map(nat -> -nat / Math.log(2)).toArray();
            });
        }

        private static void requireFitting(AutoregressiveModel model, int[] tokens, int condition, int image) {
            int vocabulary = model.space().vocabularySize();
            boolean inVocabulary = Arrays.stream(tokens).allMatch(token -> token >= 0 && token < vocabulary);
            if (tokens.length != model.space().cells() || !inVocabulary) {
                throw new IllegalArgumentException("the model reads "
                        + model.space().cells()
                        + " tokens below " + vocabulary + " per image, but image " + image + " has " + tokens.length
                        + " up to " + Arrays.stream(tokens).max().orElse(0)
                        + "; use the tokens of the model's own tokenizer");
            }
            if (condition < 0 || condition > model.space().unconditional()) {
                throw new IllegalArgumentException("the model knows classes below "
                        + model.space().classCount() + ", but image " + image + " is of class " + condition
                        + "; use the data set that the model was trained on");
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BitsPerToken figure
                && orders.equals(figure.orders)
                && codeLength == figure.codeLength
                && families.equals(figure.families)
                && images == figure.images
                && hole.equals(figure.hole)
                && Arrays.equals(bitsOfStep, figure.bitsOfStep);
    }

    @Override
    public int hashCode() {
        return families.hashCode() * 31 + orders.hashCode();
    }

    @Override
    public String toString() {
        return "BitsPerToken[" + orders + ": " + bits().text(3) + (codeLength ? "]" : ", not a code length]");
    }
}
