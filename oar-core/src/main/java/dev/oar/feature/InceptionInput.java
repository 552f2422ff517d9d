package dev.oar.feature;

import dev.oar.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * How images come to the size and range that the Inception network was trained on. The ways differ slightly, and so do the features of
 * one image: figures of two protocols are not comparable.
 */
public enum InceptionInput {
    /**
     * pytorch-fid: bilinear interpolation between pixel centres, without antialiasing; pixels as {@code 2 x / 255 - 1}.
     */
    PYTORCH_FID("pytorch-fid") {
        @Override
        Tensor prepare(Tensor images, int side) {
            // Scaling to [-1, 1] before resizing, not after it, is the same: the shares of pixels add up to 1.
            return torch.upsample_bilinear2d(images, new long[] {side, side}, false);
        }
    },
    /**
     * The evaluator of guided-diffusion (ADM; arXiv 2105.05233), whose TensorFlow graph resizes by its older bilinear rule, in which
     * row i of n stands at {@code i * height / n} and not at pixel centres; pixels as {@code (x - 128) / 128}.
     */
    ADM("ADM") {
        @Override
        Tensor prepare(Tensor images, int side) {
            Tensor rows = shares(Math.toIntExact(images.size(2)), side);
            Tensor columns = shares(Math.toIntExact(images.size(3)), side);
            return rows.matmul(images)
                    .matmul(columns.t())
                    .mul(new Scalar(HALF_RANGE / CENTRE))
                    .add(new Scalar((HALF_RANGE - CENTRE) / CENTRE));
        }
    };

    private static final double HALF_RANGE = 127.5;
    private static final double CENTRE = 128;

    private final String label;

    InceptionInput(String label) {
        this.label = label;
    }

    /** The name in metric names and tables. */
    public String label() {
        return label;
    }

    /**
     * Images as the network takes them.
     *
     * @param images {@code [batch, 3, height, width]}, float32 in [-1, 1]
     * @param side rows and columns of the result
     */
    abstract Tensor prepare(Tensor images, int side);

    /** {@code [to, from]}: what share each old row has in each new one. */
    private static Tensor shares(int from, int to) {
        float[] shares = new float[to * from];
        float step = (float) from / to;
        for (int row = 0; row < to; row++) {
            float at = row * step;
            int lower = Math.min((int) at, from - 1);
            int upper = Math.min(lower + 1, from - 1);
            float share = at - lower;
            shares[row * from + lower] += 1 - share;
            shares[row * from + upper] += share;
        }
        return Tensors.of(shares, to, from);
    }
}
