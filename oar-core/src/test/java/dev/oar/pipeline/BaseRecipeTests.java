package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.ConfigException;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.data.ImageFolderConfig;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs that start from a model folder instead of training tokenizer and model. */
@ExtendWith(NativeMemory.class)
class BaseRecipeTests {
    private static final List<StageName> AFTER_PRETRAINING =
            List.of(StageName.EXTRACTION, StageName.CONTROL, StageName.FINETUNING);

    @TempDir
    private static Path shared;

    private static Recipe recipe = TinyRecipe.of(Path.of("images"), "position-instruction");

    @TempDir
    private Path folder;

    private Path trained;

    @BeforeAll
    static void trainOnce() throws IOException {
        recipe = TinyRecipe.of(TinyRecipe.images(shared.resolve("images"), 16), "position-instruction");
        new Pipeline(recipe, shared, shared.resolve("trained"), new PipelineListener() {}).run(StageName.REPORT);
    }

    /** Every test has the run to itself, to change as it likes. */
    @BeforeEach
    void copyTheRun() throws IOException {
        Path source = shared.resolve("trained");
        trained = folder.resolve("trained");
        try (Stream<Path> paths = Files.walk(source)) {
            for (Path path : paths.toList()) {
                Files.copy(path, trained.resolve(source.relativize(path).toString()));
            }
        }
    }

    @Test
    void aRunOnTheTokenizerOfABaseTrainsTheTransformerThatTheRunWithItsOwnTokenizerTrains() throws IOException {
        Recipe onTokenizer = TinyRecipe.onTokenizerOf(recipe, Path.of("trained/model"));
        Path again = folder.resolve("again");
        run(onTokenizer, again, StageName.PRETRAINING);
        assertThat(results(again, StageName.PRETRAINING)).isEqualTo(results(trained, StageName.PRETRAINING));
        assertThat(results(again, StageName.PRETRAINING)).isNotEmpty();
    }

    @Test
    void aRunFromABaseExtractsAndFineTunesLikeTheRunThatTrainedTheBase() throws IOException {
        Path again = folder.resolve("again");
        run(recipe.withBase("trained/model"), again, StageName.REPORT);

        for (StageName stage : AFTER_PRETRAINING) {
            assertThat(results(again, stage)).as(stage.label()).isEqualTo(results(trained, stage));
        }
        for (Arm arm : List.of(Arm.ANY_ORDER, Arm.CONTROL, Arm.SPECIALISED)) {
            Path file = Path.of("model").resolve(ModelFolder.fileName(arm));
            assertThat(Fingerprint.ofFile(again.resolve(file)))
                    .as(arm.label())
                    .isEqualTo(Fingerprint.ofFile(trained.resolve(file)));
        }
        assertThat(Files.readString(again.resolve(Pipeline.REPORT)))
                .contains("Further training of the two arms")
                .doesNotContain("Pretraining on random orders");
    }

    @Test
    void theCopyOfTheRecipeNamesTheBaseByItsFullPathAndRunsAgainFromAnywhere() throws IOException {
        Path again = folder.resolve("again");
        run(recipe.withBase("trained/model"), again, StageName.CONTROL);
        Recipe copy = RecipeReader.read(again.resolve("recipe.yaml"), Recipe.class);

        assertThat(copy.base()).contains(trained.resolve("model").toRealPath().toString());
        Path third = folder.resolve("third");
        new Pipeline(copy, folder.resolve("elsewhere"), third, new PipelineListener() {}).run(StageName.CONTROL);
        assertThat(results(third, StageName.CONTROL)).isEqualTo(results(again, StageName.CONTROL));
    }

    @Test
    void otherWeightsInTheBaseAreNotTakenForTheSame() throws IOException {
        Path again = folder.resolve("again");
        run(recipe.withBase("trained/model"), again, StageName.EXTRACTION);
        run(recipe.withSeed(4), folder.resolve("trained"), StageName.REPORT);
        run(recipe.withBase("trained/model"), again, StageName.EXTRACTION);

        try (Stream<Path> stages = Files.list(again.resolve("stages"))) {
            assertThat(stages.map(path -> path.getFileName().toString().replaceAll("-.*", "")))
                    .as("the tokenizer is the same, the model another")
                    .containsExactlyInAnyOrder(
                            "tokenizer", "tokens", "pretraining", "pretraining", "extraction", "extraction");
        }
    }

    @Test
    void aDamagedBaseIsRefused() throws IOException {
        Path weights = trained.resolve("model").resolve(ModelFolder.fileName(Arm.ANY_ORDER));
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 3] ^= 1;
        Files.write(weights, bytes);

        assertThatThrownBy(() -> run(recipe.withBase("trained/model"), folder.resolve("again"), StageName.EXTRACTION))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not have the fingerprint");
    }

    @Test
    void aBaseForAnotherImageSizeOrWithoutAnAnyOrderModelIsRefused() throws IOException {
        ImageFolderConfig larger = recipe.data().withImageSize(32);
        Recipe other = recipe.withBase("trained/model").withData("larger", "", larger);
        assertThatThrownBy(() -> run(other, folder.resolve("again"), StageName.EXTRACTION))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("data has 32")
                .hasMessageContaining("set data.image-size: 16");

        Files.delete(trained.resolve("model").resolve(ModelFolder.fileName(Arm.ANY_ORDER)));
        assertThatThrownBy(() -> run(recipe.withBase("trained/model"), folder.resolve("again"), StageName.EXTRACTION))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a base must hold an any-order model");
    }

    @Test
    void aRecipeHasEitherABaseOrEverythingThatIsToBeTrained() {
        String whole = RecipeWriter.write(recipe);
        assertThatThrownBy(() -> RecipeReader.parse("r.yaml", "base: trained/model\n" + whole, Recipe.class))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("a base and some of the others");
        String without = RecipeWriter.write(recipe.withBase("trained/model")).replaceFirst("(?m)^base: .*\n", "");
        assertThatThrownBy(() -> RecipeReader.parse("r.yaml", without, Recipe.class))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("none of them");
    }

    private void run(Recipe what, Path where, StageName target) throws IOException {
        new Pipeline(what, folder, where, new PipelineListener() {}).run(target);
    }

    /** Fingerprints of the weights and orders that a stage left, by file. */
    private static List<String> results(Path run, StageName stage) throws IOException {
        try (Stream<Path> stages = Files.list(run.resolve("stages"))) {
            Path directory = stages.filter(path -> path.getFileName().toString().startsWith(stage.label() + "-"))
                    .findFirst()
                    .orElseThrow();
            try (Stream<Path> files = Files.walk(directory)) {
                List<Path> weights = files.filter(path -> path.toString().endsWith(".safetensors"))
                        .filter(path -> !path.toString().contains("checkpoints"))
                        .sorted()
                        .toList();
                assertThat(weights).as("files of " + stage.label()).isNotEmpty();
                List<String> fingerprints = new java.util.ArrayList<>();
                for (Path file : weights) {
                    fingerprints.add(directory.relativize(file) + " " + Fingerprint.ofFile(file));
                }
                return fingerprints;
            }
        }
    }
}
