package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.Safetensors;
import dev.oar.config.ConfigException;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.data.CalibrationTable;
import dev.oar.data.DistilledOrder;
import dev.oar.data.OrderShards;
import dev.oar.data.TokenShards;
import dev.oar.extract.ExtractionConfig;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TokenSpace;
import dev.oar.order.MixedOrder;
import dev.oar.order.OrderSource;
import dev.oar.order.UniformRandomOrder;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import dev.oar.train.AnyOrderTraining;
import dev.oar.train.TrainingConfig;
import dev.oar.train.TrainingLoop;
import dev.oar.train.TrainingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings of fine-tuning that recipes may leave out. */
@ExtendWith(NativeMemory.class)
class FinetuningSettingsTests {
    private static final String TRAINING =
            "training: {steps: 4, batch-size: 4, learning-rate: 0.001, schedule: {kind: constant, warm-up-steps: 0}}\n";

    @TempDir
    private Path folder;

    @Test
    void theyAreWrittenWhereTheyAreUsedAndNowhereElse() {
        Recipe.FinetuningSection usual = section("");
        assertThat(RecipeWriter.write(usual)).doesNotContain("context-noise", "distilled-orders");
        Recipe.FinetuningSection all = section("context-noise: 0.05\ndistilled-orders: 3\n");
        assertThat(RecipeWriter.write(all)).contains("context-noise: 0.05\n", "distilled-orders: 3\n");
        assertThat(RecipeReader.parse("again", RecipeWriter.write(all), Recipe.FinetuningSection.class))
                .isEqualTo(all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"context-noise: 1.5\n", "distilled-orders: 0\n"})
    void numbersOutOfRangeAreRefused(String setting) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> section(setting))
                .withMessageContaining(setting.substring(0, setting.indexOf(':')));
    }

    private static Recipe.FinetuningSection section(String settings) {
        return RecipeReader.parse("finetuning", settings + TRAINING, Recipe.FinetuningSection.class);
    }

    @Test
    void aRunLearnsDistilledCalibratedOrdersUnderContextNoise() throws IOException {
        Recipe recipe = recipe();
        Path run = folder.resolve("run");
        new Pipeline(recipe, folder, run, new PipelineListener() {}).run(StageName.FINETUNING);
        Path extraction = stage(run, StageName.EXTRACTION);
        TokenShards tokens = TokenShards.open(stage(run, StageName.TOKENS).resolve("train"));
        OrderShards orders = OrderShards.open(extraction.resolve("train"), tokens);
        CalibrationTable table = CalibrationTable.read(extraction.resolve("calibration.json"));
        assertThat(orders.set().settings()).containsEntry("calibration", "4 bins, " + table.origin());
        TrainingConfig training = StageTraining.seeded(recipe.finetuning().training(), recipe.seed(), "fine-tuning");
        OrderSource mixed = new MixedOrder(
                recipe.finetuning().randomShare(),
                new UniformRandomOrder(tokens.grid().cells(), training.seed()),
                DistilledOrder.of(orders, 3, training.seed()),
                training.seed());
        assertThat(specialised(run))
                .isEqualTo(trained(recipe, run, tokens, mixed, 0.25, training, "noisy"))
                .isNotEqualTo(trained(recipe, run, tokens, mixed, 0, training, "quiet"));
    }

    private String trained(
            Recipe recipe,
            Path run,
            TokenShards tokens,
            OrderSource orders,
            double contextNoise,
            TrainingConfig training,
            String name)
            throws IOException {
        Path pretrained = stage(run, StageName.PRETRAINING).resolve(ModelFolder.fileName(Arm.ANY_ORDER));
        TokenSpace space = new TokenSpace(
                tokens.grid(), tokens.vocabularySize(), tokens.classes().size());
        double classDropout = recipe.finetuning().classDropout();
        try (AnyOrderTransformer model =
                        new AnyOrderTransformer(recipe.model().orElseThrow(), space, Safetensors.weights(pretrained));
                TrainingResult result = TrainingLoop.run(
                        training,
                        new AnyOrderTraining(model, tokens, orders, classDropout, contextNoise, training),
                        folder.resolve(name),
                        List.of())) {
            return Fingerprint.of(result.weights());
        }
    }

    private static String specialised(Path run) throws IOException {
        try (Weights weights =
                Safetensors.weights(stage(run, StageName.FINETUNING).resolve(ModelFolder.fileName(Arm.SPECIALISED)))) {
            return Fingerprint.of(weights);
        }
    }

    private static Path stage(Path run, StageName name) throws IOException {
        try (Stream<Path> stages = Files.list(run.resolve("stages"))) {
            return stages.filter(path -> path.getFileName().toString().startsWith(name.label() + "-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private Recipe recipe() throws IOException {
        Recipe recipe = TinyRecipe.of(TinyRecipe.images(folder.resolve("images"), 16), "dual-position");
        Recipe.FinetuningSection section = recipe.finetuning();
        return new Recipe(
                recipe.name(),
                recipe.description(),
                recipe.licence(),
                recipe.seed(),
                recipe.data(),
                recipe.base(),
                recipe.tokenizer(),
                recipe.features(),
                recipe.attributes(),
                recipe.model(),
                recipe.pretraining(),
                recipe.extraction().withCalibration(new ExtractionConfig.Calibration(4, 7)),
                new Recipe.FinetuningSection(
                        section.randomShare(),
                        section.classDropout(),
                        section.heldOutEvery(),
                        section.training(),
                        0.25,
                        Optional.of(3)),
                recipe.evaluation());
    }
}
