package dev.oar.model;

import dev.oar.order.TokenGrid;
import dev.oar.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Two-dimensional rotary embedding (RoPE): adjacent pairs of a head's width are rotated by angles that grow with the row of the
 * cell (first half of the pairs) and its column (second half).
 *
 * <p>Row 0 of the table belongs to tokens that stand nowhere on the grid, such as the class token. As in RandAR it is zero, not
 * the identity: queries and keys of such tokens become zero vectors, and every attention score against them is 0.
 */
final class RotaryEmbedding2d {
    private RotaryEmbedding2d() {}

    /**
     * The table of rotations.
     *
     * @param type float32 or float64
     * @return complex, {@code [1 + cells, headWidth / 2]}; row {@code 1 + l} rotates to cell l
     */
    static Tensor table(TokenGrid grid, int headWidth, double base, torch.ScalarType type) {
        int pairs = headWidth / 2;
        int pairsPerAxis = pairs / 2;
        double[] values = new double[(1 + grid.cells()) * pairs * 2];
        for (int cell = 0; cell < grid.cells(); cell++) {
            for (int pair = 0; pair < pairs; pair++) {
                int coordinate = pair < pairsPerAxis ? grid.row(cell) : grid.column(cell);
                double angle = coordinate / Math.pow(base, 2.0 * (pair % pairsPerAxis) / pairs);
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
