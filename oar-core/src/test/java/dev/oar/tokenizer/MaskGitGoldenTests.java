package dev.oar.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.checkpoint.Safetensors;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * The numbers of the public implementation. No case is small enough for the repository: {@link MaskGitTokenizerTests} holds the
 * network to plain loops there, and the system property {@code oar.golden} names a folder with cases for this class.
 */
@ExtendWith(NativeMemory.class)
class MaskGitGoldenTests {
    private static final Set<String> INPUTS = Set.of("image", "codes", "shortcut_block_in");

    static List<Golden> cases() {
        return Golden.ofKind("maskgit-vq");
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("cases")
    void everyStoredTensorIsMet(Golden golden) throws IOException {
        Safetensors file = golden.open("golden.safetensors");
        try (TensorScope ignored = TensorScope.open();
                MaskGitTokenizer tokenizer = new MaskGitTokenizer(
                        config(golden.config()),
                        Safetensors.weights(golden.folder().resolve("weights.safetensors")))) {
            Map<String, Tensor> outputs = outputs(tokenizer, file);
            Set<String> known = new TreeSet<>(outputs.keySet());
            known.addAll(INPUTS);
            assertThat(known).containsAll(file.names());
            for (String name : file.names()) {
                Tensor output = outputs.get(name);
                if (output != null) {
                    compare(golden, name, output, file.read(name));
                }
            }
        }
    }

    private static Map<String, Tensor> outputs(MaskGitTokenizer tokenizer, Safetensors file) throws IOException {
        Tensor latents = tokenizer.latents(MaskGitTokenizer.signedRange(file.read("image")));
        Tensor indices = tokenizer.encode(MaskGitTokenizer.signedRange(file.read("image")));
        Tensor codes = file.read("codes");
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("pre_quant", latents);
        outputs.put("distances", tokenizer.distances(latents));
        outputs.put("soft_code", tokenizer.softCodes(latents));
        outputs.put("indices", indices);
        outputs.put("quantized", tokenizer.quantised(indices));
        outputs.put("decoded_raw", tokenizer.decodeVectors(tokenizer.quantised(codes)));
        outputs.put("decoded", tokenizer.decodeUnit(codes));
        outputs.put("reconstruction", tokenizer.decodeUnit(indices));
        outputs.put("decoded_uint8", MaskGitTokenizer.truncatedBytes(tokenizer.decodeUnit(codes)));
        outputs.put(
                "shortcut_block_out",
                tokenizer.residualBlock(shortcutBlock(tokenizer), file.read("shortcut_block_in")));
        return outputs;
    }

    private static void compare(Golden golden, String name, Tensor actual, Tensor expected) {
        switch (name) {
            case "indices" -> assertThat(Tensors.longs(actual)).as(name).containsExactly(Tensors.longs(expected));
            case "decoded_uint8" -> assertSamePixels(golden, name, Tensors.bytes(actual), Tensors.bytes(expected));
            default -> Golden.assertClose(name, actual, expected, golden.tolerance("float_relative"));
        }
    }

    private static void assertSamePixels(Golden golden, String name, byte[] actual, byte[] expected) {
        assertThat(actual).as(name).hasSameSizeAs(expected);
        int[] steps = IntStream.range(0, expected.length)
                .map(i -> Math.abs((expected[i] & 0xFF) - (actual[i] & 0xFF)))
                .toArray();
        assertThat(IntStream.of(steps).max().orElseThrow())
                .as("%s: largest step", name)
                .isLessThanOrEqualTo((int) golden.tolerance("uint8_levels"));
        assertThat((double) IntStream.of(steps).filter(step -> step == 0).count() / steps.length)
                .as("%s: share of equal values", name)
                .isGreaterThanOrEqualTo(golden.tolerance("uint8_fraction_exact"));
    }

    /** The encoder's first block that changes the number of channels. */
    private static String shortcutBlock(MaskGitTokenizer tokenizer) {
        String suffix = ".nin_shortcut.weight";
        return tokenizer.weights().names().stream()
                .filter(name -> name.startsWith("encoder.down.") && name.endsWith(suffix))
                .map(name -> name.substring(0, name.length() - suffix.length()))
                .min(String::compareTo)
                .orElseThrow();
    }

    private static MaskGitTokenizerConfig config(JsonNode config) {
        return new MaskGitTokenizerConfig(
                config.get("resolution").asInt(),
                config.get("hidden_channels").asInt(),
                config.get("channel_mult").valueStream().map(JsonNode::asInt).toList(),
                config.get("num_res_blocks").asInt(),
                config.get("num_embeddings").asInt(),
                config.get("z_channels").asInt(),
                config.get("norm_groups").asInt());
    }
}
