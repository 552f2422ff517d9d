package dev.oar.estimate;

import dev.oar.benchmark.Pass;
import dev.oar.benchmark.TokenizerCost;
import dev.oar.benchmark.TransformerCost;
import dev.oar.benchmark.WeightType;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.SpacedOrder;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.BlockSizes;
import dev.oar.order.DecodingSchedule;
import dev.oar.tokenizer.VqTokenizer;
import dev.oar.train.TrainingConfig;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Parameters, operations and bytes of the networks of a recipe. */
final class NetworkCosts {
    private static final int BYTES = 4;

    /** Numbers of the width, and of the feed-forward network's, that the backward pass of a layer needs per position. */
    private static final int KEPT_WIDTHS = 16;

    private static final int KEPT_FEED_FORWARD = 4;

    /** Logits, their logarithms of probabilities, and the gradient of them. */
    private static final int KEPT_LOGITS = 3;

    /** A convolution's output as it is, normalised, activated and as a gradient. */
    private static final int KEPT_CONVOLUTIONS = 4;

    private static final int TRAINING_FACTOR = 3;

    private final RecipeSizes sizes;
    private final TransformerCost transformer;
    private final TokenizerCost tokenizer;

    NetworkCosts(RecipeSizes sizes) {
        this.sizes = sizes;
        this.transformer = sizes.cost();
        this.tokenizer = new TokenizerCost(sizes.tokenizer());
    }

    TransformerCost transformer() {
        return transformer;
    }

    TokenizerCost tokenizer() {
        return tokenizer;
    }

    long transformerParameters() {
        return Parameters.count(AnyOrderTransformer.shapes(sizes.model(), sizes.space()));
    }

    long tokenizerParameters() {
        return Parameters.count(VqTokenizer.shapes(sizes.tokenizer()));
    }

    /** Operations of one optimiser step of the tokenizer. */
    double tokenizerTraining(int batch) {
        return TRAINING_FACTOR * batch * (tokenizer.encoding() + tokenizer.decoding());
    }

    /** Operations of a small convolutional network per image: in every stage two convolutions of 3 x 3, the first halving the side. */
    double trunk(List<Integer> channels) {
        double sum = 0;
        double side = sizes.recipe().data().imageSize();
        int inputs = 3;
        for (int outputs : channels) {
            side = Math.ceil(side / 2);
            sum += 2.0 * trunkWeights(inputs, outputs) * side * side;
            inputs = outputs;
        }
        return sum;
    }

    private static double trunkWeights(int inputs, int outputs) {
        return 9.0 * ((double) inputs * outputs + (double) outputs * outputs);
    }

    /** Bytes that its training holds per image. */
    double trunkActivations(List<Integer> channels) {
        double sum = 0;
        double side = sizes.recipe().data().imageSize();
        for (int outputs : channels) {
            side = Math.ceil(side / 2);
            sum += 2.0 * outputs * side * side;
        }
        return BYTES * KEPT_CONVOLUTIONS * sum;
    }

    /** What a training of so many parameters holds; {@code sideBySide} parts of a batch have gradients of their own. */
    StageMemory training(long parameters, TrainingConfig training, double activationsPerImage, int sideBySide) {
        double weights = (double) BYTES * parameters;
        int micro = training.batchSize() / training.accumulation();
        return new StageMemory(
                weights,
                weights * Math.min(sideBySide, micro),
                2 * weights,
                training.emaDecay() > 0 ? weights : 0,
                micro * activationsPerImage,
                0);
    }

    /** Bytes that a pass through the tokenizer holds per image: the outputs of all convolutions, of which most are freed on the way. */
    double tokenizerPass() {
        return BYTES * tokenizer.outputs();
    }

    double tokenizerActivations() {
        return BYTES * KEPT_CONVOLUTIONS * tokenizer.outputs();
    }

    /**
     * Bytes that the backward pass of the transformer needs per image: 4 x positions x layers x (16 width + 4 feed-forward width) and 12 x
     * cells x codes.
     */
    double transformerActivations() {
        BlockSizes blocks = sizes.model().blocks();
        double layer = (double) KEPT_WIDTHS * blocks.width() + (double) KEPT_FEED_FORWARD * blocks.feedForwardWidth();
        return BYTES * (transformer.whole(1).rows() * blocks.layers() * layer + KEPT_LOGITS * logits());
    }

    private double logits() {
        return (double) sizes.space().cells() * sizes.space().vocabularySize();
    }

    /** What a decoding holds: weights, packed ones beside them, and for every image keys and values and twice the logits of all cells. */
    StageMemory decoding(int images, boolean packed) {
        BlockSizes blocks = sizes.model().blocks();
        double capacity = transformer.whole(1).rows() + sizes.space().cells();
        double cache = 2.0 * blocks.layers() * blocks.groups() * blocks.headWidth() * capacity;
        return new StageMemory(
                (packed ? 2.0 : 1.0) * BYTES * transformerParameters(),
                0,
                0,
                0,
                2.0 * BYTES * logits() * images,
                BYTES * cache * images);
    }

    /** The passes of a batch of an exact or coarser extraction. */
    List<Pass> extraction(int batch, int cellsPerStep) {
        return transformer.dynamic(batch, cellsPerStep);
    }

    /** Whether a drawing is guided, which asks a second branch. */
    static boolean isGuided(Drawing drawing) {
        return drawing.guidance().classifierFree().active();
    }

    /** The passes of a batch of drawings; guidance doubles what is asked about the cells that are chosen. */
    List<Pass> drawing(DrawingOrder order, boolean guided, int batch) {
        int cells = sizes.space().cells();
        int steps = Math.min(cells, order.steps(cells));
        int[] schedule = steps == cells
                ? ones(cells)
                : DecodingSchedule.cosine(cells, steps).cellsPerStep();
        List<Pass> fixed = transformer.fixed(batch, schedule);
        boolean asks = order instanceof DrawingOrder.Dynamic || order instanceof SpacedOrder;
        List<Pass> passes = asks ? transformer.dynamic(batch, (cells + steps - 1) / steps) : fixed;
        return guided ? Stream.concat(passes.stream(), fixed.stream()).toList() : passes;
    }

    private static int[] ones(int count) {
        int[] ones = new int[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** The seconds of passes, each as long as its operations, the reading of its weights or their start takes. */
    double seconds(List<Pass> passes, double operationsPerSecond, Rates rates) {
        double starting = sizes.model().blocks().layers() * rates.host().passPerLayer();
        double reading = Math.max(starting, transformer.weightBytes(WeightType.FLOAT32) / rates.bandwidth());
        return passes.stream()
                .mapToDouble(pass -> Math.max(reading, transformer.operations(pass) / operationsPerSecond))
                .sum();
    }
}
