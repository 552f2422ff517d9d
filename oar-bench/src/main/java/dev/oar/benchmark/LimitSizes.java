package dev.oar.benchmark;

/**
 * The sizes that the machine's limits are measured with.
 *
 * @param readBytes bytes that are read
 * @param rows rows of the input of a large product
 * @param width its columns
 * @param outputs rows of the weights, that is columns of the product
 * @param vectorRows rows of the input of a small product
 * @param vectorBytes bytes of float32 weights that small products go through
 * @param repetitions how often; the best counts
 */
public record LimitSizes(
        long readBytes, int rows, int width, int outputs, int vectorRows, long vectorBytes, int repetitions) {
    /** Larger than any cache. */
    public static final LimitSizes USUAL = new LimitSizes(1L << 30, 2048, 1024, 4096, 4, 400_000_000, 5);
}
