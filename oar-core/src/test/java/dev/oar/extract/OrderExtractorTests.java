package dev.oar.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.data.DrawnTokens;
import dev.oar.data.OrderShards;
import dev.oar.data.Split;
import dev.oar.data.TokenSet;
import dev.oar.data.TokenShards;
import dev.oar.data.TokenShardsWriter;
import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.ConfidenceRanking.FillFirst;
import dev.oar.decode.DecodedTokens;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.InformativeFirst;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.Shortlist;
import dev.oar.decode.TokenSource;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import dev.oar.testing.WatchedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class OrderExtractorTests {
    private static final TokenGrid GRID = new TokenGrid(3, 3);
    private static final int IMAGES = 11;

    @TempDir
    Path folder;

    private TokenShards tokens(String name, TokenGrid grid) throws IOException {
        TokenShardsWriter writer = TokenShardsWriter.create(
                folder.resolve(name),
                new TokenSet(Split.TRAIN, grid, 11, 1, List.of("a", "b", "c"), List.of(), "tokenizer", "images"));
        CounterRandom random = CounterRandom.of(1, "extracted tokens");
        for (int image = 0; image < IMAGES; image++) {
            int[] cells = new int[grid.cells()];
            for (int cell = 0; cell < cells.length; cell++) {
                cells[cell] = random.derive(image).integer(11, cell);
            }
            writer.add(new int[][] {cells}, image % 3, image, image + ".png");
        }
        return writer.finish();
    }

    private static ExtractionConfig config(ConfidenceMeasure measure, ExtractionConfig.Tokens source) {
        return ExtractionConfig.of(measure).withTokens(source).withBatches(4, 6).withSeed(5);
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void everyStepIsOneForwardOverAllRemainingCellsNeverOnePerCandidate(Formulation formulation) throws IOException {
        try (AnyOrderTransformer model = TinyModels.transformer(formulation, GRID, 1, torch.ScalarType.Float)) {
            ExtractionConfig config = config(ConfidenceMeasure.MAX_PROBABILITY, ExtractionConfig.Tokens.IMAGE);
            assertThat(questions(model, config)).isEqualTo(peeks(9, 8, 7, 6, 5, 4, 3, 2, 1));
        }
    }

    @Test
    void aShortlistIsAskedBetweenFullScorings() throws IOException {
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 2, torch.ScalarType.Float)) {
            assertThat(questions(model, shortlist(3, 3))).isEqualTo(peeks(9, 3, 2, 6, 3, 2, 3, 2, 1));
            // A list that runs out is drawn up again early.
            assertThat(questions(model, shortlist(2, 8))).isEqualTo(peeks(9, 2, 1, 6, 2, 1, 3, 2, 1));
        }
    }

    private static ExtractionConfig shortlist(int cells, int rescoreEvery) {
        return listed(
                config(ConfidenceMeasure.NEGATIVE_ENTROPY, ExtractionConfig.Tokens.IMAGE),
                new Shortlist(cells, rescoreEvery));
    }

    private static ExtractionConfig listed(ExtractionConfig exact, Shortlist cells) {
        return exact.withOrder(exact.order().withShortlist(cells));
    }

    /** What the model is asked for while one batch is extracted. */
    private List<String> questions(AnyOrderTransformer model, ExtractionConfig config) throws IOException {
        List<String> questions = new ArrayList<>();
        new OrderExtractor(new WatchedModel(model, questions), "model", config).orders(tokens("tokens", GRID), 0, 4);
        return questions;
    }

    /** One forward pass over so many cells of each image after the other, and nothing else. */
    private static List<String> peeks(int... cells) {
        List<String> questions = new ArrayList<>(List.of("packed"));
        IntStream.of(cells).forEach(count -> questions.add("peek 4 x " + count));
        return questions;
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void aShortlistOfAllCellsGivesTheExactOrders(Formulation formulation) throws IOException {
        TokenShards tokens = tokens("tokens", GRID);
        for (long seed = 1; seed <= 4; seed++) {
            try (AnyOrderTransformer model = TinyModels.transformer(formulation, GRID, seed, torch.ScalarType.Double)) {
                ExtractionConfig exact = config(ConfidenceMeasure.MARGIN, ExtractionConfig.Tokens.IMAGE);
                List<GenerationOrder> expected = new OrderExtractor(model, "model", exact).orders(tokens, 0, 4);
                assertThat(new OrderExtractor(model, "model", listed(exact, new Shortlist(GRID.cells(), 4)))
                                .orders(tokens, 0, 4))
                        .as("seed " + seed)
                        .isEqualTo(expected);
                assertThat(new OrderExtractor(model, "model", listed(exact, new Shortlist(3, 3))).orders(tokens, 0, 4))
                        .as("the first cell of any shortlist is the exact one, seed " + seed)
                        .extracting(order -> order.cellAt(0))
                        .isEqualTo(
                                expected.stream().map(order -> order.cellAt(0)).toList());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ExtractionConfig.Tokens.class)
    void anExtractionThatIsBrokenOffGoesOnAndEndsWithTheSameOrders(ExtractionConfig.Tokens source) throws IOException {
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.POSITION_INSTRUCTION, GRID, 2, torch.ScalarType.Float)) {
            TokenShards tokens = tokens("tokens", GRID);
            OrderExtractor extractor =
                    new OrderExtractor(model, "model", config(ConfidenceMeasure.NEGATIVE_ENTROPY, source));
            OrderShards whole = extractor.extract(tokens, folder.resolve("whole"), done -> {});
            assertThatThrownBy(() -> extractor.extract(tokens, folder.resolve("broken"), done -> {
                        if (done == 10) {
                            throw new IllegalStateException("broken off");
                        }
                    }))
                    .hasMessage("broken off");
            List<Integer> resumed = new ArrayList<>();
            OrderShards broken = extractor.extract(tokens, folder.resolve("broken"), resumed::add);
            assertThat(resumed.get(0)).isEqualTo(6);
            assertThat(broken.fingerprint()).isEqualTo(whole.fingerprint());
            for (int image = 0; image < IMAGES; image++) {
                assertThat(broken.order(image)).as("image " + image).isEqualTo(whole.order(image));
            }
            if (source == ExtractionConfig.Tokens.SAMPLED) {
                assertThat(DrawnTokens.open(folder.resolve("broken"), broken).fingerprint())
                        .isEqualTo(
                                DrawnTokens.open(folder.resolve("whole"), whole).fingerprint());
            }
            assertThat(whole.set().measure()).isEqualTo("negative-entropy");
            assertThat(whole.set().modelFingerprint()).isEqualTo("model");
        }
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void freeRunningOrdersComeWithTheTokensThatTheModelDrewInThem(Formulation formulation) throws IOException {
        try (AnyOrderTransformer model = TinyModels.transformer(formulation, GRID, 4, torch.ScalarType.Double)) {
            TokenShards tokens = tokens("tokens", GRID);
            Path free = folder.resolve("free");
            OrderExtractor extractor = new OrderExtractor(
                    model, "model", config(ConfidenceMeasure.MARGIN, ExtractionConfig.Tokens.SAMPLED));
            OrderShards orders = extractor.extract(tokens, free, done -> {});
            TokenShards drawn = DrawnTokens.open(free, orders);
            assertThat(drawn.count()).isEqualTo(IMAGES);
            assertThat(drawn.views()).isEqualTo(1);
            assertThat(drawn.families()).isEqualTo(tokens.families());
            // Shown to the model as real images, what it drew is ordered as it was drawn: the orders belong to it.
            OrderShards taught = new OrderExtractor(
                            model, "model", config(ConfidenceMeasure.MARGIN, ExtractionConfig.Tokens.IMAGE))
                    .extract(drawn, folder.resolve("taught"), done -> {});
            OrderShards real = new OrderExtractor(
                            model, "model", config(ConfidenceMeasure.MARGIN, ExtractionConfig.Tokens.IMAGE))
                    .extract(tokens, folder.resolve("real"), done -> {});
            int different = 0;
            for (int image = 0; image < IMAGES; image++) {
                assertThat(drawn.classIndex(image)).isEqualTo(tokens.classIndex(image));
                assertThat(drawn.fileName(image)).isEqualTo(tokens.fileName(image));
                assertThat(taught.order(image)).as("image " + image).isEqualTo(orders.order(image));
                different += real.order(image).equals(orders.order(image)) ? 0 : 1;
            }
            assertThat(different)
                    .as("orders of drawn images are not those of real ones")
                    .isPositive();
        }
    }

    @Test
    void anOrderDoesNotDependOnWhichImagesShareItsBatch() throws IOException {
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 3, torch.ScalarType.Double)) {
            TokenShards tokens = tokens("tokens", GRID);
            OrderExtractor extractor =
                    new OrderExtractor(model, "model", config(ConfidenceMeasure.MARGIN, ExtractionConfig.Tokens.IMAGE));
            assertThat(extractor.orders(tokens, 2, 3))
                    .isEqualTo(extractor.orders(tokens, 0, 4).subList(2, 3));
        }
    }

    @Test
    void tokensOfAnotherModelAreRefused() throws IOException {
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.DUAL_POSITION, new TokenGrid(2, 2), 3, torch.ScalarType.Float)) {
            TokenShards tokens = tokens("tokens", GRID);
            OrderExtractor extractor =
                    new OrderExtractor(model, "model", config(ConfidenceMeasure.MARGIN, ExtractionConfig.Tokens.IMAGE));
            assertThatThrownBy(() -> extractor.extract(tokens, folder.resolve("orders"), done -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("9 cells")
                    .hasMessageContaining("4 cells");
        }
    }

    @Test
    void ordersThatBeginWithTheLeastConfidentCellSaySoAndOthersAreDescribedAsEver() throws IOException {
        TokenShards tokens = tokens("tokens", GRID);
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 2, torch.ScalarType.Double)) {
            ExtractionConfig most = config(ConfidenceMeasure.MARGIN, ExtractionConfig.Tokens.IMAGE);
            ExtractionConfig least = most.withOrder(most.order().withFirst(FillFirst.LEAST_CONFIDENT));
            OrderShards usual =
                    new OrderExtractor(model, "model", most).extract(tokens, folder.resolve("most"), done -> {});
            OrderShards turned =
                    new OrderExtractor(model, "model", least).extract(tokens, folder.resolve("least"), done -> {});
            assertThat(turned.set().settings()).containsEntry("fill-first", "least-confident");
            assertThat(usual.set().settings()).doesNotContainKey("fill-first");
            assertThat(RecipeWriter.write(least)).contains("fill-first: least-confident");
            assertThat(RecipeWriter.write(most)).doesNotContain("fill-first");
            assertThat(turned.order(0)).isNotEqualTo(usual.order(0));
        }
    }

    @Test
    void anExtractionByInformationGainIsTheOrderOfItsPolicyAndDescribesItself() throws IOException {
        TokenShards tokens = tokens("tokens", GRID);
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.POSITION_INSTRUCTION, GRID, 2, torch.ScalarType.Double)) {
            ExtractionConfig usual = config(ConfidenceMeasure.NEGATIVE_ENTROPY, ExtractionConfig.Tokens.IMAGE);
            ExtractionConfig gain = usual.withInformationGain(new ExtractionConfig.InformationGain(Optional.of(5)));
            OrderShards orders =
                    new OrderExtractor(model, "model", gain).extract(tokens, folder.resolve("gain"), done -> {});
            assertThat(orders.set().measure()).isEqualTo("information-gain");
            assertThat(orders.set().settings()).containsEntry("candidates", "5");
            for (int image : new int[] {0, 7}) {
                int[] conditions = {tokens.condition(image)};
                int[][] images = {tokens.tokens(image, 0)};
                DecodedTokens alone = new AnyOrderDecoder(model)
                        .decode(new DecodingRequest(
                                conditions,
                                new long[] {image},
                                0,
                                new InformativeFirst(model, conditions, images, 5),
                                new TokenSource.GroundTruth(images),
                                ClassifierFreeGuidance.OFF,
                                KnownTokens.none()));
                assertThat(orders.order(image))
                        .as("image %s", image)
                        .isEqualTo(alone.orders().get(0));
            }
            String text = RecipeWriter.write(gain);
            assertThat(text).contains("information-gain:\n  candidates: 5");
            assertThat(RecipeReader.parse("again", text, ExtractionConfig.class))
                    .isEqualTo(gain);
            assertThat(RecipeReader.parse("all", "information-gain: {}", ExtractionConfig.class)
                            .informationGain())
                    .contains(new ExtractionConfig.InformationGain(Optional.empty()));
            assertThat(RecipeWriter.write(usual)).doesNotContain("information-gain");
            assertThat(gain.looksAtAnswers()).isTrue();
            assertThat(usual.looksAtAnswers()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "confidence: margin",
                "order-noise: 1",
                "locality-weight: 0.5",
                "tokens: sampled",
                "guidance-scale: 2",
                "cells-per-step: 2",
                "fill-first: least-confident"
            })
    void settingsThatInformationGainWouldIgnoreAreRefused(String setting) {
        assertThatThrownBy(() ->
                        RecipeReader.parse("extraction", "information-gain: {}\n" + setting, ExtractionConfig.class))
                .hasMessageContaining("information-gain ranks cells by itself");
    }

    @Test
    void noiseMakesOtherOrdersThatSeedAndImageDetermine() throws IOException {
        TokenShards tokens = tokens("tokens", GRID);
        try (AnyOrderTransformer model =
                TinyModels.transformer(Formulation.DUAL_POSITION, GRID, 2, torch.ScalarType.Double)) {
            ExtractionConfig greedy = config(ConfidenceMeasure.MARGIN, ExtractionConfig.Tokens.IMAGE);
            ExtractionConfig noisy = greedy.withOrder(greedy.order().withNoise(3));
            List<GenerationOrder> orders = new OrderExtractor(model, "model", noisy).orders(tokens, 0, 4);
            assertThat(orders)
                    .isEqualTo(new OrderExtractor(model, "model", noisy).orders(tokens, 0, 4))
                    .isNotEqualTo(new OrderExtractor(model, "model", greedy).orders(tokens, 0, 4))
                    .isNotEqualTo(new OrderExtractor(model, "model", noisy.withSeed(6)).orders(tokens, 0, 4));
        }
    }
}
