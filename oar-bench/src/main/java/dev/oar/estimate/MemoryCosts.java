package dev.oar.estimate;

import dev.oar.model.BlockSizes;
import dev.oar.train.TrainingConfig;
import dev.oar.tuning.PrecisionSetting;
import java.util.List;

/** Bytes that the stages of a recipe hold at their peak; docs/results/estimate.md compares them with what processes held. */
final class MemoryCosts {
    private static final int BYTES = 4;

    /** Java with its heap and the machine code that it has made, and LibTorch with its libraries. */
    private static final double PROCESS = 0.5e9;

    /** Numbers of the width, and of the feed-forward network's, that the backward pass of a layer needs per position. */
    private static final double KEPT_WIDTHS = 16;

    private static final double KEPT_FEED_FORWARD = 4;

    /** The same in bfloat16, in which feed-forward networks are computed, but neither norms nor attention. */
    private static final double NARROW_WIDTHS = 17;

    private static final double NARROW_FEED_FORWARD = 2;

    /** Logits, their logarithms of probabilities, and the gradient of them. */
    private static final int KEPT_LOGITS = 3;

    /** The loss works on so many logits as a whole, and on more in parts. */
    private static final double WHOLE_LOSS = 1 << 27;

    private static final double LOSS_PART = 1 << 25;

    /** A decoder asks for so many logits at once, and scores so many at once, which takes ten times their room. */
    private static final double ASKED = 1 << 27;

    private static final double SCORED = 1 << 22;
    private static final int SCORING = 10;

    /** Numbers of the width, and of the feed-forward network's, that a layer of a pass holds per position before it is done. */
    private static final double PASSED_WIDTHS = 4;

    private static final double PASSED_FEED_FORWARD = 3;

    /** A convolution's output as it is, normalised, activated and as a gradient. */
    private static final int KEPT_CONVOLUTIONS = 4;

    /** Images of 64 x 64 pixels that the tokenizer is given at once; of larger ones fewer. */
    private static final double PIXELS_AT_ONCE = 32 * 64.0 * 64;

    private static final int COLOURS = 3;

    private final RecipeSizes sizes;
    private final NetworkCosts costs;
    private final Place place;

    MemoryCosts(RecipeSizes sizes, NetworkCosts costs, Place place) {
        this.sizes = sizes;
        this.costs = costs;
        this.place = place;
    }

    private double process() {
        return place.host() ? PROCESS : 0;
    }

    /** The pixels of all training images, if they are kept: as many as a quarter of Java's heap holds, which is by default a quarter of the memory. */
    private double pixels() {
        double side = sizes.recipe().data().imageSize();
        double all = COLOURS * side * side * sizes.data().train();
        return place.host() && all <= Runtime.getRuntime().maxMemory() / 4.0 ? all : 0;
    }

    /** The training of a network of images, on one part of the batch at a time. */
    StageMemory convolutionalTraining(long parameters, TrainingConfig training, double activationsPerImage) {
        double weights = (double) BYTES * parameters;
        double micro = (double) training.batchSize() / training.accumulation();
        return new StageMemory(
                weights,
                weights,
                2 * weights,
                training.emaDecay() > 0 ? weights : 0,
                micro * activationsPerImage,
                0,
                process() + pixels());
    }

    /** The training of the transformer: every part of the batch that is worked on side by side has gradients of its own. */
    StageMemory transformerTraining(long parameters, TrainingConfig training) {
        double weights = (double) BYTES * parameters;
        int micro = training.batchSize() / training.accumulation();
        int shares = Math.min(place.sideBySide(), micro);
        boolean narrow = training.precision() == PrecisionSetting.BFLOAT16;
        return new StageMemory(
                weights * (narrow ? 1 + shares / 2.0 : 1),
                weights * shares,
                2 * weights,
                training.emaDecay() > 0 ? weights : 0,
                micro * blockActivations(narrow) + shares * lossActivations((double) micro / shares),
                0,
                process());
    }

    /** Bytes that the backward pass of all blocks needs per image. */
    private double blockActivations(boolean narrow) {
        BlockSizes blocks = sizes.model().blocks();
        double layer = (narrow ? NARROW_WIDTHS : KEPT_WIDTHS) * blocks.width()
                + (narrow ? NARROW_FEED_FORWARD : KEPT_FEED_FORWARD) * blocks.feedForwardWidth();
        return BYTES * costs.transformer().whole(1).rows() * blocks.layers() * layer;
    }

    /** Bytes that the loss of some images holds. */
    private double lossActivations(double images) {
        double logits = images * logits();
        double held = logits > WHOLE_LOSS ? LOSS_PART : logits;
        return BYTES * KEPT_LOGITS * held;
    }

    private double logits() {
        return (double) sizes.space().cells() * sizes.space().vocabularySize();
    }

    /** Extraction of orders, as many batches side by side as there is room for. */
    StageMemory extracting(int batch) {
        return decoding(batch, place.sideBySide());
    }

    /** Drawing. */
    StageMemory drawing(int batch) {
        return decoding(batch, 1);
    }

    private StageMemory decoding(int batch, int batches) {
        BlockSizes blocks = sizes.model().blocks();
        double capacity = costs.transformer().whole(1).rows();
        double cache = 2.0 * blocks.layers() * blocks.groups() * blocks.headWidth() * capacity;
        double asked = Math.min(batch * logits(), ASKED);
        double rows = asked / sizes.space().vocabularySize();
        double passed = rows * (PASSED_WIDTHS * blocks.width() + PASSED_FEED_FORWARD * blocks.feedForwardWidth());
        // On the CPU layers are packed beside the weights as they are.
        double copies = place.host() ? 2 : 1;
        return new StageMemory(
                copies * BYTES * costs.transformerParameters(),
                0,
                0,
                0,
                BYTES * batches * (asked + SCORING * Math.min(asked, SCORED) + passed),
                BYTES * cache * batch * batches,
                process());
    }

    /** The tokenizer that makes tokens of images or images of tokens: the outputs of all convolutions, of which most are freed on the way. */
    StageMemory tokenizerAsked() {
        double side = sizes.tokenizer().imageSize();
        double images = Math.max(1, Math.min(32, Math.floor(PIXELS_AT_ONCE / (side * side))));
        return new StageMemory(
                (double) BYTES * costs.tokenizerParameters(),
                0,
                0,
                0,
                images * BYTES * costs.tokenizer().outputs(),
                0,
                process());
    }

    /** Bytes that the training of the tokenizer holds per image. */
    double tokenizerActivations() {
        return BYTES * KEPT_CONVOLUTIONS * costs.tokenizer().outputs();
    }

    /** Bytes that the training of a small convolutional network holds per image. */
    double trunkActivations(List<Integer> channels) {
        double sum = 0;
        double side = sizes.recipe().data().imageSize();
        for (int outputs : channels) {
            side = Math.ceil(side / 2);
            sum += 2.0 * outputs * side * side;
        }
        return BYTES * KEPT_CONVOLUTIONS * sum;
    }
}
