package dev.oar.tokenizer;

import dev.oar.config.Require;
import dev.oar.image.RgbImage;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Crossing between 8-bit images and the tensors that networks see. */
public final class PixelTensors {
    /** What fits into an array, with room for its header. */
    private static final int LARGEST = Integer.MAX_VALUE - 8;

    private PixelTensors() {}

    /**
     * Images as a tensor.
     *
     * @param images at least one, all of one size
     * @return {@code [batch, 3, height, width]}, float32, {@code value / 127.5 - 1}
     * @throws IllegalArgumentException if there is none, sizes differ, or they are too many for one tensor
     */
    public static Tensor of(List<RgbImage> images) {
        if (images.isEmpty()) {
            throw new IllegalArgumentException("a batch needs at least one image, but has none; give one");
        }
        int width = images.get(0).width();
        int height = images.get(0).height();
        long numbers = 3L * height * width * images.size();
        Require.that(
                numbers <= LARGEST,
                "a batch may have at most %s numbers, three per pixel, but %s images of %s x %s pixels have %s; give fewer"
                        + " images at a time",
                LARGEST,
                images.size(),
                width,
                height,
                numbers);
        float[] values = new float[(int) numbers];
        for (int i = 0; i < images.size(); i++) {
            RgbImage image = images.get(i);
            if (image.width() != width || image.height() != height) {
                throw new IllegalArgumentException("all images of a batch must be of one size, but image 0 is " + width
                        + " x " + height + " and image " + i + " is " + image.width() + " x " + image.height()
                        + " pixels; crop them first");
            }
            planes(image.rgb(), values, i * 3 * height * width);
        }
        return Tensors.of(values, images.size(), 3, height, width);
    }

    /**
     * 8-bit numbers as images: {@code value / 127.5 - 1}.
     *
     * @param bytes {@code [batch, height, width, 3]}, uint8
     * @return {@code [batch, 3, height, width]}, float32 in [-1, 1]
     */
    public static Tensor ofBytes(Tensor bytes) {
        return TensorScope.tensor(() -> bytes.to(torch.ScalarType.Float)
                .div(new Scalar(127.5))
                .sub(new Scalar(1.0))
                .permute(0, 3, 1, 2)
                .contiguous());
    }

    /**
     * Tensors as 8-bit numbers: {@code value * 127.5 + 128}, clamped to 0..255, truncated.
     *
     * @param images {@code [batch, 3, height, width]}, about [-1, 1]
     * @return {@code [batch, height, width, 3]}, uint8
     */
    public static Tensor bytes(Tensor images) {
        return TensorScope.tensor(() -> Tensors.withoutGradient(() -> images.permute(0, 2, 3, 1)
                .mul(new Scalar(127.5))
                .add(new Scalar(128.0))
                .clamp(new ScalarOptional(new Scalar(0.0)), new ScalarOptional(new Scalar(255.0)))
                .to(torch.ScalarType.Byte)
                .contiguous()));
    }

    /**
     * A tensor as images, rounded as {@link #bytes} does.
     *
     * @param images {@code [batch, 3, height, width]}, about [-1, 1]
     */
    public static List<RgbImage> images(Tensor images) {
        int height = Math.toIntExact(images.size(2));
        int width = Math.toIntExact(images.size(3));
        byte[] all = TensorScope.compute(() -> Tensors.bytes(bytes(images)));
        int size = 3 * height * width;
        List<RgbImage> result = new ArrayList<>();
        for (int start = 0; start < all.length; start += size) {
            result.add(new RgbImage(width, height, Arrays.copyOfRange(all, start, start + size)));
        }
        return result;
    }

    /**
     * Images of another size by bicubic interpolation (a = -0.75, pixel centres, no antialiasing): how LlamaGen and RandAR show
     * pictures larger or smaller than their tokenizer draws them.
     *
     * @param images {@code [batch, 3, height, width]}
     * @return {@code [batch, 3, size, size]}
     */
    public static Tensor resized(Tensor images, int size) {
        return torch.upsample_bicubic2d(images, new long[] {size, size}, false);
    }

    private static void planes(byte[] rgb, float[] values, int offset) {
        int pixels = rgb.length / 3;
        for (int pixel = 0; pixel < pixels; pixel++) {
            for (int channel = 0; channel < 3; channel++) {
                values[offset + channel * pixels + pixel] = (rgb[3 * pixel + channel] & 0xFF) / 127.5f - 1;
            }
        }
    }
}
