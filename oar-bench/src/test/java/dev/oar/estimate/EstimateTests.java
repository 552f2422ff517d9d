package dev.oar.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.benchmark.TransformerCost;
import dev.oar.config.RecipeReader;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.pipeline.Recipe;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(NativeMemory.class)
class EstimateTests {
    private static final Path RECIPES = Path.of("..", "recipes");
    private static final String TINY = """
            name: tiny
            data: {path: nowhere, image-size: 8, test-fraction: 0.25, flip: true}
            tokenizer:
              network: {image-size: 8, base-channels: 8, channel-multipliers: [1, 1], residual-blocks: 1, z-channels: 8,
                        codebook-size: 16, codebook-width: 4, attention: none, norm-groups: 4}
              training: {steps: 10, batch-size: 4, learning-rate: 0.001}
            features:
              network: {channels: [8, 8], norm-groups: 4, rotations: false, dropout: 0, label-smoothing: 0}
              training: {steps: 10, batch-size: 4, learning-rate: 0.001}
            model: {width: 16, layers: 3, heads: 2}
            pretraining: {training: {steps: 20, batch-size: 4, learning-rate: 0.001, ema-decay: 0.9, keep-checkpoints: 3}}
            finetuning: {training: {steps: 10, batch-size: 4, accumulation: 2, learning-rate: 0.001}}
            evaluation: {samples: 8, shown: 2, random-orders: 1, subsamples: 2}
            """;

    @TempDir
    private Path folder;

    static Stream<Path> recipes() throws IOException {
        try (Stream<Path> files = Files.list(RECIPES)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void everyBundledRecipeHasAnEstimateThatAddsUp(Path recipe) throws IOException {
        Recipe read = RecipeReader.read(recipe, Recipe.class);
        Estimate estimate = Estimate.on(accelerator("h100-sxm"), sizes(read, 30_000), Optional.empty());
        assertThat(estimate.stages())
                .extracting(StageEstimate::stage)
                .contains("tokenizer", "tokens", "extraction", "control", "finetuning", "evaluation")
                .doesNotHaveDuplicates();
        assertThat(estimate.seconds())
                .isCloseTo(
                        estimate.stages().stream()
                                .mapToDouble(StageEstimate::seconds)
                                .sum(),
                        within(1e-6));
        assertThat(estimate.stages())
                .allSatisfy(
                        stage -> assertThat(stage.seconds()).as(stage.stage()).isGreaterThanOrEqualTo(0));
        assertThat(estimate.savings())
                .isNotEmpty()
                .allSatisfy(saving -> assertThat(saving.seconds()).isBetween(0.0, estimate.seconds()));
        assertThat(estimate.lines()).anyMatch(line -> line.startsWith("all "));
    }

    @Test
    void furtherPartsOfTheTokenizersLossCostWhatTheirPassesDo() throws IOException {
        String loss = "loss: {perceptual: {kind: own-features}, adversarial: {start: 5, layers: 1, base-channels: 4}}";
        Recipe with = RecipeReader.parse(
                "tiny.yaml", TINY.replaceFirst("(norm-groups: 4}\n)", "$1  " + loss + "\n"), Recipe.class);
        List<StageEstimate> plain = Estimate.on(accelerator("h100-sxm"), sizes(recipe(), 100), Optional.empty())
                .stages();
        List<StageEstimate> more = Estimate.on(accelerator("h100-sxm"), sizes(with, 100), Optional.empty())
                .stages();
        assertThat(more).hasSize(plain.size() + 1);
        assertThat(more.get(0).stage()).isEqualTo("perceptual-features");
        double trunk = 2 * 9 * (3 * 8 + 8 * 8) * 16 + 2 * 9 * (8 * 8 + 8 * 8) * 4;
        double discriminator = 2 * (192 * 16 + 512 * 9 + 128 * 4);
        // Three passes of the features and another with the discriminator, which has nine and is heard at half of the
        // steps.
        assertThat(more.get(1).operations() - plain.get(0).operations())
                .isCloseTo(40 * (3.5 * trunk + 4.5 * discriminator), within(1.0));
        assertThat(more.get(1).memory().total())
                .isGreaterThan(plain.get(0).memory().total());
    }

    @Test
    void operationsAndBytesAreThoseWorkedOutByHand() throws IOException {
        RecipeSizes sizes = sizes(recipe(), 100);
        assertThat(sizes.data()).isEqualTo(new DataCounts(75, 25, 1, "--images"));
        List<StageEstimate> stages = new RecipeEstimate(
                        sizes, new Rates(1e9, 0, 1e9, 1e9, 1e9, 1e9, Rates.HostSeconds.MEASURED), Place.host(1))
                .stages();
        TransformerCost cost = sizes.cost();
        long parameters = Parameters.count(AnyOrderTransformer.shapes(sizes.model(), sizes.space()));
        StageEstimate pretraining = stage(stages, "pretraining");
        assertThat(pretraining.parameters()).isEqualTo(parameters);
        assertThat(pretraining.operations()).isEqualTo(20 * cost.trainingOperations(4));
        assertThat(pretraining.seconds()).isCloseTo(pretraining.operations() * 1e-9, within(1e-12));
        assertThat(pretraining.memory().weights()).isEqualTo(4.0 * parameters);
        assertThat(pretraining.memory().optimiser()).isEqualTo(8.0 * parameters);
        assertThat(pretraining.memory().average()).isEqualTo(4.0 * parameters);
        // Three checkpoints of weights, two moments and average, and the weights.
        assertThat(pretraining.disk()).isEqualTo(4.0 * parameters * (3 * 4 + 1));
        StageEstimate finetuning = stage(stages, "finetuning");
        assertThat(finetuning.memory().average()).isZero();
        assertThat(finetuning.memory().activations())
                .as("half a batch is held at a time")
                .isEqualTo(pretraining.memory().activations() / 2);
        // 16 cells of four bytes, an image and its mirrored view.
        assertThat(stage(stages, "tokens").disk()).isEqualTo(100 * 2 * 16 * 4);
        assertThat(stage(stages, "extraction").disk()).isEqualTo(100 * 16 * 4);
        assertThat(stage(stages, "extraction").operations())
                .isCloseTo(100 * cost.operations(cost.dynamic(1)), within(1.0));
    }

    @Test
    void severalCellsAStepAskLessAndSaveWhatTheEstimateSays() throws IOException {
        RecipeSizes exact = sizes(recipe(), 100);
        RecipeSizes coarse =
                sizes(RecipeReader.parse("tiny", TINY + "extraction: {cells-per-step: 4}\n", Recipe.class), 100);
        Rates rates = new Rates(1e9, 0, 1e9, 1e9, 1e9, 1e9, Rates.HostSeconds.MEASURED);
        RecipeEstimate one = new RecipeEstimate(exact, rates, Place.host(1));
        double saved = stage(one.stages(), "extraction").seconds()
                - stage(new RecipeEstimate(coarse, rates, Place.host(1)).stages(), "extraction")
                        .seconds();
        assertThat(one.savings())
                .filteredOn(saving -> saving.change().startsWith("extraction.cells-per-step: 4"))
                .singleElement()
                .satisfies(saving -> assertThat(saving.seconds()).isCloseTo(saved, within(1e-9)));
        assertThat(saved).isPositive();
    }

    @Test
    void anUnknownAcceleratorNamesTheNearest() throws IOException {
        AcceleratorTable table = AcceleratorTable.read();
        assertThatThrownBy(() -> table.named("h100"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no 'h100'; the nearest is 'h100-sxm'");
        assertThat(table.names()).doesNotHaveDuplicates();
    }

    @Test
    void halfTheUtilisationTakesTwiceAsLongWhereOperationsDecide() throws IOException {
        Recipe recipe = RecipeReader.read(RECIPES.resolve("imagenet-256-randar-l.yaml"), Recipe.class);
        RecipeSizes sizes = sizes(recipe, 1_331_167);
        Accelerator accelerator = accelerator("a100-80gb");
        Estimate whole = Estimate.on(accelerator, sizes, Optional.of(0.1));
        Estimate half = Estimate.on(accelerator, sizes, Optional.of(0.05));
        assertThat(half.secondsPerStep()).isCloseTo(2 * whole.secondsPerStep(), within(1e-9));
        assertThatThrownBy(() -> Estimate.on(accelerator, sizes, Optional.of(1.5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1.5");
    }

    @Test
    void withoutDataAndNumberTheEstimateIsRefusedInOneSentence() {
        assertThatThrownBy(() -> RecipeSizes.of(recipe(), folder, OptionalLong.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no data set at")
                .hasMessageContaining("--images N");
    }

    @Test
    void theProbeMeasuresEveryRateOnTinyNetworks() throws IOException {
        RecipeSizes sizes = sizes(recipe(), 100);
        Estimate estimate = Estimate.here(sizes, new SpeedProbe(sizes, name -> {}), 1, 1e12);
        assertThat(estimate.rates().training()).isPositive();
        assertThat(estimate.seconds()).isPositive();
        Path file = folder.resolve("estimate.json");
        estimate.write(file);
        assertThat(Files.readString(file))
                .contains("\"seconds-per-step\"", "\"seconds-per-extraction\"", "\"stage\" : \"tokens\"");
    }

    private static StageEstimate stage(List<StageEstimate> stages, String name) {
        return stages.stream()
                .filter(stage -> stage.stage().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Accelerator accelerator(String name) throws IOException {
        return AcceleratorTable.read().named(name);
    }

    private static Recipe recipe() {
        return RecipeReader.parse("tiny", TINY, Recipe.class);
    }

    private static RecipeSizes sizes(Recipe recipe, long images) throws IOException {
        return RecipeSizes.of(recipe, RECIPES, OptionalLong.of(images));
    }
}
