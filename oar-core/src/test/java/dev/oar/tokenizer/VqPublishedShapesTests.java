package dev.oar.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The names and shapes of LlamaGen's published {@code vq_ds16_c2i} and {@code vq_ds8_c2i}, module by module: its name, what it
 * is, and its channels before and after. Nothing is allocated.
 */
class VqPublishedShapesTests {
    private static final String VQ16 = """
            encoder.conv_in                 convolution3 3 128
            encoder.conv_blocks.0.res.0     residual 128 128
            encoder.conv_blocks.0.res.1     residual 128 128
            encoder.conv_blocks.0.downsample.conv convolution3 128 128
            encoder.conv_blocks.1.res.0     residual 128 128
            encoder.conv_blocks.1.res.1     residual 128 128
            encoder.conv_blocks.1.downsample.conv convolution3 128 128
            encoder.conv_blocks.2.res.0     residual 128 256
            encoder.conv_blocks.2.res.1     residual 256 256
            encoder.conv_blocks.2.downsample.conv convolution3 256 256
            encoder.conv_blocks.3.res.0     residual 256 256
            encoder.conv_blocks.3.res.1     residual 256 256
            encoder.conv_blocks.3.downsample.conv convolution3 256 256
            encoder.conv_blocks.4.res.0     residual 256 512
            encoder.conv_blocks.4.attn.0    attention 512 512
            encoder.conv_blocks.4.res.1     residual 512 512
            encoder.conv_blocks.4.attn.1    attention 512 512
            decoder.conv_blocks.0.res.0     residual 512 512
            decoder.conv_blocks.0.attn.0    attention 512 512
            decoder.conv_blocks.0.res.1     residual 512 512
            decoder.conv_blocks.0.attn.1    attention 512 512
            decoder.conv_blocks.0.res.2     residual 512 512
            decoder.conv_blocks.0.attn.2    attention 512 512
            decoder.conv_blocks.0.upsample.conv convolution3 512 512
            decoder.conv_blocks.1.res.0     residual 512 256
            decoder.conv_blocks.1.res.1     residual 256 256
            decoder.conv_blocks.1.res.2     residual 256 256
            decoder.conv_blocks.1.upsample.conv convolution3 256 256
            decoder.conv_blocks.2.res.0     residual 256 256
            decoder.conv_blocks.2.res.1     residual 256 256
            decoder.conv_blocks.2.res.2     residual 256 256
            decoder.conv_blocks.2.upsample.conv convolution3 256 256
            decoder.conv_blocks.3.res.0     residual 256 128
            decoder.conv_blocks.3.res.1     residual 128 128
            decoder.conv_blocks.3.res.2     residual 128 128
            decoder.conv_blocks.3.upsample.conv convolution3 128 128
            decoder.conv_blocks.4.res.0     residual 128 128
            decoder.conv_blocks.4.res.1     residual 128 128
            decoder.conv_blocks.4.res.2     residual 128 128
            """;

    private static final String VQ8 = """
            encoder.conv_in                 convolution3 3 128
            encoder.conv_blocks.0.res.0     residual 128 128
            encoder.conv_blocks.0.res.1     residual 128 128
            encoder.conv_blocks.0.downsample.conv convolution3 128 128
            encoder.conv_blocks.1.res.0     residual 128 256
            encoder.conv_blocks.1.res.1     residual 256 256
            encoder.conv_blocks.1.downsample.conv convolution3 256 256
            encoder.conv_blocks.2.res.0     residual 256 256
            encoder.conv_blocks.2.res.1     residual 256 256
            encoder.conv_blocks.2.downsample.conv convolution3 256 256
            encoder.conv_blocks.3.res.0     residual 256 512
            encoder.conv_blocks.3.attn.0    attention 512 512
            encoder.conv_blocks.3.res.1     residual 512 512
            encoder.conv_blocks.3.attn.1    attention 512 512
            decoder.conv_blocks.0.res.0     residual 512 512
            decoder.conv_blocks.0.attn.0    attention 512 512
            decoder.conv_blocks.0.res.1     residual 512 512
            decoder.conv_blocks.0.attn.1    attention 512 512
            decoder.conv_blocks.0.res.2     residual 512 512
            decoder.conv_blocks.0.attn.2    attention 512 512
            decoder.conv_blocks.0.upsample.conv convolution3 512 512
            decoder.conv_blocks.1.res.0     residual 512 256
            decoder.conv_blocks.1.res.1     residual 256 256
            decoder.conv_blocks.1.res.2     residual 256 256
            decoder.conv_blocks.1.upsample.conv convolution3 256 256
            decoder.conv_blocks.2.res.0     residual 256 256
            decoder.conv_blocks.2.res.1     residual 256 256
            decoder.conv_blocks.2.res.2     residual 256 256
            decoder.conv_blocks.2.upsample.conv convolution3 256 256
            decoder.conv_blocks.3.res.0     residual 256 128
            decoder.conv_blocks.3.res.1     residual 128 128
            decoder.conv_blocks.3.res.2     residual 128 128
            """;

    /** What both have around their levels. */
    private static final String BOTH = """
            encoder.mid.0                   residual 512 512
            encoder.mid.1                   attention 512 512
            encoder.mid.2                   residual 512 512
            encoder.norm_out                norm 512 512
            encoder.conv_out                convolution3 512 256
            quant_conv                      convolution1 256 8
            quantize.embedding              codes 16384 8
            post_quant_conv                 convolution1 8 256
            decoder.conv_in                 convolution3 256 512
            decoder.mid.0                   residual 512 512
            decoder.mid.1                   attention 512 512
            decoder.mid.2                   residual 512 512
            decoder.norm_out                norm 128 128
            decoder.conv_out                convolution3 128 3
            """;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void publishedTokenizersHaveThePublishedNamesAndShapesWithAndWithoutNormalisedCodes(boolean normalised) {
        VqTokenizerConfig sixteen = VqTokenizerConfig.vq16(256, normalised);
        assertThat(readable(VqTokenizer.shapes(sixteen))).isEqualTo(readable(expected(VQ16 + BOTH)));
        assertThat(parameters(sixteen)).isEqualTo(71_883_403);
        assertThat(sixteen.grid().cells()).isEqualTo(256);
        VqTokenizerConfig eight = VqTokenizerConfig.vq8(256, normalised);
        assertThat(readable(VqTokenizer.shapes(eight))).isEqualTo(readable(expected(VQ8 + BOTH)));
        assertThat(parameters(eight)).isEqualTo(70_109_835);
        assertThat(eight.grid().cells()).isEqualTo(1024);
    }

    private static Map<String, long[]> expected(String modules) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        modules.lines().map(line -> line.split(" +", -1)).forEach(module -> {
            long inputs = Long.parseLong(module[2]);
            long outputs = Long.parseLong(module[3]);
            switch (module[1]) {
                case "convolution1" -> convolution(shapes, module[0], inputs, outputs, 1);
                case "convolution3" -> convolution(shapes, module[0], inputs, outputs, 3);
                case "norm" -> norm(shapes, module[0], inputs);
                case "codes" -> shapes.put(module[0] + ".weight", new long[] {inputs, outputs});
                case "attention" -> {
                    norm(shapes, module[0] + ".norm", inputs);
                    for (String part : new String[] {".q", ".k", ".v", ".proj_out"}) {
                        convolution(shapes, module[0] + part, inputs, inputs, 1);
                    }
                }
                case "residual" -> {
                    norm(shapes, module[0] + ".norm1", inputs);
                    convolution(shapes, module[0] + ".conv1", inputs, outputs, 3);
                    norm(shapes, module[0] + ".norm2", outputs);
                    convolution(shapes, module[0] + ".conv2", outputs, outputs, 3);
                    if (inputs != outputs) {
                        convolution(shapes, module[0] + ".nin_shortcut", inputs, outputs, 1);
                    }
                }
                default -> throw new AssertionError(module[1]);
            }
        });
        return shapes;
    }

    private static void convolution(Map<String, long[]> shapes, String name, long inputs, long outputs, long side) {
        shapes.put(name + ".weight", new long[] {outputs, inputs, side, side});
        shapes.put(name + ".bias", new long[] {outputs});
    }

    private static void norm(Map<String, long[]> shapes, String name, long channels) {
        shapes.put(name + ".weight", new long[] {channels});
        shapes.put(name + ".bias", new long[] {channels});
    }

    private static String readable(Map<String, long[]> shapes) {
        return new TreeMap<>(shapes)
                .entrySet().stream()
                        .map(entry -> entry.getKey() + " " + Arrays.toString(entry.getValue()))
                        .collect(Collectors.joining("\n"));
    }

    private static long parameters(VqTokenizerConfig config) {
        return VqTokenizer.shapes(config).values().stream()
                .mapToLong(shape -> Arrays.stream(shape).reduce(1, Math::multiplyExact))
                .sum();
    }
}
