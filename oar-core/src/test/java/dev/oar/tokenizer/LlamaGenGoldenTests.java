package dev.oar.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.checkpoint.Safetensors;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The numbers of the public implementation in {@code golden/llamagen-vq}, to the tolerances stated there. */
@ExtendWith(NativeMemory.class)
class LlamaGenGoldenTests {
    private static final Path CASE = Path.of("src/test/resources/golden/llamagen-vq");
    private static final VqTokenizerConfig CONFIG = new VqTokenizerConfig(
            64, 32, List.of(1, 1, 2, 2), 2, 32, 128, 8, true, AttentionPlacement.LOWEST_RESOLUTION, 32);

    private TensorScope scope;
    private VqTokenizer tokenizer;
    private Safetensors golden;

    @BeforeEach
    void read() throws IOException {
        scope = TensorScope.open();
        tokenizer = new VqTokenizer(CONFIG, Safetensors.weights(CASE.resolve("weights.safetensors")));
        golden = Safetensors.open(CASE.resolve("golden.safetensors"));
    }

    @AfterEach
    void close() {
        tokenizer.close();
        scope.close();
    }

    @Test
    void encoderAndLatentsAreThoseOfTheReference() throws IOException {
        Tensor images = golden.read("image");
        assertClose(tokenizer.encoderOutput(images), "encoder_out");
        assertClose(tokenizer.latents(images), "pre_quant");
    }

    @Test
    void everyTokenIsThatOfTheReference() throws IOException {
        assertThat(Tensors.longs(tokenizer.encode(golden.read("image"))))
                .containsExactly(Tensors.longs(golden.read("indices")));
    }

    @Test
    void codesStandForTheReferencesVectors() throws IOException {
        Tensor found = golden.read("indices");
        assertClose(tokenizer.toImage(tokenizer.codebook().lookUp(found)), "quantized");
        assertClose(tokenizer.toImage(tokenizer.codebook().lookUp(golden.read("codes"))), "codebook_entry");
    }

    @Test
    void decodedImagesAreThoseOfTheReference() throws IOException {
        assertClose(tokenizer.decode(golden.read("codes")), "decoded");
        assertClose(tokenizer.reconstruct(golden.read("image")), "reconstruction");
        assertClose(tokenizer.decodeVectors(golden.read("quantized")), "forward_out");
    }

    @Test
    void eightBitImagesAreThoseOfTheReference() throws IOException {
        Tensor decoded = tokenizer.decode(golden.read("codes"));
        assertSamePixels(PixelTensors.bytes(decoded), "decoded_uint8");
        Tensor resized = PixelTensors.resized(decoded, 96);
        assertClose(resized, "decoded_bicubic");
        assertSamePixels(PixelTensors.bytes(resized), "decoded_uint8_resized");
    }

    private void assertClose(Tensor actual, String name) throws IOException {
        Tensor expected = golden.read(name);
        assertThat(actual.shape()).as(name).containsExactly(expected.shape());
        float[] a = Tensors.floats(actual);
        float[] e = Tensors.floats(expected);
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < e.length; i++) {
            largest = Math.max(largest, Math.abs(e[i]));
            difference = Math.max(difference, Math.abs(e[i] - a[i]));
        }
        assertThat(difference).as(name).isLessThanOrEqualTo(1e-4 * largest);
    }

    private void assertSamePixels(Tensor actual, String name) throws IOException {
        byte[] a = Tensors.bytes(actual);
        byte[] e = Tensors.bytes(golden.read(name));
        assertThat(a).as(name).hasSameSizeAs(e);
        int equal = 0;
        for (int i = 0; i < e.length; i++) {
            int difference = Math.abs((e[i] & 0xFF) - (a[i] & 0xFF));
            assertThat(difference).as("%s at %d", name, i).isLessThanOrEqualTo(1);
            equal += difference == 0 ? 1 : 0;
        }
        assertThat((double) equal / e.length).as(name).isGreaterThanOrEqualTo(0.98);
    }
}
