package dev.oar.tokenizer;

import dev.oar.order.TokenGrid;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** What all convolutional tokenizers do with shapes: check those of images and tokens, and turn latents into rows and back. */
final class TokenizerShapes {
    private TokenizerShapes() {}

    /** Checks a batch of images against the promise of {@link ImageTokenizer#encode}. */
    static void requireImages(Tensor images, int size) {
        long[] shape = images.shape();
        if (shape.length != 4 || shape[1] != 3 || shape[2] != size || shape[3] != size) {
            throw new IllegalArgumentException("images must have shape [batch, 3, " + size + ", " + size
                    + "], but have " + Arrays.toString(shape) + "; crop them to the tokenizer's image size");
        }
    }

    /** Checks a batch of tokens against the promise of {@link ImageTokenizer#decode}. */
    static void requireTokens(Tensor tokens, TokenGrid grid) {
        long[] shape = tokens.shape();
        if (shape.length != 2 || shape[1] != grid.cells()) {
            throw new IllegalArgumentException("tokens to decode must have shape [batch, " + grid.cells()
                    + "], but have " + Arrays.toString(shape) + "; give one token per cell of the grid");
        }
    }

    /** {@code [batch, width, gridHeight, gridWidth]} to {@code [batch * cells, width]} in float32, cells in raster order. */
    static Tensor cellRows(Tensor latents) {
        Tensor rows = latents.permute(0, 2, 3, 1).reshape(-1, latents.size(1));
        return rows.scalar_type().intern() == torch.ScalarType.BFloat16 ? rows.to(torch.ScalarType.Float) : rows;
    }

    /** {@code [..., width]} over all cells in raster order to {@code [batch, width, gridHeight, gridWidth]}. */
    static Tensor gridImage(Tensor rows, TokenGrid grid) {
        return rows.reshape(-1, grid.height(), grid.width(), rows.size(-1))
                .permute(0, 3, 1, 2)
                .contiguous();
    }
}
