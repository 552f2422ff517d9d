package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.oar.file.CorruptFileException;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class TokenShardsTests {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 11})
    void whatWasWrittenIsRead(int count) throws IOException {
        TokenShards tokens = ShardFixtures.tokens(directory, count);

        assertThat(tokens.count()).isEqualTo(count);
        assertThat(tokens.set()).isEqualTo(ShardFixtures.tokenSet());
        for (int image = 0; image < count; image++) {
            assertThat(tokens.tokens(image, 0)).isEqualTo(ShardFixtures.row(image, 0));
            assertThat(tokens.tokens(image, 1)).isEqualTo(ShardFixtures.row(image, 1));
            assertThat(tokens.classIndex(image)).isEqualTo(image % 3);
            assertThat(tokens.family(image)).isEqualTo(image / 2);
            assertThat(tokens.fileName(image)).isEqualTo("image " + image + ".png");
            assertThat(tokens.isFlipped(image, 1)).isEqualTo(image % 3 != 2);
        }
    }

    @Test
    void equalTokensHaveEqualFingerprints() throws IOException {
        String first = ShardFixtures.tokens(directory.resolve("a"), 9).fingerprint();

        assertThat(ShardFixtures.tokens(directory.resolve("b"), 9).fingerprint())
                .isEqualTo(first);
        assertThat(ShardFixtures.tokens(directory.resolve("c"), 8).fingerprint())
                .isNotEqualTo(first);
    }

    @Test
    void aSmallerSetLeavesNoShardOfALargerOneBehind() throws IOException {
        ShardFixtures.tokens(directory, 11);
        ShardFixtures.tokens(directory, 3);

        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void shardsOfARunThatWasBrokenOffStayWhereTheyAreMadeEqualAgain() throws IOException {
        TokenShardsWriter brokenOff = TokenShardsWriter.create(directory, ShardFixtures.tokenSet(), 1);
        Path shard = directory.resolve("tokens-00000.safetensors");
        brokenOff.add(new int[][] {ShardFixtures.row(0, 0), ShardFixtures.row(0, 1)}, 0, 0, "a.png");
        FileTime before = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(shard, before);

        TokenShardsWriter next = TokenShardsWriter.create(directory, ShardFixtures.tokenSet(), 1);
        next.add(new int[][] {ShardFixtures.row(0, 0), ShardFixtures.row(0, 1)}, 0, 0, "a.png");
        next.add(new int[][] {ShardFixtures.row(1, 0), ShardFixtures.row(1, 1)}, 0, 0, "b.png");
        assertThat(next.finish().count()).isEqualTo(2);
        assertThat(Files.getLastModifiedTime(shard)).isEqualTo(before);
    }

    @Test
    void anUnfinishedSetIsRefused() throws IOException {
        TokenShardsWriter writer = TokenShardsWriter.create(directory, ShardFixtures.tokenSet(), 1);
        writer.add(new int[][] {ShardFixtures.row(0, 0), ShardFixtures.row(0, 1)}, 0, 0, "a.png");

        assertRefused("run `oar tokenize` to the end");
    }

    @ParameterizedTest
    @CsvSource({"10, must lie in [0; 10), 0", "-1, must lie in [0; 10), 20"})
    void tokensOutOfRangeAreRefused(int token, String message, int place) throws IOException {
        ShardFixtures.tokens(directory, 3);
        Path shard = directory.resolve("tokens-00000.safetensors");
        byte[] bytes = Files.readAllBytes(shard);
        int data = bytes.length - (3 * 2 * 6 + 3 + 3) * 4;
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(data + place * 4, token);
        Files.write(shard, bytes);

        assertRefused(message.replace(';', ','));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 17, 3 * 2 * 6, 3 * 2 * 6 + 3})
    void aTokenClassOrFamilyThatWasExchangedForAnotherIsRefused(int place) throws IOException {
        ShardFixtures.tokens(directory, 3);
        Path shard = directory.resolve("tokens-00000.safetensors");
        byte[] bytes = Files.readAllBytes(shard);
        ByteBuffer values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int at = bytes.length - (3 * 2 * 6 + 3 + 3) * 4 + place * 4;
        values.putInt(at, values.getInt(at) == 1 ? 2 : 1);
        Files.write(shard, bytes);

        assertRefused("that the manifest beside it recorded");
    }

    @Test
    void aShardOfAnotherSetIsRefused() throws IOException {
        ShardFixtures.tokens(directory, 8);
        Files.copy(
                directory.resolve("tokens-00000.safetensors"),
                directory.resolve("tokens-00001.safetensors"),
                StandardCopyOption.REPLACE_EXISTING);

        assertRefused("so it is damaged or of another set; run `oar tokenize` again");
    }

    @ParameterizedTest
    @CsvSource({"\"views\" : 2, \"views\" : 1", "oar-tokens, oar-other", "\"version\" : 1, \"version\" : 2", "cat, cow"
    })
    void aChangedManifestIsRefused(String from, String to) throws IOException {
        ShardFixtures.tokens(directory, 3);
        Path manifest = directory.resolve("manifest.json");
        String text = Files.readString(manifest);
        assertThat(text).contains(from);
        Files.writeString(manifest, text.replace(from, to));

        assertRefused("run `oar tokenize` again");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "null", "{\"format\":\"oar-tokens\"}", "{\"format\":\"oar-tokens\",\"more\":1}"})
    void aManifestThatIsNoneIsRefused(String text) throws IOException {
        ShardFixtures.tokens(directory, 3);
        Files.writeString(directory.resolve("manifest.json"), text);

        assertRefused("run `oar tokenize` again");
    }

    @Test
    void aMissingShardIsRefused() throws IOException {
        ShardFixtures.tokens(directory, 9);
        Files.delete(directory.resolve("tokens-00001.safetensors"));

        assertRefused("tokens-00001.safetensors");
    }

    @Test
    void tokensOfAnotherTokenizerAreRefused() throws IOException {
        TokenShards tokens = ShardFixtures.tokens(directory, 3);

        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> tokens.requireTokenizer("other"))
                .withMessageContaining("by the tokenizer tok, but this one is other");
    }

    @Test
    void wrongRowsAreNotWritten() throws IOException {
        TokenShardsWriter writer = TokenShardsWriter.create(directory, ShardFixtures.tokenSet(), 4);
        int[] row = ShardFixtures.row(0, 0);

        assertThatIllegalArgumentException().isThrownBy(() -> writer.add(new int[][] {row}, 0, 0, "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> writer.add(new int[][] {row, row}, 4, 0, "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> writer.add(new int[][] {row, {1}}, 0, 0, "a"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.add(new int[][] {row, {1, 2, 3, 4, 5, 10}}, 0, 0, "a"));
    }

    @Test
    void samplesGoOnWhereTheyStoppedAndNeverFlipWhatMustNot() throws IOException {
        TokenShards tokens = ShardFixtures.tokens(directory, 11);
        TokenBatch whole = new TokenSampler(tokens, 5).batch(0, 120);
        TokenBatch later = new TokenSampler(tokens, 5).batch(60, 60);

        int flipped = 0;
        for (int i = 0; i < whole.size(); i++) {
            assertThat(whole.tokens()[i]).isEqualTo(tokens.tokens(whole.images()[i], whole.views()[i]));
            assertThat(tokens.classIndex(whole.images()[i]) == 2 && whole.views()[i] == 1)
                    .isFalse();
            flipped += whole.views()[i];
            if (i >= 60) {
                assertThat(later.images()[i - 60]).isEqualTo(whole.images()[i]);
                assertThat(later.views()[i - 60]).isEqualTo(whole.views()[i]);
            }
        }
        assertThat(flipped).isBetween(15, 65);
    }

    @Test
    void theCaptionsOfAnImageAreDrawnEquallyOftenAndNothingElseChanges() throws IOException {
        TokenShards tokens = ShardFixtures.tokens(directory, 11);
        List<String> captions =
                IntStream.range(0, 33).mapToObj(i -> "caption " + i).toList();
        List<Integer> first = IntStream.range(0, 11).mapToObj(i -> 3 * i).toList();
        List<List<Integer>> further =
                first.stream().map(place -> List.of(place + 1, place + 2)).toList();
        TokenShards described = tokens.drawnFrom(new ImageCaptions(captions, first, further));
        for (long seed = 0; seed < 5; seed++) {
            TokenBatch plain = new TokenSampler(tokens, seed).batch(0, 600);
            TokenBatch drawn = new TokenSampler(described, seed).batch(0, 600);
            assertThat(drawn.images()).as("seed %s", seed).isEqualTo(plain.images());
            assertThat(drawn.views()).as("seed %s", seed).isEqualTo(plain.views());
            int[] counts = new int[3];
            for (int i = 0; i < drawn.size(); i++) {
                assertThat(drawn.conditions()[i] / 3).isEqualTo(drawn.images()[i]);
                counts[drawn.conditions()[i] % 3]++;
            }
            // Four standard deviations of a binomial around 200.
            assertThat(counts)
                    .as("seed %s", seed)
                    .satisfies(each -> Arrays.stream(each)
                            .forEach(count -> assertThat(count).isBetween(200 - 46, 200 + 46)));
            assertThat(new TokenSampler(described, seed).batch(300, 300).conditions())
                    .as("seed %s", seed)
                    .isEqualTo(Arrays.copyOfRange(drawn.conditions(), 300, 600));
        }
    }

    private void assertRefused(String message) {
        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> TokenShards.open(directory))
                .withMessageContaining(message);
    }
}
