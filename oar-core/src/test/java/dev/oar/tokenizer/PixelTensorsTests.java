package dev.oar.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.image.RgbImage;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeMemory.class)
class PixelTensorsTests {
    @Test
    void everyEightBitValueComesBackUnchanged() {
        byte[] rgb = new byte[2 * 16 * 16 * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i * 7);
        }
        byte[] first = java.util.Arrays.copyOf(rgb, 768);
        byte[] second = java.util.Arrays.copyOfRange(rgb, 768, 1536);
        try (TensorScope ignored = TensorScope.open()) {
            Tensor images = PixelTensors.of(List.of(new RgbImage(16, 16, first), new RgbImage(16, 16, second)));
            assertThat(images.shape()).containsExactly(2, 3, 16, 16);
            List<RgbImage> back = PixelTensors.images(images);
            assertThat(back.get(0).rgb()).containsExactly(first);
            assertThat(back.get(1).rgb()).containsExactly(second);
        }
    }

    @Test
    void aBatchOfMoreNumbersThanAnArrayHoldsIsRefusedWithOneSentence() {
        RgbImage image = new RgbImage(1024, 1024, new byte[3 * 1024 * 1024]);
        assertThatThrownBy(() -> PixelTensors.of(Collections.nCopies(700, image)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("700 images of 1024 x 1024 pixels have 2202009600");
    }

    @Test
    void eightBitTensorsBecomeTheSameImagesAsTheirPictures() {
        byte[] rgb = new byte[2 * 3 * 5 * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i * 37);
        }
        byte[] first = java.util.Arrays.copyOf(rgb, 45);
        byte[] second = java.util.Arrays.copyOfRange(rgb, 45, 90);
        try (TensorScope ignored = TensorScope.open()) {
            Tensor pictures = PixelTensors.of(List.of(new RgbImage(5, 3, first), new RgbImage(5, 3, second)));
            Tensor images = PixelTensors.ofBytes(Tensors.of(rgb, 2, 3, 5, 3));
            assertThat(images.shape()).containsExactly(2, 3, 3, 5);
            assertThat(Tensors.floats(images)).containsExactly(Tensors.floats(pictures));
        }
    }

    @Test
    void channelsBecomePlanesBetweenMinusOneAndOne() {
        RgbImage image = new RgbImage(2, 1, new byte[] {0, 51, -1, -1, 0, 0});
        try (TensorScope ignored = TensorScope.open()) {
            assertThat(Tensors.floats(PixelTensors.of(List.of(image)))).containsExactly(-1, 1, -0.6f, -1, 1, -1);
        }
    }

    @Test
    void valuesOutsideTheRangeAreClamped() {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor image = Tensors.of(new float[] {-3, 0, 3}, 1, 3, 1, 1);
            assertThat(PixelTensors.images(image).get(0).rgb()).containsExactly(0, (byte) 128, (byte) 255);
        }
    }

    @Test
    void imagesOfDifferentSizesAreRefused() {
        RgbImage small = new RgbImage(1, 1, new byte[3]);
        RgbImage wide = new RgbImage(2, 1, new byte[6]);
        assertThatThrownBy(() -> PixelTensors.of(List.of(small, wide)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("image 0 is 1 x 1 and image 1 is 2 x 1");
        assertThatThrownBy(() -> PixelTensors.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
