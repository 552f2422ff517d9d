package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.Safetensors;
import dev.oar.data.DrawnTokens;
import dev.oar.data.OrderShards;
import dev.oar.data.RecordedOrder;
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
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The flow under free-running extraction, whose orders belong to images that the model drew itself. */
@ExtendWith(NativeMemory.class)
class FreeRunningTests {
    @TempDir
    private Path folder;

    @Test
    void bothArmsOfFinetuningLearnWhatTheModelDrewAndDifferInTheirOrdersAlone() throws IOException {
        Recipe recipe = freeRunning(recipe());
        Path run = folder.resolve("run");
        new Pipeline(recipe, folder, run, new PipelineListener() {}).run(StageName.REPORT);

        Path extracted = stage(run, StageName.EXTRACTION).resolve("train");
        TokenShards real = TokenShards.open(stage(run, StageName.TOKENS).resolve("train"));
        OrderShards orders = OrderShards.open(extracted, real);
        TokenShards drawn = DrawnTokens.open(extracted, orders);
        assertThat(orders.set().freeRunning()).isTrue();
        TrainingConfig training = StageTraining.seeded(recipe.finetuning().training(), recipe.seed(), "fine-tuning");
        OrderSource random = new UniformRandomOrder(real.grid().cells(), training.seed());
        OrderSource mixed =
                new MixedOrder(recipe.finetuning().randomShare(), random, new RecordedOrder(orders), training.seed());
        assertThat(weights(run, StageName.FINETUNING, Arm.SPECIALISED))
                .isEqualTo(trained(recipe, run, drawn, mixed, training, "specialised"))
                .isNotEqualTo(trained(recipe, run, real, mixed, training, "on real images"));
        assertThat(weights(run, StageName.CONTROL, Arm.CONTROL))
                .isEqualTo(trained(recipe, run, drawn, random, training, "control"));
        assertThat(Files.readString(run.resolve(Pipeline.REPORT))).contains("images that the model drew");
    }

    @Test
    void theControlNeedsNoExtractionWhereOrdersAreThoseOfRealImages() throws IOException {
        assertThat(stagesOfControl(recipe())).doesNotContain(StageName.EXTRACTION);
        assertThat(stagesOfControl(freeRunning(recipe()))).contains(StageName.EXTRACTION);
    }

    private Set<StageName> stagesOfControl(Recipe recipe) throws IOException {
        Set<StageName> stages = EnumSet.noneOf(StageName.class);
        new Pipeline(recipe, folder, folder.resolve("control run"), new PipelineListener() {
                    @Override
                    public void stageFinished(StageName stage, Duration duration, boolean skipped) {
                        stages.add(stage);
                    }
                })
                .run(StageName.CONTROL);
        return stages;
    }

    /** The fine-tuning of the recipe, done by hand on these tokens and orders. */
    private String trained(
            Recipe recipe, Path run, TokenShards tokens, OrderSource orders, TrainingConfig training, String name)
            throws IOException {
        Path pretrained = stage(run, StageName.PRETRAINING).resolve(ModelFolder.fileName(Arm.ANY_ORDER));
        TokenSpace space = new TokenSpace(
                tokens.grid(), tokens.vocabularySize(), tokens.classes().size());
        double classDropout = recipe.finetuning().classDropout();
        try (AnyOrderTransformer model =
                        new AnyOrderTransformer(recipe.model().orElseThrow(), space, Safetensors.weights(pretrained));
                TrainingResult result = TrainingLoop.run(
                        training,
                        new AnyOrderTraining(model, tokens, orders, classDropout, training),
                        folder.resolve(name),
                        List.of())) {
            return Fingerprint.of(result.weights());
        }
    }

    private static String weights(Path run, StageName stage, Arm arm) throws IOException {
        try (Weights weights = Safetensors.weights(stage(run, stage).resolve(ModelFolder.fileName(arm)))) {
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
        return TinyRecipe.of(TinyRecipe.images(folder.resolve("images"), 16), "dual-position");
    }

    private static Recipe freeRunning(Recipe recipe) {
        ExtractionConfig config = recipe.extraction();
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
                config.withTokens(ExtractionConfig.Tokens.SAMPLED),
                recipe.finetuning(),
                recipe.evaluation());
    }
}
