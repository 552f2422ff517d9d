package dev.oar.estimate;

import dev.oar.benchmark.Pass;
import dev.oar.benchmark.TokenizerCost;
import dev.oar.benchmark.TransformerCost;
import dev.oar.benchmark.WeightType;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.SpacedOrder;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.order.DecodingSchedule;
import dev.oar.tokenizer.VqTokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Parameters and operations of the networks of a recipe, and the seconds of their passes. */
final class NetworkCosts {
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
