package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.oar.file.CorruptFileException;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.KendallDistance;
import dev.oar.order.TokenGrid;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class OrderShardsTests {
    @TempDir
    Path directory;

    private TokenShards tokens;

    @BeforeEach
    void writeTokens() throws IOException {
        tokens = ShardFixtures.tokens(directory.resolve("tokens"), 11);
    }

    @Test
    void whatWasWrittenIsReadAndMirroredWithTheImage() throws IOException {
        OrderShards orders = written(tokens, 4);

        for (int image = 0; image < 11; image++) {
            assertThat(orders.order(image)).isEqualTo(order(image));
            assertThat(orders.order(image, 0)).isEqualTo(order(image));
            GenerationOrder flipped =
                    image % 3 == 2 ? order(image) : order(image).mirrored(ShardFixtures.GRID);
            assertThat(new RecordedOrder(orders).order(99, image, 1)).isEqualTo(flipped);
        }
        assertThat(orders.set()).isEqualTo(ShardFixtures.orderSet(tokens, "margin"));
    }

    @Test
    void aDistilledOrderIsTheOneNearestToTheRecordedOneMirroredWithTheImage() throws IOException {
        OrderShards orders = written(tokens, 4);
        DistilledOrder few = DistilledOrder.of(orders, 3, 7);
        assertThat(few.distilled().medoids()).hasSize(3);
        for (int image = 0; image < 11; image++) {
            GenerationOrder own = few.order(99, image, 0);
            GenerationOrder recorded = order(image);
            assertThat(few.distilled().medoids())
                    .contains(own)
                    .allSatisfy(other -> assertThat(KendallDistance.pairs(recorded, own))
                            .isLessThanOrEqualTo(KendallDistance.pairs(recorded, other)));
            assertThat(few.order(99, image, 1)).isEqualTo(image % 3 == 2 ? own : own.mirrored(ShardFixtures.GRID));
        }
        assertThat(DistilledOrder.of(orders, 11, 7).order(0, 5, 0)).isEqualTo(order(5));
        assertThat(few.description())
                .isEqualTo("distilled 3 7 of recorded " + orders.fingerprint())
                .isNotEqualTo(DistilledOrder.of(orders, 2, 7).description());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4, 9, 11})
    void aBrokenOffExtractionGoesOnAndEndsInTheSameBytes(int stopped) throws IOException {
        written(tokens, 4);
        byte[] manifest = Files.readAllBytes(directory.resolve("orders/manifest.json"));
        Path other = directory.resolve("other");
        OrderShardsWriter broken = writer(other, "margin");
        for (int image = 0; image < stopped; image++) {
            broken.add(order(image));
        }

        OrderShardsWriter resumed = writer(other, "margin");
        assertThat(resumed.count()).isEqualTo(stopped == 11 ? 8 : stopped / 4 * 4);
        for (int image = resumed.count(); image < 11; image++) {
            resumed.add(order(image));
        }
        resumed.finish();

        assertThat(Files.readAllBytes(other.resolve("manifest.json"))).isEqualTo(manifest);
        assertThat(writer(other, "margin").count()).isEqualTo(11);
        OrderShards.open(other, tokens);
    }

    @Test
    void shardsOfOtherSettingsAreNotTakenOver() throws IOException {
        written(tokens, 4);

        assertThat(writer(directory.resolve("orders"), "max-probability").count())
                .isZero();
        assertThat(directory.resolve("orders")).isEmptyDirectory();
    }

    @Test
    void ordersOfOtherTokensAreRefused() throws IOException {
        written(tokens, 4);
        TokenShards others = ShardFixtures.tokens(directory.resolve("others"), 10);

        assertRefused(others, "run `oar extract` on these tokens");
    }

    @Test
    void ordersOfAnotherGridAreRefused() throws IOException {
        written(tokens, 4);
        TokenSet set = new TokenSet(Split.TRAIN, TokenGrid.square(16), 10, 1, List.of("a"), List.of(), "t", "i");
        TokenShards larger =
                TokenShardsWriter.create(directory.resolve("larger"), set).finish();

        assertRefused(
                larger,
                "holds orders for 6 cells, but the tokens have 256 per image; run `oar extract` on these tokens");
    }

    @Test
    void rowsThatAreNoPermutationAreRefused() throws IOException {
        written(tokens, 4);
        Path shard = directory.resolve("orders/orders-00001.safetensors");
        byte[] bytes = Files.readAllBytes(shard);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(bytes.length - 4, buffer.getInt(bytes.length - 8));
        Files.write(shard, bytes);

        assertRefused(tokens, "row 3 of");
    }

    @Test
    void anotherPermutationInTheRecordedOnesPlaceIsRefused() throws IOException {
        written(tokens, 4);
        Path shard = directory.resolve("orders/orders-00001.safetensors");
        byte[] bytes = Files.readAllBytes(shard);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int last = buffer.getInt(bytes.length - 4);
        buffer.putInt(bytes.length - 4, buffer.getInt(bytes.length - 8)).putInt(bytes.length - 8, last);
        Files.write(shard, bytes);

        assertRefused(tokens, "so it is damaged or of another set; run `oar extract` again");
    }

    @Test
    void ordersOfAnotherModelAreRefused() throws IOException {
        OrderShards orders = written(tokens, 4);
        orders.requireModel("model");

        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> orders.requireModel("other"))
                .withMessageContaining("were extracted by the model model, but this one is other; run `oar extract`");
    }

    @Test
    void anUnfinishedSetIsRefused() throws IOException {
        OrderShardsWriter writer = writer(directory.resolve("orders"), "margin");
        writer.add(order(0));

        assertThatIllegalStateException().isThrownBy(writer::finish).withMessageContaining("1 of 11");
        assertRefused(tokens, "run `oar extract` to the end");
    }

    @Test
    void meanRanksWeighFamiliesEqually() throws IOException {
        OrderShards orders = written(tokens, 4);
        // Class 0 holds the images 0, 3, 6 and 9, each of another family; overall, pairs are families and image 10 is
        // alone.
        double[] ranks = orders.meanRanks(0);
        double[] overall = orders.meanRanks();
        for (int cell = 0; cell < 6; cell++) {
            double sum = 0;
            for (int image = 0; image < 12; image += 3) {
                sum += order(image).inverse()[cell];
            }
            assertThat(ranks[cell]).isCloseTo(sum / 4, Offset.offset(1e-12));
            double all = order(10).inverse()[cell];
            for (int image = 0; image < 10; image++) {
                all += order(image).inverse()[cell] / 2.0;
            }
            assertThat(overall[cell]).isCloseTo(all / 6, Offset.offset(1e-12));
        }
        assertThat(orders.meanRanks(3)).containsOnly(Double.NaN);
    }

    @Test
    void meanRanksTravelAsAFile() throws IOException {
        MeanRanks ranks = written(tokens, 4).allMeanRanks();
        Path file = directory.resolve("mean-ranks.json");
        ranks.write(file);
        MeanRanks read = MeanRanks.read(file);

        for (int classIndex = 0; classIndex < 4; classIndex++) {
            assertThat(read.ofClass(classIndex)).isEqualTo(ranks.ofClass(classIndex));
            assertThat(read.order(classIndex)).isEqualTo(ranks.order(classIndex));
        }
        assertThat(read.order(3)).isEqualTo(GenerationOrder.ascending(ranks.overall()));
    }

    @Test
    void anOrderTravelsAsText() throws IOException {
        Path file = directory.resolve("order.txt");
        OrderFile.write(file, order(3), ShardFixtures.GRID);
        assertThat(OrderFile.read(file, ShardFixtures.GRID)).isEqualTo(order(3));

        Files.writeString(file, "# from the right\n2,1,0\n5, 4 3 # the lower row\n");
        assertThat(OrderFile.read(file, ShardFixtures.GRID)).isEqualTo(GenerationOrder.of(2, 1, 0, 5, 4, 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0 1 2", "0 1 2 3 4 4", "0 1 2 3 4 x", "0 1 2 3 4 6"})
    void textsThatAreNoOrderOfTheGridAreRefused(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("order.txt"), text);

        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> OrderFile.read(file, ShardFixtures.GRID))
                .withMessageContaining("each cell from 0 to 5 once");
    }

    private OrderShards written(TokenShards of, int imagesPerShard) throws IOException {
        OrderShardsWriter writer = OrderShardsWriter.open(
                directory.resolve("orders"), ShardFixtures.orderSet(of, "margin"), imagesPerShard);
        for (int image = 0; image < of.count(); image++) {
            writer.add(order(image));
        }
        writer.finish();
        return OrderShards.open(directory.resolve("orders"), of);
    }

    private OrderShardsWriter writer(Path path, String measure) throws IOException {
        return OrderShardsWriter.open(path, ShardFixtures.orderSet(tokens, measure), 4);
    }

    private static GenerationOrder order(int image) {
        return GenerationOrder.uniform(6, CounterRandom.of(image, "test order"));
    }

    private void assertRefused(TokenShards other, String message) {
        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> OrderShards.open(directory.resolve("orders"), other))
                .withMessageContaining(message);
    }
}
