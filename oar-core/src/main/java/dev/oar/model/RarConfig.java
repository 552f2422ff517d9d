package dev.oar.model;

import dev.oar.config.Default;
import dev.oar.config.Kind;
import dev.oar.config.Require;
import dev.oar.tensor.Weights;
import java.util.Map;
import java.util.Optional;

/**
 * The sizes of a {@link RarTransformer}. The published ones, all for 256 cells, 1024 codes and 1000 classes:
 *
 * <table>
 * <caption>Published sizes</caption>
 * <tr><th>name</th><th>width</th><th>layers</th><th>heads</th><th>feed-forward width</th></tr>
 * <tr><td>RAR-B</td><td>768</td><td>24</td><td>16</td><td>3072</td></tr>
 * <tr><td>RAR-L</td><td>1024</td><td>24</td><td>16</td><td>4096</td></tr>
 * <tr><td>RAR-XL</td><td>1280</td><td>32</td><td>16</td><td>5120</td></tr>
 * <tr><td>RAR-XXL</td><td>1408</td><td>40</td><td>16</td><td>6144, not 4 * 1408</td></tr>
 * </table>
 *
 * @param width width of the hidden states
 * @param layers number of blocks
 * @param heads number of attention heads
 * @param feedForwardWidth width inside the feed-forward networks; absent: {@code 4 * width}
 * @param trainedOrders the orders that the weights were trained for; the published ones were trained for any order at first, and
 *     annealed to raster
 * @param normEpsilon epsilon of the layer normalisation
 * @param dropout dropout on the output of each attention, and on the hidden and the output states of each feed-forward network
 * @param attentionDropout dropout on the attention weights
 */
@Kind("rar")
public record RarConfig(
        int width,
        int layers,
        int heads,
        Optional<Integer> feedForwardWidth,
        @Default("raster") TrainedOrders trainedOrders,
        @Default("1.0e-6") double normEpsilon,
        @Default("0.1") double dropout,
        @Default("0.1") double attentionDropout)
        implements ModelConfig {
    /** Checks that the sizes fit. */
    public RarConfig {
        Require.that(
                width >= 1 && layers >= 1 && heads >= 1 && width % heads == 0,
                "width must be divisible by heads, but width is %s and heads is %s; with %s layers choose for example"
                        + " width %s",
                width,
                heads,
                layers,
                Math.max(1, heads) * 64);
        Require.that(
                feedForwardWidth.orElse(1) >= 1 && normEpsilon > 0,
                "feed-forward-width and norm-epsilon must be positive, but are %s and %s",
                feedForwardWidth.orElse(4 * width),
                normEpsilon);
        for (double share : new double[] {dropout, attentionDropout}) {
            Require.that(share >= 0 && share < 1, "a dropout must lie in [0, 1), but is %s", share);
        }
    }

    /** The published defaults for a size: raster order, dropout of 0.1 in training. */
    public static RarConfig of(int width, int layers, int heads) {
        return new RarConfig(width, layers, heads, Optional.empty(), TrainedOrders.RASTER, 1e-6, 0.1, 0.1);
    }

    /** The same sizes with feed-forward networks of another width inside. */
    public RarConfig withFeedForwardWidth(int inside) {
        return new RarConfig(
                width, layers, heads, Optional.of(inside), trainedOrders, normEpsilon, dropout, attentionDropout);
    }

    /** The same sizes for weights that were trained for other orders. */
    public RarConfig trainedFor(TrainedOrders orders) {
        return new RarConfig(width, layers, heads, feedForwardWidth, orders, normEpsilon, dropout, attentionDropout);
    }

    /** The same sizes without dropout. */
    public RarConfig withoutDropout() {
        return new RarConfig(width, layers, heads, feedForwardWidth, trainedOrders, normEpsilon, 0, 0);
    }

    /** The width of one head. */
    public int headWidth() {
        return width / heads;
    }

    /** The width inside the feed-forward networks. */
    public int hiddenWidth() {
        return feedForwardWidth.orElse(4 * width);
    }

    @Override
    public Map<String, long[]> shapes(TokenSpace space) {
        return RarTransformer.shapes(this, space);
    }

    /** {@inheritDoc} It is an {@link AnyOrderModel} if the weights were trained for any order. */
    @Override
    public RarTransformer create(TokenSpace space, Weights weights) {
        return RarTransformer.of(this, space, weights);
    }
}
