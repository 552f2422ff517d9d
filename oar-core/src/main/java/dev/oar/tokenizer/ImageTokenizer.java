package dev.oar.tokenizer;

import dev.oar.order.TokenGrid;
import org.bytedeco.pytorch.Tensor;

/** Turns images into grids of discrete tokens and back, on the device of its weights, wherever images and tokens come from. */
public interface ImageTokenizer extends AutoCloseable {
    /** The grid of one image. */
    TokenGrid grid();

    /** The number of discrete codes, K. */
    int vocabularySize();

    /** Width and height of the images in pixels. */
    int imageSize();

    /**
     * The tokens of images.
     *
     * @param images {@code [batch, 3, imageSize, imageSize]}, float32 in [-1, 1]
     * @return {@code [batch, cells]}, int64 in [0, K), raster order
     */
    Tensor encode(Tensor images);

    /**
     * The images of tokens.
     *
     * @param tokens {@code [batch, cells]}, int64 in [0, K), raster order
     * @return {@code [batch, 3, imageSize, imageSize]}, float32, about [-1, 1], not clamped
     */
    Tensor decode(Tensor tokens);

    /** Frees the weights. */
    @Override
    void close();
}
