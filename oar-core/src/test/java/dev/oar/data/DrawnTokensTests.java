package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.oar.file.CorruptFileException;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class DrawnTokensTests {
    private static final int COUNT = 11;

    @TempDir
    private Path directory;

    private TokenShards tokens;

    @BeforeEach
    void writeTokens() throws IOException {
        tokens = ShardFixtures.tokens(directory.resolve("tokens"), COUNT);
    }

    @Test
    void whatWasDrawnBecomesTokensWithTheClassAndFamilyOfTheImageItStandsFor() throws IOException {
        OrderShards orders = written("orders", 0);
        DrawnTokens.write(directory.resolve("orders"), tokens);
        TokenShards drawn = DrawnTokens.open(directory.resolve("orders"), orders);

        assertThat(drawn.count()).isEqualTo(COUNT);
        assertThat(drawn.views()).isEqualTo(1);
        assertThat(drawn.families()).isEqualTo(tokens.families());
        assertThat(drawn.classes()).isEqualTo(tokens.classes());
        assertThat(drawn.tokenizerFingerprint()).isEqualTo(tokens.tokenizerFingerprint());
        for (int image = 0; image < COUNT; image++) {
            assertThat(drawn.tokens(image, 0)).isEqualTo(drawn(image, 0));
            assertThat(drawn.classIndex(image)).isEqualTo(tokens.classIndex(image));
            assertThat(drawn.fileName(image)).isEqualTo(tokens.fileName(image));
            assertThat(orders.order(image)).isEqualTo(order(image));
        }
    }

    @Test
    void aBrokenOffExtractionGoesOnWithTheTokensItHad() throws IOException {
        written("orders", 0);
        byte[] manifest = Files.readAllBytes(directory.resolve("orders/manifest.json"));
        OrderShardsWriter broken = writer("broken", true);
        for (int image = 0; image < 7; image++) {
            broken.add(order(image), drawn(image, 0));
        }
        OrderShardsWriter resumed = writer("broken", true);
        assertThat(resumed.count()).isEqualTo(4);
        for (int image = 4; image < COUNT; image++) {
            resumed.add(order(image), drawn(image, 0));
        }
        resumed.finish();

        assertThat(Files.readAllBytes(directory.resolve("broken/manifest.json")))
                .isEqualTo(manifest);
    }

    @Test
    void tokensOfOtherOrdersAreRefused() throws IOException {
        written("orders", 0);
        DrawnTokens.write(directory.resolve("orders"), tokens);
        OrderShards others = written("others", 1);

        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> DrawnTokens.open(directory.resolve("orders"), others))
                .withMessageContaining("run `oar extract` again");
    }

    @Test
    void tokensOutsideTheVocabularyAreRefused() throws IOException {
        written("orders", ShardFixtures.VOCABULARY);

        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> DrawnTokens.write(directory.resolve("orders"), tokens))
                .withMessageContaining("must lie in [0, 10)");
    }

    @Test
    void ordersWithoutTheirTokensCanStillBeReadButNotLearntFreeRunning() throws IOException {
        OrderShardsWriter writer = writer("orders", false);
        for (int image = 0; image < COUNT; image++) {
            writer.add(order(image));
        }
        writer.finish();

        assertThat(OrderShards.open(directory.resolve("orders"), tokens).order(3))
                .isEqualTo(order(3));
        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> DrawnTokens.write(directory.resolve("orders"), tokens))
                .withMessageContaining("must hold the tokens that were drawn");
    }

    @Test
    void tokensAreTakenWithFreeRunningOrdersAndWithNoOthers() throws IOException {
        OrderShardsWriter teacherForced = writer("forced", false);
        OrderShardsWriter freeRunning = writer("free", true);

        assertThatIllegalArgumentException().isThrownBy(() -> teacherForced.add(order(0), drawn(0, 0)));
        assertThatIllegalArgumentException().isThrownBy(() -> freeRunning.add(order(0)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> freeRunning.add(order(0), new int[5]))
                .withMessageContaining("6 cells, but 5 tokens");
        assertThat(teacherForced.count()).isZero();
        assertThat(freeRunning.count()).isZero();
    }

    private OrderShards written(String name, int shift) throws IOException {
        OrderShardsWriter writer = writer(name, true);
        for (int image = 0; image < COUNT; image++) {
            writer.add(order(image), drawn(image, shift));
        }
        writer.finish();
        return OrderShards.open(directory.resolve(name), tokens);
    }

    private OrderShardsWriter writer(String name, boolean freeRunning) throws IOException {
        OrderSet set = new OrderSet(
                "margin", 0, 1, freeRunning, "model", tokens.fingerprint(), tokens.grid(), COUNT, Map.of("k", "4"));
        return OrderShardsWriter.open(directory.resolve(name), set, 4);
    }

    private static GenerationOrder order(int image) {
        return GenerationOrder.uniform(6, CounterRandom.of(image, "test order"));
    }

    private static int[] drawn(int image, int shift) {
        CounterRandom random = CounterRandom.of(image, "drawn tokens of a test");
        int[] row = new int[6];
        for (int cell = 0; cell < row.length; cell++) {
            row[cell] = random.integer(ShardFixtures.VOCABULARY, cell) + shift;
        }
        return row;
    }
}
