package dev.oar.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.file.CorruptFileException;
import dev.oar.model.CaptionEmbeddings;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import dev.oar.text.ClipTextConfig;
import dev.oar.text.ClipTextConfig.Activation;
import dev.oar.text.ClipTextConfig.Pooling;
import dev.oar.text.ClipTextEncoder;
import dev.oar.text.Columns;
import dev.oar.text.PaddingRule;
import dev.oar.text.PaddingSide;
import dev.oar.text.TextEncoder;
import dev.oar.text.TextTokenizer;
import dev.oar.text.TokenLayout;
import dev.oar.text.Truncation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NativeMemory.class)
class CaptionFeaturesTests {
    private static final List<String> CAPTIONS = List.of(
            "a photo of a cat",
            "",
            "the quick brown fox jumps over the lazy dog and runs away",
            "two dogs",
            "a red dress");
    private static final int LENGTH = 12;

    @TempDir
    Path folder;

    private static TextTokenizer tokenizer() throws IOException {
        return TextTokenizer.open(Golden.resource("tokenizer-bpe-clip-like").folder());
    }

    private static TextEncoder encoder(long seed) throws IOException {
        ClipTextConfig config = new ClipTextConfig(
                814, 16, 2, 32, 2, LENGTH, 1e-5, Activation.GELU, 813, Pooling.FIRST_END, Optional.empty());
        WeightSource random =
                new WeightSource.Random(CounterRandom.of(seed, "encoder").bits(0));
        return new ClipTextEncoder(config, random.weights(config.shapes()));
    }

    private static CaptionFeaturesWriter writer(
            TextTokenizer tokenizer, TextEncoder encoder, Truncation truncation, PaddingRule rule) {
        return new CaptionFeaturesWriter(tokenizer, encoder, LENGTH, truncation, PaddingSide.RIGHT, rule, 2);
    }

    @ParameterizedTest
    @EnumSource(PaddingRule.class)
    void whatIsReadBackIsWhatTheEncoderMakesOfEachCaption(PaddingRule rule) throws IOException {
        try (TextTokenizer tokenizer = tokenizer();
                TextEncoder encoder = encoder(1);
                TensorScope ignored = TensorScope.open()) {
            CaptionFeatures features =
                    writer(tokenizer, encoder, Truncation.CUT, rule).write(folder, CAPTIONS, done -> {});
            assertThat(features.count()).isEqualTo(CAPTIONS.size());
            assertThat(features.cutCount()).isEqualTo(1);
            assertThat(features.length(2)).isEqualTo(LENGTH);
            features.verify();
            TokenLayout layout = new TokenLayout(LENGTH, Truncation.CUT, PaddingSide.RIGHT, Columns.MAXIMUM);
            try (CaptionEmbeddings all = CaptionFeatures.open(folder).embeddings();
                    CaptionEmbeddings some = features.embeddings(3, 1)) {
                assertThat(all.length()).isEqualTo(LENGTH);
                for (int caption = 0; caption < CAPTIONS.size(); caption++) {
                    Tensor expected = encoder.features(tokenizer.encode(List.of(CAPTIONS.get(caption)), layout), rule)
                            .squeeze(0)
                            .narrow(0, 0, all.length(caption));
                    Tensor actual = all.padded(caption, PaddingSide.RIGHT).narrow(0, 0, all.length(caption));
                    assertThat(actual.scalar_type().intern()).isEqualTo(torch.ScalarType.Half);
                    Golden.assertClose(CAPTIONS.get(caption), actual.to(torch.ScalarType.Float), expected, 1e-3);
                }
                assertThat(Tensors.floats(some.padded(0, PaddingSide.LEFT)))
                        .isEqualTo(Tensors.floats(all.padded(3, PaddingSide.LEFT)));
            }
        }
    }

    @Test
    void aTextPaddedInFrontIsRefusedWhereItsPositionsWouldDependOnTheTextsBesideIt() throws IOException {
        try (TextTokenizer tokenizer = tokenizer();
                TextEncoder encoder = encoder(1);
                TensorScope ignored = TensorScope.open()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new CaptionFeaturesWriter(
                            tokenizer, encoder, LENGTH, Truncation.CUT, PaddingSide.LEFT, PaddingRule.HIDDEN, 2))
                    .withMessageContaining("padding-side: right")
                    .withMessageContaining("padding-rule: seen");
            // Where padding is seen, all are padded to the maximum length.
            CaptionFeatures together = new CaptionFeaturesWriter(
                            tokenizer, encoder, LENGTH, Truncation.CUT, PaddingSide.LEFT, PaddingRule.SEEN, 5)
                    .write(folder.resolve("together"), CAPTIONS, done -> {});
            for (int caption = 0; caption < CAPTIONS.size(); caption++) {
                CaptionFeatures alone = new CaptionFeaturesWriter(
                                tokenizer, encoder, LENGTH, Truncation.CUT, PaddingSide.LEFT, PaddingRule.SEEN, 5)
                        .write(folder.resolve("alone"), List.of(CAPTIONS.get(caption)), done -> {});
                try (CaptionEmbeddings one = alone.embeddings();
                        CaptionEmbeddings same = together.embeddings(caption)) {
                    assertThat(one.length(0)).isEqualTo(same.length(0));
                    Golden.assertClose(
                            CAPTIONS.get(caption),
                            one.padded(0, PaddingSide.LEFT).to(torch.ScalarType.Float),
                            same.padded(0, PaddingSide.LEFT).to(torch.ScalarType.Float),
                            4e-3);
                }
            }
        }
    }

    @Test
    void featuresOfAnotherSourceAreRefused() throws IOException {
        try (TextTokenizer tokenizer = tokenizer();
                TextEncoder encoder = encoder(1);
                TextEncoder other = encoder(2)) {
            CaptionFeatures features = writer(tokenizer, encoder, Truncation.CUT, PaddingRule.HIDDEN)
                    .write(folder, CAPTIONS, done -> {});
            CaptionFeatures.Source own =
                    CaptionFeatures.Source.of(tokenizer, encoder, LENGTH, PaddingSide.RIGHT, PaddingRule.HIDDEN);
            features.requireSource(own);
            assertThatThrownBy(() -> features.requireSource(
                            CaptionFeatures.Source.of(tokenizer, other, LENGTH, PaddingSide.RIGHT, PaddingRule.HIDDEN)))
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining("text encoder");
            assertThatThrownBy(() -> features.requireSource(new CaptionFeatures.Source(
                            own.tokenizer(), own.encoder(), LENGTH, PaddingSide.RIGHT, PaddingRule.SEEN)))
                    .hasMessageContaining("rule of padding seen, but come from hidden");
            assertThat(features.captionsFingerprint()).isEqualTo(CaptionFeaturesWriter.fingerprint(CAPTIONS));
        }
    }

    @Test
    void damageIsNamed() throws IOException {
        try (TextTokenizer tokenizer = tokenizer();
                TextEncoder encoder = encoder(1)) {
            CaptionFeaturesWriter writer = writer(tokenizer, encoder, Truncation.CUT, PaddingRule.HIDDEN);
            CaptionFeatures features = writer.write(folder, CAPTIONS, done -> {});
            Path shard = folder.resolve("captions-00000.safetensors");
            byte[] bytes = Files.readAllBytes(shard);
            bytes[bytes.length - 3] ^= 1;
            Files.write(shard, bytes);
            assertThatThrownBy(features::verify)
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining("fingerprint");
            Path manifest = folder.resolve("caption-features.json");
            Files.writeString(manifest, Files.readString(manifest).replace("\"hidden\"", "\"seen\""));
            assertThatThrownBy(() -> CaptionFeatures.open(folder)).hasMessageContaining("was changed");
            Files.delete(manifest);
            assertThatThrownBy(() -> CaptionFeatures.open(folder)).hasMessageContaining("once they are complete");
            writer.write(folder, CAPTIONS, done -> {}).verify();
            assertThatThrownBy(() -> features.embeddings(5)).hasMessageContaining("in 0 .. 4");
            assertThatThrownBy(() -> writer(tokenizer, encoder, Truncation.REFUSE, PaddingRule.HIDDEN)
                            .write(folder, CAPTIONS, done -> {}))
                    .hasMessageContaining("a text may have 12 tokens");
            assertThat(CaptionFeatures.open(folder).count())
                    .as("what was there")
                    .isEqualTo(5);
        }
    }
}
