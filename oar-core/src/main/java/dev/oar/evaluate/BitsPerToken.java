package dev.oar.evaluate;

import dev.oar.data.Families;
import dev.oar.model.AnyOrderModel;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.Device;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
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
    public static final Metric METRIC = new Metric("bits per token", true);

    /** What it is called under orders that look at the answers. */
    public static final Metric NOT_A_CODE_LENGTH = new Metric("bits per token (not a code length)", true);

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
     * @throws IllegalArgumentException if there is no image, or tokens or orders do not fit the model
     */
    public static BitsPerToken measure(AnyOrderModel model, MeasuredTokens tokens, TestOrders orders, int batchSize) {
        return measure(model, tokens, orders, batchSize, done -> {});
    }

    /** As the shorter form; {@code progress} is told how many images are done. */
    public static BitsPerToken measure(
            AnyOrderModel model, MeasuredTokens tokens, TestOrders orders, int batchSize, IntConsumer progress) {
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
        int cells = model.space().cells();
        double[][] bits = new double[tokens.count()][];
        try (AnyOrderModel packed = model.packed(WeightFormat.FLOAT32);
                Workers workers = Workers.on(model.device());
                Device.Use ignored = model.device().use()) {
            for (int from = 0; from < tokens.count(); from += workers.count() * batchSize) {
                List<Batch> batches = new ArrayList<>();
                for (int i = 0; i < workers.count() && from + i * batchSize < tokens.count(); i++) {
                    batches.add(Batch.of(model, tokens, orders, from + i * batchSize, batchSize));
                }
                List<double[]> ofBatches = workers.run(
                        batches.size(),
                        i -> TensorScope.compute(() -> batches.get(i).bits(packed)));
                int end = Math.min(tokens.count(), from + batches.size() * batchSize);
                for (int image = from; image < end; image++) {
                    double[] ofBatch = ofBatches.get((image - from) / batchSize);
                    int first = (image - from) % batchSize * cells;
                    bits[image] = Arrays.copyOfRange(ofBatch, first + orders.givenCells(), first + cells);
                }
                progress.accept(end);
            }
        }
        return summary(orders.name(), orders.codeLength(), bits, tokens.families(), orders.hole());
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
    private record Batch(int[][] tokens, int[][] orders, int[][] targets, int[] conditions) {
        static Batch of(AnyOrderModel model, MeasuredTokens tokens, TestOrders orders, int from, int rows) {
            Batch batch = new Batch(new int[rows][], new int[rows][], new int[rows][], new int[rows]);
            for (int row = 0; row < rows; row++) {
                int image = Math.min(from + row, tokens.count() - 1);
                int[] ofImage = tokens.tokens(image);
                GenerationOrder order = orders.orderOfImage().apply(image);
                requireFitting(model, ofImage, tokens.classIndex(image), image);
                order.requireGrid(model.space().grid());
                batch.tokens[row] = ofImage;
                batch.orders[row] = order.toArray();
                batch.targets[row] = Arrays.stream(batch.orders[row])
                        .map(cell -> ofImage[cell])
                        .toArray();
                batch.conditions[row] = tokens.classIndex(image);
            }
            return batch;
        }

        /** Row by row, the bits of each step. */
        double[] bits(AnyOrderModel model) {
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

        private static void requireFitting(AnyOrderModel model, int[] tokens, int condition, int image) {
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
