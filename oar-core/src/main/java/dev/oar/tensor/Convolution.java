package dev.oar.tensor;

import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Two-dimensional convolution that is right for every number of channels.
 *
 * <p>oneDNN, which LibTorch convolves with on CPU, works on blocks of 16 channels. In LibTorch 2.10, when a channel count is no
 * multiple of 16, its last block is filled up from uninitialised memory, in float32 and in bfloat16: values or gradients are then
 * wrong or not numbers, now and then, depending on what that memory held. So such counts are filled up with zeros here. Pictures
 * of few channels that need no gradient take another path of oneDNN, which is right.
 */
final class Convolution {
    private static final long BLOCK = 16;
    private static final long PICTURE_CHANNELS = 4;

    private Convolution() {}

    /** With {@code padding: [rows, columns]} zeros on either side. */
    static Tensor apply(Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long... padding) {
        long outputs = weight.size(0);
        long inputs = weight.size(1);
        if (weight.is_meta()) {
            return WithoutValues.convolution(input, weight, stride, padding);
        }
        if (!input.is_cpu()) {
            return convolve(input, weight, bias, stride, padding);
        }
        boolean picture = inputs <= PICTURE_CHANNELS && !input.requires_grad();
        long moreInputs = picture ? 0 : upToBlock(inputs);
        long moreOutputs = upToBlock(outputs);
        if (moreInputs == 0 && moreOutputs == 0) {
            return convolve(input, weight, bias, stride, padding);
        }
        // Sizes to add are listed from the last dimension backwards, before and after in turn.
        Tensor blockInput = moreInputs == 0 ? input : torch.constant_pad_nd(input, 0, 0, 0, 0, 0, moreInputs);
        Tensor blockWeight = torch.constant_pad_nd(weight, 0, 0, 0, 0, 0, moreInputs, 0, moreOutputs);
        Tensor blockBias = bias == null ? null : torch.constant_pad_nd(bias, 0, moreOutputs);
        return convolve(blockInput, blockWeight, blockBias, stride, padding).narrow(1, 0, outputs);
    }

    /**
     * One linear map per pixel. oneDNN cuts the sums of a 1 x 1 convolution of few images by the number of threads, so that one thread
     * gives other last bits than two; a matrix product per image does not. Gradients are recorded of the convolution, which trains faster.
     */
    static Tensor pointwise(Tensor input, Tensor weight, Tensor bias) {
        if (weight.is_meta() || !input.is_cpu() || GradMode.is_enabled()) {
            return apply(input, weight, bias, 1, 0, 0);
        }
        long outputs = weight.size(0);
        Tensor pixels = torch.baddbmm(
                bias.view(1, outputs, 1),
                weight.view(1, outputs, weight.size(1)).expand(input.size(0), outputs, weight.size(1)),
                input.flatten(2, 3));
        return pixels.view(input.size(0), outputs, input.size(2), input.size(3));
    }

    private static Tensor convolve(Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long... padding) {
        return torch.conv2d(
                input,
                weight,
                bias == null ? new TensorOptional() : new TensorOptional(bias),
                new long[] {stride, stride},
                padding,
                new long[] {1, 1},
                1);
    }

    private static long upToBlock(long channels) {
        return Math.floorMod(-channels, BLOCK);
    }
}
