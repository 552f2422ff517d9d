package dev.oar.tokenizer;

import dev.oar.image.RgbImage;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Turns images into grids of discrete tokens and back, on the device of its weights, wherever images and tokens come from.
 *
 * <p>Safe for use by several threads as long as nobody trains or closes it: encoding and decoding read the weights alone, and tensors
 * belong to the scope of the thread that asks.
 */
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

    /**
     * The same network for larger images, which convolutions can draw although they were trained on smaller ones.
     *
     * @param factor how many times as high and wide images and grid are
     * @return a view that shares these weights; close it before this tokenizer
     * @throws IllegalArgumentException if the network draws images of one size only
     */
    default ImageTokenizer enlarged(int factor) {
        throw new IllegalArgumentException("this tokenizer draws images of one size only, but is to draw them " + factor
                + " times as large; draw them on the model's own grid");
    }

    /**
     * The tokens of images.
     *
     * @param images of {@link #imageSize()} pixels each way
     * @return {@code [images][cells]}, raster order
     */
    default int[][] tokens(List<RgbImage> images) {
        return TensorScope.compute(
                () -> Tensors.withoutGradient(() -> Tensors.intRows(encode(PixelTensors.of(images)))));
    }

    /** The images of tokens, {@code [images][cells]} in raster order; colours beyond the ends of their range lie at the ends. */
    default List<RgbImage> images(int[][] tokens) {
        return TensorScope.compute(
                () -> Tensors.withoutGradient(() -> PixelTensors.images(decode(Tensors.of(tokens)))));
    }

    /** Frees the weights. */
    @Override
    void close();
}
