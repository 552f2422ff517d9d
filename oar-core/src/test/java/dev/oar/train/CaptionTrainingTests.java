package dev.oar.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.data.Split;
import dev.oar.data.TokenSet;
import dev.oar.data.TokenShards;
import dev.oar.data.TokenShardsWriter;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.CaptionConditioning;
import dev.oar.model.CaptionEmbeddings;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.TokenGrid;
import dev.oar.order.UniformRandomOrder;
import dev.oar.tensor.Precision;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NativeMemory.class)
class CaptionTrainingTests {
    private static final TokenGrid GRID = new TokenGrid(2, 3);
    private static final int VOCABULARY = 11;
    private static final int CAPTIONS = 4;
    private static final String UNCONDITIONAL = "cls_embedding.uncond_embedding";

    @TempDir
    Path directory;

    private TokenShards tokens;

    /** Four images, each of one token everywhere and with a caption of its own. */
    @BeforeEach
    void writeTokens() throws IOException {
        TokenSet set = new TokenSet(
                Split.TRAIN, GRID, VOCABULARY, 1, List.of("0", "1", "2", "3"), List.of(), "tokenizer", "images");
        TokenShardsWriter writer = TokenShardsWriter.create(directory.resolve("tokens"), set);
        for (int image = 0; image < CAPTIONS; image++) {
            int[] cells = new int[GRID.cells()];
            Arrays.fill(cells, 2 * image);
            writer.add(new int[][] {cells}, image, image, image + ".png");
        }
        tokens = writer.finish();
    }

    private static AnyOrderTransformer fresh(Formulation formulation) {
        TransformerConfig config =
                TransformerConfig.of(formulation, 32, 2, 4).conditionedOn(CaptionConditioning.frozen(4, 6));
        return AnyOrderTransformer.initialise(config, new TokenSpace(GRID, VOCABULARY, 1), 1);
    }

    private AnyOrderTraining training(AnyOrderTransformer model, double dropout, TrainingConfig config) {
        return new AnyOrderTraining(model, tokens, new UniformRandomOrder(GRID.cells(), 4), dropout, config);
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void captionsAreLearntAndTheEmbeddingOfNoCaptionStaysAsItWas(Formulation formulation) throws IOException {
        TrainingConfig config = TrainingConfig.of(300, 8, 0.005, 4).withPrecision(Precision.FLOAT32);
        try (AnyOrderTransformer model = fresh(formulation);
                Weights before = model.weights().copy();
                CaptionEmbeddings captions = TinyModels.captions(1, 4, 3, 2, 4);
                AnyOrderTransformer view = model.withCaptions(captions);
                TrainingResult result =
                        TrainingLoop.run(config, training(view, 0.1, config), directory.resolve("run"), List.of())) {
            TensorScope.run(() -> {
                assertThat(numbers(model.weights(), UNCONDITIONAL)).isEqualTo(numbers(before, UNCONDITIONAL));
                for (String name : model.weights().names()) {
                    if (!name.equals(UNCONDITIONAL)) {
                        assertThat(numbers(model.weights(), name)).as(name).isNotEqualTo(numbers(before, name));
                    }
                }
                assertThat(numbers(result.weights(), UNCONDITIONAL)).isEqualTo(numbers(before, UNCONDITIONAL));
                // The very first cell can be known from the caption alone.
                int[][] orders = new int[CAPTIONS][];
                Arrays.fill(orders, new int[] {0, 1, 2, 3, 4, 5});
                double[] first = Tensors.doubles(view.logits(
                                Tensors.of(new int[CAPTIONS][GRID.cells()]),
                                Tensors.of(new int[] {0, 1, 2, 3}, CAPTIONS),
                                Tensors.of(orders),
                                false)
                        .select(1, 0)
                        .softmax(-1));
                for (int caption = 0; caption < CAPTIONS; caption++) {
                    assertThat(first[caption * VOCABULARY + 2 * caption])
                            .as("caption " + caption)
                            .isGreaterThan(0.5);
                }
            });
        }
    }

    private static float[] numbers(Weights weights, String name) {
        return Tensors.floats(weights.get(name).detach());
    }

    @Test
    void aDroppedCaptionIsReplacedByTheEmbeddingOfNoCaption() {
        TrainingConfig config = TrainingConfig.of(1, 8, 0.01, 4);
        try (AnyOrderTransformer model =
                        TinyModels.captioned(Formulation.POSITION_INSTRUCTION, GRID, 2, torch.ScalarType.Double);
                CaptionEmbeddings captions = TinyModels.captions(1, 4, 3, 2, 4);
                AnyOrderTransformer view = model.withCaptions(captions);
                CaptionEmbeddings others = TinyModels.captions(2, 4, 3, 2, 4);
                AnyOrderTransformer otherView = model.withCaptions(others);
                TensorScope ignored = TensorScope.open()) {
            double hidden =
                    training(view, 1, config).loss(0, 0, config.batchSize()).item_double();
            assertThat(training(otherView, 1, config)
                            .loss(0, 0, config.batchSize())
                            .item_double())
                    .isEqualTo(hidden);
            double shown =
                    training(view, 0, config).loss(0, 0, config.batchSize()).item_double();
            assertThat(shown).isNotCloseTo(hidden, within(1e-3));
            assertThat(training(otherView, 0, config)
                            .loss(0, 0, config.batchSize())
                            .item_double())
                    .isNotCloseTo(shown, within(1e-3));
        }
    }

    @Test
    void aTrainingIsNotResumedWithOtherCaptionsNorBegunWithTooFew() throws IOException {
        try (AnyOrderTransformer model = fresh(Formulation.DUAL_POSITION);
                CaptionEmbeddings captions = TinyModels.captions(1, 4, 3, 2, 4);
                CaptionEmbeddings others = TinyModels.captions(1, 4, 3, 1, 4);
                CaptionEmbeddings few = TinyModels.captions(1, 4, 3);
                AnyOrderTransformer view = model.withCaptions(captions);
                AnyOrderTransformer otherView = model.withCaptions(others);
                AnyOrderTransformer fewView = model.withCaptions(few)) {
            TrainingConfig config = TrainingConfig.of(1, 4, 0.01, 4);
            Path run = directory.resolve("run");
            TrainingLoop.run(config, training(view, 0.1, config), run, List.of())
                    .close();
            assertThatThrownBy(() -> TrainingLoop.run(config, training(otherView, 0.1, config), run, List.of())
                            .close())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("data, orders or network have changed");
            assertThatThrownBy(() -> training(fewView, 0.1, config))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("classCount=2")
                    .hasMessageContaining("classCount=4");
        }
    }
}
