package dev.oar.pipeline;

import dev.oar.data.MeasuredTokens;
import dev.oar.data.SpreadTokens;
import dev.oar.data.TokenShards;
import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.TestOrders;
import dev.oar.model.AnyOrderModel;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.Weights;
import dev.oar.train.HeldOut;
import dev.oar.train.TrainingConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/**
 * Bits per token of a model in training, on up to {@value #MOST_IMAGES} test images spread over the test split, each in one random order
 * that stays the same: enough to see whether it still learns what it will need on other images. It measures what the training would leave.
 */
final class HeldOutBits {
    /** The name of the figure in the metrics file. */
    static final String FIGURE = "held-out-bits-per-token";

    private static final int MOST_IMAGES = 256;

    private HeldOutBits() {}

    /** Opens tokens. */
    @FunctionalInterface
    interface Tokens {
        TokenShards open() throws IOException;
    }

    /** Makes a model of weights, which it owns. */
    @FunctionalInterface
    interface Models {
        AnyOrderModel of(Weights weights) throws IOException;
    }

    /**
     * The measurement that a recipe asks for.
     *
     * @param every steps between measurements; empty for none
     * @param tokens opens the tokens of the test split
     * @param model makes the model of some weights
     * @throws IllegalArgumentException if there is no test image
     */
    static Optional<HeldOut> of(Optional<Integer> every, Tokens tokens, TrainingConfig training, Models model)
            throws IOException {
        if (every.isEmpty()) {
            return Optional.empty();
        }
        TokenShards test = tokens.open();
        if (test.count() == 0) {
            throw new IllegalArgumentException("held-out-every measures on test images, but there are none;"
                    + " raise data.test-fraction or leave held-out-every out");
        }
        MeasuredTokens some = SpreadTokens.atMost(MeasuredTokens.of(test), MOST_IMAGES);
        TestOrders orders = TestOrders.random(
                test.grid().cells(),
                CounterRandom.of(training.seed(), "held-out orders").bits(0));
        int batchSize = Math.min(training.microBatchSize(), some.count());
        return Optional.of(new HeldOut(every.get(), view -> {
            try (AnyOrderModel measured = model.of(view.best().sharing())) {
                BitsPerToken bits = BitsPerToken.measure(measured, some, orders, batchSize);
                return Map.of(FIGURE, bits.bits().point());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
    }
}
