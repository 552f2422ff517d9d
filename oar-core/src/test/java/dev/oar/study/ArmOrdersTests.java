package dev.oar.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.data.OrderSet;
import dev.oar.data.OrderShards;
import dev.oar.data.OrderShardsWriter;
import dev.oar.data.Split;
import dev.oar.data.TokenSet;
import dev.oar.data.TokenShards;
import dev.oar.data.TokenShardsWriter;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.extract.ExtractionConfig;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.SpatialOrder;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.OrderSource;
import dev.oar.order.TokenGrid;
import dev.oar.order.UniformRandomOrder;
import dev.oar.study.ArmOrders.Use;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArmOrdersTests {
    private static final TokenGrid GRID = new TokenGrid(4, 4);
    private static final int IMAGES = 12;
    private static final ExtractionConfig EXTRACTION = ExtractionConfig.of(ConfidenceMeasure.NEGATIVE_ENTROPY);

    private final ArmMaterial material;

    ArmOrdersTests(@TempDir Path folder) throws IOException {
        TokenShardsWriter writer = TokenShardsWriter.create(
                folder.resolve("tokens"),
                new TokenSet(Split.TRAIN, GRID, 5, 2, List.of("a", "b", "c"), List.of(), "tokenizer", "images"));
        for (int image = 0; image < IMAGES; image++) {
            int[] row = new int[GRID.cells()];
            writer.add(new int[][] {row, row}, image % 3, image, image + ".png");
        }
        TokenShards tokens = writer.finish();
        OrderShardsWriter orders = OrderShardsWriter.open(
                folder.resolve("orders"),
                new OrderSet("margin", 0, 1, false, "model", tokens.fingerprint(), GRID, IMAGES, Map.of()),
                IMAGES);
        for (int image = 0; image < IMAGES; image++) {
            orders.add(GenerationOrder.uniform(GRID.cells(), CounterRandom.of(image, "recorded")));
        }
        orders.finish();
        material = new ArmMaterial(tokens, Optional.of(OrderShards.open(folder.resolve("orders"), tokens)), false, 7);
    }

    private OrderSource recorded(Use use) throws IOException {
        return new ArmOrders.Recorded(use, EXTRACTION).source(material);
    }

    private GenerationOrder order(int image) {
        return material.recorded().order(image);
    }

    private int donor(GenerationOrder order) {
        return IntStream.range(0, IMAGES)
                .filter(image -> order(image).equals(order))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void recordedOrdersAreLearntAsTheyAreOrBackwardsAndMirroredWhereTheImageIs() throws IOException {
        for (int image = 0; image < IMAGES; image++) {
            assertThat(recorded(Use.OWN).order(3, image, 0)).isEqualTo(order(image));
            assertThat(recorded(Use.REVERSED).order(3, image, 0))
                    .isEqualTo(order(image).reversed());
            assertThat(recorded(Use.REVERSED).order(3, image, 1))
                    .isEqualTo(order(image).mirrored(GRID).reversed());
        }
    }

    @Test
    void shuffledOrdersAreThoseOfOthersEachOnceAndOfTheSameClassWhereAsked() throws IOException {
        for (Use use : List.of(Use.SHUFFLED, Use.SHUFFLED_IN_CLASS)) {
            OrderSource source = recorded(use);
            Set<Integer> donors = new HashSet<>();
            for (int image = 0; image < IMAGES; image++) {
                int donor = donor(source.order(image, image, 0));
                donors.add(donor);
                assertThat(donor).as("%s, image %s", use, image).isNotEqualTo(image);
                if (use == Use.SHUFFLED_IN_CLASS) {
                    assertThat(donor % 3).isEqualTo(image % 3);
                }
            }
            assertThat(donors).as("%s", use).hasSize(IMAGES);
            assertThat(source.description()).isEqualTo(recorded(use).description());
        }
        assertThat(recorded(Use.SHUFFLED).description())
                .isNotEqualTo(recorded(Use.REVERSED).description());
    }

    @Test
    void knownOrdersAreThoseThatImagesAreDrawnInAndRandomOnesThoseOfTheControl() throws IOException {
        OrderSource random = new ArmOrders.Known(new DrawingOrder.UniformRandom(0)).source(material);
        OrderSource control = new UniformRandomOrder(GRID.cells(), material.seed());
        OrderSource raster = new ArmOrders.Known(new DrawingOrder.Raster(0)).source(material);
        OrderSource checkerboard = new ArmOrders.Known(new SpatialOrder.Checkerboard(0)).source(material);
        List<GenerationOrder> drawn = new ArrayList<>();
        for (int draw = 0; draw < 5; draw++) {
            assertThat(random.order(draw, 2, 0)).isEqualTo(control.order(draw, 2, 0));
            assertThat(raster.order(draw, 2, 1)).isEqualTo(GenerationOrder.raster(GRID.cells()));
            drawn.add(checkerboard.order(draw, 2, 0));
        }
        assertThat(drawn).as("what is left to chance is fresh for every sample").doesNotHaveDuplicates();
    }

    @Test
    void meanRanksAreOfTheClassWhereModelsAreToldItAndElseOfAll() throws IOException {
        OrderSource ofClasses = new ArmOrders.ClassMeans(EXTRACTION).source(material);
        OrderSource ofAll = new ArmOrders.ClassMeans(EXTRACTION)
                .source(new ArmMaterial(material.tokens(), material.recordedOrders(), true, 7));
        for (int image = 0; image < IMAGES; image++) {
            assertThat(ofClasses.order(0, image, 0))
                    .isEqualTo(material.recorded().allMeanRanks().order(image % 3));
            assertThat(ofAll.order(0, image, 0)).isEqualTo(ofAll.order(0, 0, 0));
            assertThat(ofAll.order(0, image, 1)).isEqualTo(ofAll.order(0, 0, 0).mirrored(GRID));
        }
        assertThat(ofClasses.order(0, 0, 0)).isNotEqualTo(ofClasses.order(0, 1, 0));
    }

    @Test
    void aPermutationIsTheSameForTrainingAndDrawingAndNumbersAreDifferentOnes() throws IOException {
        Set<GenerationOrder> different = new HashSet<>();
        for (int number = 1; number < 4; number++) {
            ArmOrders.Permutation arm = new ArmOrders.Permutation(number);
            GenerationOrder learnt = arm.source(material).order(9, 1, 1);
            assertThat(((DrawingOrder.Fixed) arm.drawnIn())
                            .ofImages(GRID, Optional.empty())
                            .order(new DrawingOrder.Fixed.OrderedImage(1, 0, 5, new BitSet(), new BitSet())))
                    .isEqualTo(learnt);
            different.add(learnt);
        }
        assertThat(different).hasSize(3);
    }

    @Test
    void anUntrainedArmHasNoOrders() {
        assertThatThrownBy(() -> new ArmOrders.Untrained().source(material)).isInstanceOf(IllegalStateException.class);
    }
}
