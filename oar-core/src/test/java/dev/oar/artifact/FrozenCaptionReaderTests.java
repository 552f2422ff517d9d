package dev.oar.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.file.CorruptFileException;
import dev.oar.model.CaptionConditioning;
import dev.oar.model.CaptionConditioning.TooLong;
import dev.oar.model.CaptionEmbeddings;
import dev.oar.model.FrozenEncoder;
import dev.oar.model.LearnedEncoder;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyTextEncoder;
import dev.oar.text.PaddingRule;
import dev.oar.text.PaddingSide;
import dev.oar.text.TextEncoderFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NativeMemory.class)
class FrozenCaptionReaderTests {
    private static final int LENGTH = 12;
    private static final List<String> CAPTIONS =
            List.of("a photo of a cat", "two dogs", "the quick brown fox jumps over the lazy dog and runs away");

    @TempDir
    private Path folder;

    private static CaptionConditioning sizes(TooLong tooLong, PaddingRule rule) {
        return new CaptionConditioning(
                LENGTH, tooLong, new FrozenEncoder(Optional.empty(), TinyTextEncoder.WIDTH, PaddingSide.RIGHT, rule));
    }

    private FrozenCaptionReader reader(TooLong tooLong, PaddingRule rule, long seed) throws IOException {
        Path encoder = TinyTextEncoder.write(folder.resolve("encoder-" + seed), seed);
        return FrozenCaptionReader.open(sizes(tooLong, rule), new TextEncoderFiles(encoder), Optional.empty());
    }

    private static float[] row(CaptionEmbeddings captions, int caption) {
        return TensorScope.compute(
                () -> Tensors.floats(captions.padded(caption, PaddingSide.RIGHT).to(torch.ScalarType.Float)));
    }

    @ParameterizedTest
    @EnumSource(PaddingRule.class)
    void captionsReadAloneAreThoseThatWereKeptTogether(PaddingRule rule) throws IOException {
        try (FrozenCaptionReader reader = reader(TooLong.CUT, rule, 1)) {
            CaptionFeatures kept = reader.write(folder.resolve("kept"), CAPTIONS, done -> {});
            kept.requireSource(reader.source());
            assertThat(kept.cutCount()).isEqualTo(1).isEqualTo((int) reader.cut(CAPTIONS));
            try (CaptionEmbeddings together = kept.embeddings();
                    CaptionEmbeddings read = reader.read(CAPTIONS, Optional.empty())) {
                for (int caption = 0; caption < CAPTIONS.size(); caption++) {
                    assertThat(read.length(caption)).isEqualTo(together.length(caption));
                    assertThat(row(read, caption)).containsExactly(row(together, caption), within(4e-3f));
                }
            }
        }
    }

    @Test
    void manyCaptionsAreKeptAsFewAreRead() throws IOException {
        List<String> many = IntStream.range(0, 300).mapToObj(i -> "dog " + i).toList();
        try (FrozenCaptionReader reader = reader(TooLong.CUT, PaddingRule.HIDDEN, 1);
                FrozenCaptionReader few = reader(TooLong.CUT, PaddingRule.HIDDEN, 1)) {
            CaptionFeatures.Source source = few.source();
            assertThat(reader.source()).isEqualTo(source);
            CaptionFeatures kept = reader.write(folder.resolve("kept"), many, done -> {});
            kept.requireSource(source);
            assertThat(reader.source()).isEqualTo(source);
            try (CaptionEmbeddings together = kept.embeddings();
                    CaptionEmbeddings read = few.read(many.subList(290, 300), Optional.empty())) {
                for (int caption = 0; caption < 10; caption++) {
                    assertThat(row(read, caption)).containsExactly(row(together, 290 + caption), within(4e-3f));
                }
            }
        }
    }

    @Test
    void aCaptionDoesNotDependOnThoseReadWithItNorOnItsSpaces() throws IOException {
        try (FrozenCaptionReader reader = reader(TooLong.CUT, PaddingRule.HIDDEN, 1);
                CaptionEmbeddings alone = reader.read(List.of("two dogs"), Optional.empty());
                CaptionEmbeddings beside =
                        reader.read(List.of(CAPTIONS.get(2), " two  dogs"), Optional.of("two dogs"))) {
            assertThat(beside.count()).isEqualTo(2);
            assertThat(beside.hasNegative()).isTrue();
            assertThat(row(beside, 1)).isEqualTo(row(alone, 0));
            assertThat(row(beside, 2)).as("the negative one").isEqualTo(row(alone, 0));
        }
    }

    @Test
    void captionsThatAreTooLongAreRefusedUnlessTheyAreToBeCut() throws IOException {
        try (FrozenCaptionReader reader = reader(TooLong.REFUSE, PaddingRule.HIDDEN, 1)) {
            reader.require(CAPTIONS.subList(0, 2), Optional.of("a dog"));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> reader.read(CAPTIONS, Optional.empty()))
                    .withMessageContaining("a caption may have up to 12 tokens for this model, but 'the quick");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> reader.require(CAPTIONS.subList(0, 1), Optional.of(CAPTIONS.get(2))))
                    .withMessageContaining("shorten it");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> reader.require(List.of(" "), Optional.empty()))
                    .withMessageContaining("must say something");
        }
    }

    @Test
    void anotherEncoderThanTheModelWasTrainedWithIsRefused() throws IOException {
        CaptionFeatures.Source trained;
        try (FrozenCaptionReader reader = reader(TooLong.CUT, PaddingRule.HIDDEN, 1)) {
            trained = reader.source();
        }
        Path file = folder.resolve(CaptionSourceFile.NAME);
        CaptionSourceFile.write(file, trained);
        assertThat(CaptionSourceFile.read(file)).isEqualTo(trained);
        TextEncoderFiles other = new TextEncoderFiles(TinyTextEncoder.write(folder.resolve("other"), 2));
        try (FrozenCaptionReader reader =
                FrozenCaptionReader.open(sizes(TooLong.CUT, PaddingRule.HIDDEN), other, Optional.of(trained))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> reader.read(CAPTIONS, Optional.empty()))
                    .withMessageContaining("captions of this model must come from the text encoder ")
                    .withMessageContaining("--text-encoder");
        }
        try (FrozenCaptionReader reader = FrozenCaptionReader.open(
                sizes(TooLong.CUT, PaddingRule.SEEN),
                new TextEncoderFiles(folder.resolve("encoder-1")),
                Optional.of(trained))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> reader.read(CAPTIONS, Optional.empty()))
                    .withMessageContaining("rule of padding hidden, but come from seen");
        }
        Files.writeString(file, Files.readString(file).replace("hidden", "Hidden"));
        assertThatThrownBy(() -> CaptionSourceFile.read(file)).isInstanceOf(CorruptFileException.class);
        Files.writeString(file, "{}");
        assertThatThrownBy(() -> CaptionSourceFile.read(file))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("copy the whole folder again");
    }

    @Test
    void encodersThatDoNotFitAreRefusedInOneSentence() throws IOException {
        CaptionConditioning sizes = sizes(TooLong.CUT, PaddingRule.HIDDEN);
        TextEncoderFiles wide = new TextEncoderFiles(TinyTextEncoder.write(folder.resolve("wide"), 16, 814, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrozenCaptionReader.open(sizes, wide, Optional.empty()))
                .withMessageContaining("must have the width 8, but that of " + wide.folder() + " has 16");
        TextEncoderFiles few = new TextEncoderFiles(TinyTextEncoder.write(folder.resolve("few"), 8, 100, 1));
        try (FrozenCaptionReader reader = FrozenCaptionReader.open(sizes, few, Optional.empty())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> reader.read(CAPTIONS, Optional.empty()))
                    .withMessageContaining("has 100 embeddings for 814 tokens");
        }
        assertThatThrownBy(() -> FrozenCaptionReader.open(
                        sizes, new TextEncoderFiles(folder.resolve("nowhere")), Optional.empty()))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("nowhere");
        Files.delete(few.folder().resolve("tokenizer.json"));
        assertThatThrownBy(() -> FrozenCaptionReader.open(sizes, few, Optional.empty()))
                .isInstanceOf(CorruptFileException.class);
        CaptionConditioning learned = sizes.withEncoder(new LearnedEncoder(300, 16, 1, 2, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrozenCaptionReader.open(learned, wide, Optional.empty()))
                .withMessageContaining("leave that out");
    }
}
