package dev.oar.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.checkpoint.Safetensors;
import dev.oar.file.CorruptFileException;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Weights;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class TextEncoderTests {
    private static final String T5 = "t5-encoder-relu";
    private static final String CLIP = "clip-text-encoder-projection";

    @TempDir
    Path folder;

    /** The encoder of a case, its files under the names of the hub. */
    private TextEncoderFiles files(String name, String modelType) throws IOException {
        Path golden = Golden.resource(name).folder();
        Files.copy(golden.resolve("weights.safetensors"), folder.resolve("model.safetensors"));
        String config = Files.readString(golden.resolve("config.json"));
        Files.writeString(
                folder.resolve("config.json"), config.replaceFirst("\\{", "{\"model_type\": \"" + modelType + "\","));
        return new TextEncoderFiles(folder);
    }

    private TextEncoder encoder(String name) throws IOException {
        return files(name, name.equals(T5) ? "t5" : "clip_text_model").encoder();
    }

    private static TokenizedTexts texts(int seed, int vocabulary, PaddingSide side, int columns, int... lengths) {
        Random random = new Random(seed);
        int[][] ids = new int[lengths.length][columns];
        for (int text = 0; text < lengths.length; text++) {
            int first = side == PaddingSide.LEFT ? columns - lengths[text] : 0;
            for (int i = 0; i < lengths[text]; i++) {
                ids[text][first + i] = 2 + random.nextInt(vocabulary - 2);
            }
        }
        return TokenizedTexts.whole(ids, lengths, side);
    }

    @ParameterizedTest
    @ValueSource(strings = {T5, CLIP})
    void paddingChangesNoFeatureOfAText(String name) throws IOException {
        try (TextEncoder encoder = encoder(name);
                TextEncoder exact = inFloat64(encoder);
                TensorScope ignored = TensorScope.open()) {
            for (int seed = 0; seed < 5; seed++) {
                int vocabulary = encoder.vocabularySize();
                TokenizedTexts alone = texts(seed, vocabulary, PaddingSide.RIGHT, 7, 7);
                TokenizedTexts together = texts(seed, vocabulary, PaddingSide.RIGHT, 20, 7, 20, 1);
                Tensor expected = exact.features(alone, PaddingRule.HIDDEN);
                Tensor actual = exact.features(together, PaddingRule.HIDDEN)
                        .narrow(0, 0, 1)
                        .narrow(1, 0, 7);
                Golden.assertClose(name + " seed " + seed, actual, expected, 1e-12);
            }
        }
    }

    @Test
    void theFeaturesOfT5AreTheSameOnWhicheverSidePaddingStands() throws IOException {
        try (TextEncoder encoder = encoder(T5);
                TextEncoder exact = inFloat64(encoder);
                TensorScope ignored = TensorScope.open()) {
            Tensor right = exact.features(texts(3, 100, PaddingSide.RIGHT, 12, 5), PaddingRule.HIDDEN);
            Tensor left = exact.features(texts(3, 100, PaddingSide.LEFT, 12, 5), PaddingRule.HIDDEN);
            Golden.assertClose("features", left.narrow(1, 7, 5), right.narrow(1, 0, 5), 1e-12);
            Tensor seen = exact.features(texts(3, 100, PaddingSide.RIGHT, 12, 5), PaddingRule.SEEN);
            assertThat(seen.sub(right).narrow(1, 0, 5).abs().max().item_double())
                    .isGreaterThan(1e-3);
        }
    }

    private static TextEncoder inFloat64(TextEncoder encoder) {
        Weights weights = encoder.weights().to(torch.ScalarType.Double);
        return encoder instanceof T5Encoder t5
                ? new T5Encoder(t5.config(), weights)
                : new ClipTextEncoder(((ClipTextEncoder) encoder).config(), weights);
    }

    @Test
    void paddingInFrontOfATextOfClipIsANumber() throws IOException {
        try (TextEncoder encoder = encoder(CLIP);
                TensorScope ignored = TensorScope.open()) {
            Tensor features = encoder.features(texts(1, 90, PaddingSide.LEFT, 9, 4, 9), PaddingRule.HIDDEN);
            assertThat(features.isfinite().all().item_bool()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {T5, CLIP})
    void anEncoderForManyTextsGivesTheSameFeaturesAndItsLayersHoldNoSecondCopy(String name) throws IOException {
        TextEncoderFiles files = files(name, name.equals(T5) ? "t5" : "clip_text_model");
        try (TextEncoder encoder = files.encoder();
                TextEncoder repacked = files.repackedEncoder();
                TensorScope ignored = TensorScope.open()) {
            TokenizedTexts texts = texts(4, encoder.vocabularySize(), PaddingSide.RIGHT, 10, 10, 3);
            Golden.assertClose(
                    name,
                    repacked.features(texts, PaddingRule.HIDDEN),
                    encoder.features(texts, PaddingRule.HIDDEN),
                    1e-5);
            assertThat(repacked.fingerprint()).isEqualTo(encoder.fingerprint());
            long kept = repacked.weights().asMap().values().stream()
                    .filter(weight -> weight.dim() == 2 && weight.stride(0) > 0)
                    .mapToLong(Tensor::numel)
                    .sum();
            long tables = repacked.weights().asMap().entrySet().stream()
                    .filter(weight -> weight.getKey().matches(".*(shared|embedding|bias|projection)\\.weight"))
                    .mapToLong(weight -> weight.getValue().numel())
                    .sum();
            assertThat(kept).isEqualTo(tables);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {T5, CLIP})
    void prepackedLayersGiveTheSameFeatures(String name) throws IOException {
        try (TextEncoder encoder = encoder(name);
                TextEncoder packed = encoder.packed(WeightFormat.FLOAT32);
                TensorScope ignored = TensorScope.open()) {
            TokenizedTexts texts = texts(4, encoder.vocabularySize(), PaddingSide.RIGHT, 10, 10, 3);
            Golden.assertClose(
                    name,
                    packed.features(texts, PaddingRule.HIDDEN),
                    encoder.features(texts, PaddingRule.HIDDEN),
                    1e-5);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {T5, CLIP})
    void aFileOfTheWholeModelInHalfPrecisionIsAsGood(String name) throws IOException {
        TextEncoderFiles files = files(name, name.equals(T5) ? "t5" : "clip_text_model");
        try (TextEncoder encoder = files.encoder();
                TensorScope ignored = TensorScope.open()) {
            rewrite(tensors -> {
                tensors.replaceAll((key, tensor) -> tensor.to(torch.ScalarType.Half));
                tensors.put(
                        name.equals(T5) ? "decoder.final_layer_norm.weight" : "vision_model.x", Tensors.range(0, 3));
                if (name.equals(T5)) {
                    tensors.put("encoder.embed_tokens.weight", tensors.remove("shared.weight"));
                } else {
                    tensors.put("text_model.embeddings.position_ids", Tensors.range(0, 77));
                }
            });
            try (TextEncoder half = files.encoder()) {
                TokenizedTexts texts = texts(4, encoder.vocabularySize(), PaddingSide.RIGHT, 10, 10, 3);
                Tensor features = half.features(texts, PaddingRule.HIDDEN);
                assertThat(features.scalar_type().intern()).isEqualTo(torch.ScalarType.Float);
                Golden.assertClose(name, features, encoder.features(texts, PaddingRule.HIDDEN), 1e-2);
                assertThat(half.fingerprint()).isNotEqualTo(encoder.fingerprint());
            }
        }
    }

    private void rewrite(Consumer<Map<String, Tensor>> change) throws IOException {
        Path file = folder.resolve("model.safetensors");
        try (Weights weights = Safetensors.weights(file);
                TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>(weights.asMap());
            change.accept(tensors);
            Safetensors.write(file, tensors, Map.of());
        }
    }

    @Test
    void weightsWithoutAPlaceAndMissingOnesAreNamed() throws IOException {
        TextEncoderFiles files = files(T5, "t5");
        rewrite(tensors -> tensors.put("encoder.adapter.weight", Tensors.zeros(torch.ScalarType.Float, 1)));
        assertCorrupt(files, "no place for a weight named 'encoder.adapter.weight'");
        rewrite(tensors -> {
            tensors.remove("encoder.adapter.weight");
            tensors.remove("encoder.final_layer_norm.weight");
        });
        assertCorrupt(files, "needs a weight named 'encoder.final_layer_norm.weight'");
        Files.delete(folder.resolve("model.safetensors"));
        assertCorrupt(files, "has none of them");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"d_model\": 48|\"d_model\": \"48\"|'d_model'",
                "\"d_model\": 48|\"d_modell\": 48|'d_model'",
                "\"num_layers\": 2|\"num_layers\": 0|'num_layers'",
                "\"num_heads\": 3|\"num_heads\": 3000000000|'num_heads'",
                "\"relu\"|\"gated-silu\"|'feed_forward_proj'",
                "\"is_gated_act\": false|\"is_gated_act\": true|'is_gated_act'",
                "\"t5\"|\"umt5\"|'model_type'",
                "_buckets\": 16|_buckets\": 6|a number of buckets that 4 divides",
                "\\}\\s*$|,|must be JSON"
            })
    void aConfigurationThatIsNoneIsRefused(String change) throws IOException {
        TextEncoderFiles files = files(T5, "t5");
        String[] parts = change.split("\\|");
        Path config = folder.resolve("config.json");
        Files.writeString(config, Files.readString(config).replaceFirst(parts[0], parts[1]));
        assertCorrupt(files, parts[2]);
    }

    private static void assertCorrupt(TextEncoderFiles files, String message) {
        assertThatThrownBy(() -> files.encoder().close())
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining(message)
                .hasMessageMatching("[^\\n]*;[^\\n]*");
    }

    @Test
    void theTextEncoderOfAWholeClipIsDescribedByAPartOfItsConfiguration() throws IOException {
        TextEncoderFiles files = files(CLIP, "clip_text_model");
        Path config = folder.resolve("config.json");
        String text = Files.readString(config);
        ClipTextConfig alone = ClipTextConfig.read(config);
        Files.writeString(
                config,
                "{\"model_type\": \"clip\", \"projection_dim\": 20, \"logit_scale_init_value\": 2.6, \"text_config\": "
                        + text.replace("\"projection_dim\": 20", "\"projection_dim\": 512") + "}");
        assertThat(ClipTextConfig.read(config)).isEqualTo(alone);
        assertThat(alone.pooling()).isEqualTo(ClipTextConfig.Pooling.FIRST_END);
        files.encoder().close();
        Files.writeString(config, text.replace("\"eos_token_id\": 87", "\"eos_token_id\": 2"));
        assertThat(ClipTextConfig.read(config).pooling()).isEqualTo(ClipTextConfig.Pooling.LARGEST_TOKEN);
    }

    @Test
    void tokensThatAnEncoderCannotTakeAreRefused() throws IOException {
        try (TextEncoder encoder = encoder(CLIP);
                TextTokenizer tokenizer = TextTokenizer.open(
                        Golden.resource("tokenizer-bpe-clip-like").folder())) {
            assertThatThrownBy(() -> encoder.requireTokenizer(tokenizer))
                    .hasMessageContaining("has 90 embeddings for 814 tokens");
            TokenizedTexts foreign = TokenizedTexts.whole(new int[][] {{1, 90}}, new int[] {2}, PaddingSide.RIGHT);
            assertThatThrownBy(() -> encoder.features(foreign, PaddingRule.SEEN))
                    .hasMessageContaining("tokens must lie in 0 .. 89");
            assertThatThrownBy(() -> encoder.features(texts(1, 90, PaddingSide.RIGHT, 78, 78), PaddingRule.SEEN))
                    .hasMessageContaining("a text may have 77 tokens");
        }
    }
}
