package dev.oar.model;

import dev.oar.config.Require;
import dev.oar.order.EnlargedGrid;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Two-dimensional rotary embedding (RoPE): adjacent pairs of a head's width are rotated by angles that grow with the row of the
 * cell (first half of the pairs) and its column (second half).
 *
 * <p>Row 0 of the table belongs to tokens that stand nowhere on the grid, such as the class token; {@link Nowhere} says what it does.
 */
final class RotaryEmbedding2d {
    private RotaryEmbedding2d() {}

    /** What becomes of queries and keys of tokens that stand nowhere on the grid. */
    enum Nowhere {
        /**
         * As in RandAR and LlamaGen: they become zero vectors, and every attention score against them is 0, so that several such tokens
         * act by their mean alone.
         */
        ZERO,
        /** They stay as they are, so that each cell can look at the words it needs. */
        UNTURNED
    }

    /** Where a cell stands along one axis. */
    @FunctionalInterface
    private interface Position {
        /**
         * The position.
         *
         * @param coordinate row or column
         * @param side how many rows or columns there are
         * @param frequency which of the axis's frequencies it is for, the fastest first
         */
        double at(int coordinate, int side, int frequency);
    }

    /** As the longer form, with zeros for what stands nowhere, as published models were trained. */
    static Tensor table(TokenGrid grid, int headWidth, double base, torch.ScalarType type) {
        return table(grid, Nowhere.ZERO, headWidth, base, type);
    }

    /**
     * The table of rotations.
     *
     * @param nowhere what row 0 does
     * @param type float32 or float64
     * @return complex, {@code [1 + cells, headWidth / 2]}; row {@code 1 + l} rotates to cell l
     */
    static Tensor table(TokenGrid grid, Nowhere nowhere, int headWidth, double base, torch.ScalarType type) {
        return table(grid, nowhere, headWidth, base, type, (coordinate, side, frequency) -> coordinate);
    }

    /**
     * The table of rotations for a larger grid than a model was trained for, as RandAR (arXiv 2412.01827, public code) mixes it: the
     * fast frequencies count the cells of the enlarged grid, so that neighbours differ as they did in training; the slow ones are
     * stretched so that the whole grid spans the positions of the grid of training, {@code 0 .. side - 1}.
     *
     * @param boundary how many frequencies of each axis are fast, in {@code 0 .. headWidth / 4}
     * @param type float32 or float64
     * @return complex, {@code [1 + enlarged cells, headWidth / 2]}
     * @throws IllegalArgumentException if the boundary is out of range
     */
    static Tensor extrapolated(
            EnlargedGrid grid, Nowhere nowhere, int boundary, int headWidth, double base, torch.ScalarType type) {
        Require.that(
                boundary >= 0 && boundary <= headWidth / 4,
                "the boundary between fast and slow frequencies must lie in 0 .. %s for heads of width %s, but is %s;"
                        + " RandAR uses 2",
                headWidth / 4,
                headWidth,
                boundary);
        int factor = grid.factor();
        return table(grid.enlarged(), nowhere, headWidth, base, type, (coordinate, side, frequency) -> {
            int trainedSide = side / factor;
            return frequency < boundary ? coordinate : (double) coordinate * (trainedSide - 1) / (side - 1);
        });
    }

    private static Tensor table(
            TokenGrid grid, Nowhere nowhere, int headWidth, double base, torch.ScalarType type, Position position) {
        int pairs = headWidth / 2;
        int pairsPerAxis = pairs / 2;
        double[] values = new double[(1 + grid.cells()) * pairs * 2];
        for (int pair = 0; nowhere == Nowhere.UNTURNED && pair < pairs; pair++) {
            values[2 * pair] = 1;
        }
        for (int cell = 0; cell < grid.cells(); cell++) {
            for (int pair = 0; pair < pairs; pair++) {
                int frequency = pair % pairsPerAxis;
                double along = pair < pairsPerAxis
                        ? position.at(grid.row(cell), grid.height(), frequency)
                        : position.at(grid.column(cell), grid.width(), frequency);
                double angle = along / Math.pow(base, 2.0 * frequency / pairs);
                int at = ((1 + cell) * pairs + pair) * 2;
                values[at] = Math.cos(angle);
                values[at + 1] = Math.sin(angle);
            }
        }
        return torch.view_as_complex(
                Tensors.of(values, 1 + grid.cells(), pairs, 2).to(type));
    }

    /**
     * Rotates adjacent pairs.
     *
     * @param vectors {@code [batch, length, heads, headWidth]}, float32 or float64
     * @param rotations complex, {@code [batch, length, headWidth / 2]}
     * @return the shape of {@code vectors}
     */
    static Tensor rotate(Tensor vectors, Tensor rotations) {
        long[] shape = vectors.shape();
        Tensor pairs = torch.view_as_complex(vectors.reshape(shape[0], shape[1], shape[2], shape[3] / 2, 2));
        return torch.view_as_real(pairs.mul(rotations.unsqueeze(2))).reshape(shape);
    }
}
