package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.artifact.ModelFolder;
import dev.oar.config.RecipeReader;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import dev.oar.pipeline.Recipe;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that run recipes, on pictures of a few pixels and networks of a few channels. */
@ExtendWith(NativeMemory.class)
class RunCommandTests {
    /** A recipe of the smallest networks, for images in the folder {@code pictures} beside it. */
    static final String RECIPE = """
            name: tiny
            seed: 3
            data: {path: pictures, image-size: 8, test-fraction: 0.25}
            tokenizer:
              network: {image-size: 8, base-channels: 8, channel-multipliers: [1, 1], residual-blocks: 1, z-channels: 8,
                        codebook-size: 16, codebook-width: 4, attention: none, norm-groups: 4}
              training: {steps: 2, batch-size: 4, learning-rate: 0.001, checkpoint-every: 2}
            features:
              network: {channels: [8, 8], norm-groups: 4, rotations: false, dropout: 0, label-smoothing: 0}
              training: {steps: 2, batch-size: 4, learning-rate: 0.001, checkpoint-every: 2}
            model: {width: 16, layers: 1, heads: 2}
            pretraining: {training: {steps: 2, batch-size: 4, learning-rate: 0.001, checkpoint-every: 2}}
            extraction: {confidence: negative-entropy}
            finetuning: {training: {steps: 2, batch-size: 4, learning-rate: 0.001, checkpoint-every: 2}}
            evaluation: {samples: 8, shown: 2, random-orders: 1, subsamples: 2}
            """;

    @TempDir
    private Path folder;

    @Test
    void aStageRunsWithWhatItNeedsAndIsSkippedTheNextTime() throws IOException {
        writePictures(folder.resolve("pictures"));
        Path recipe = Files.writeString(folder.resolve("tiny.yaml"), RECIPE);
        Path out = folder.resolve("run");
        Session first = new Session();
        assertThat(first.run("tokenize", recipe.toString(), "--out", out.toString()))
                .as(first.err())
                .isZero();
        assertThat(first.out())
                .contains(
                        "running tiny in " + out,
                        "[1/2] tokenizer",
                        "training 2/2, loss ",
                        "[2/2] tokens",
                        "finished in");
        assertThat(out.resolve("recipe.yaml")).exists();
        Session second = new Session();
        assertThat(second.run("tokenize", recipe.toString(), "--out", out.toString()))
                .isZero();
        assertThat(second.out()).contains("done before").doesNotContain("training");
        Session third = new Session();
        assertThat(third.run("tokenize", out.resolve("recipe.yaml").toString(), "--out", out.toString()))
                .as(third.err())
                .isZero();
        assertThat(third.out()).contains("done before").doesNotContain("training");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "quickstart",
                "train-tokenizer",
                "tokenize",
                "pretrain",
                "extract",
                "finetune",
                "evaluate",
                "report"
            })
    void aRecipeThatIsNotThereIsOneSentence(String command) {
        System.setProperty(OarHome.PROPERTY, folder.toString());
        try {
            Session session = new Session();
            String out = folder.resolve("run").toString();
            int code = command.equals("quickstart")
                    ? session.run(command, "--out", out)
                    : session.run(command, folder.resolve("missing.yaml").toString(), "--out", out);
            assertThat(code).isEqualTo(1);
            assertThat(session.err()).startsWith("oar: ").contains(".yaml").hasLineCount(1);
            assertThat(folder.resolve("run")).doesNotExist();
        } finally {
            System.clearProperty(OarHome.PROPERTY);
        }
    }

    @Test
    void anUnknownKeyOfARecipeIsNamedWithItsLine() throws IOException {
        Path recipe = Files.writeString(folder.resolve("tiny.yaml"), RECIPE.replace("seed: 3", "sede: 3"));
        Session session = new Session();
        assertThat(session.run(
                        "run", recipe.toString(), "--out", folder.resolve("run").toString()))
                .isEqualTo(1);
        assertThat(session.err()).contains("tiny.yaml", "2", "sede", "seed").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "run recipe.yaml",
                "run --out x",
                "run recipe.yaml --images y --out x",
                "tokenize --out x",
                "report recipe.yaml --out"
            })
    void wrongUsageIsOneSentenceAndExitCode2(String arguments) {
        Session session = new Session();
        assertThat(session.run(arguments.split(" ", -1))).isEqualTo(2);
        assertThat(session.err()).startsWith("oar: ").hasLineCount(1);
    }

    @Test
    void imagesThatAreNotThereAreOneSentence() {
        Session session = new Session();
        String missing = folder.resolve("missing").toString();
        assertThat(session.run(
                        "run",
                        "--images",
                        missing,
                        "--out",
                        folder.resolve("run").toString()))
                .isEqualTo(1);
        assertThat(session.err()).startsWith("oar: --images must name a folder").hasLineCount(1);
    }

    @Test
    void theRecipeForAFolderIsTheBundledOneWithTheFolderFilledIn() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("my pictures (1)"));
        Path home = Path.of("..");
        Recipe template = RecipeReader.read(home.resolve("recipes/folder.yaml"), Recipe.class);
        Recipe recipe = FolderRecipe.of(home, pictures);
        assertThat(recipe.data()).isEqualTo(template.data().withPath(pictures.toString()));
        assertThat(recipe.name()).isEqualTo("my-pictures-1");
        assertThat(recipe.withData(template.name(), template.licence(), template.data()))
                .isEqualTo(template);
    }

    @Test
    void theRecipeForAFolderAndAModelIsTheBundledOneWithFolderAndModelFilledIn() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        Path home = Path.of("..");
        ModelFolder model = new BundledModels(home).find("noto-emoji-64");
        Recipe recipe = FolderRecipe.of(home, pictures, model);
        assertThat(recipe.data().path()).isEqualTo(pictures.toString());
        assertThat(recipe.data().imageSize()).isEqualTo(64);
        assertThat(recipe.base())
                .contains(model.path().toAbsolutePath().normalize().toString());
        assertThat(recipe.licence()).isEqualTo(model.manifest().licence());
    }

    @Test
    void aBaseBesideARecipeIsRefused() {
        Session session = new Session();
        assertThat(session.run("run", "recipe.yaml", "--base", "noto-emoji-64", "--out", folder.toString()))
                .isEqualTo(1);
        assertThat(session.err()).startsWith("oar: --base goes with --images").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({
        "imagenet-256-randar-l,image-net.org",
        "imagenet-256-randar-xl,image-net.org",
        "fashion-products-256,kaggle.com",
        "celeba-hq-256,CelebAMask-HQ"
    })
    void aRecipeWhosePublicDataIsNotThereSaysWhereToGetIt(String name, String source) throws IOException {
        // A copy elsewhere, so that a data set beside the repository does not matter.
        Files.createDirectories(folder.resolve("recipes"));
        Path recipe = Files.copy(
                Path.of("..", "recipes", name + ".yaml"),
                folder.resolve("recipes").resolve(name + ".yaml"));
        Path out = folder.resolve("run");
        for (String[] arguments : new String[][] {
            {"run", recipe.toString(), "--out", out.toString()},
            {"run", recipe.toString(), "--dry-run", "--out", out.toString()}
        }) {
            Session session = new Session();
            assertThat(session.run(arguments)).isEqualTo(1);
            assertThat(session.err())
                    .hasLineCount(1)
                    .startsWith("oar: this recipe needs ")
                    .contains(source, "nothing is there", "data.path");
        }
        assertThat(out).doesNotExist();
    }

    @Test
    void aDryRunPrintsTheStagesWithWhatIsDoneAndWritesNothing() throws IOException {
        writePictures(folder.resolve("pictures"));
        Path recipe = Files.writeString(folder.resolve("tiny.yaml"), RECIPE);
        Path out = folder.resolve("run");
        Session before = new Session();
        assertThat(before.run("run", recipe.toString(), "--dry-run", "--out", out.toString()))
                .as(before.err())
                .isZero();
        assertThat(before.out())
                .contains("12 images to train on, 4 to test on, 2 classes", "nothing speaks against this run")
                .containsPattern("tokenizer +[0-9]")
                .containsPattern("extraction +[0-9]")
                .doesNotContain(" done");
        assertThat(out).doesNotExist();
        Session tokenize = new Session();
        assertThat(tokenize.run("tokenize", recipe.toString(), "--out", out.toString()))
                .as(tokenize.err())
                .isZero();
        Session after = new Session();
        assertThat(after.run("run", recipe.toString(), "--dry-run", "--out", out.toString()))
                .isZero();
        assertThat(after.out())
                .containsPattern("tokenizer +done")
                .containsPattern("tokens +done")
                .containsPattern("pretraining +[0-9]");
    }

    @Test
    void aDryRunFailsWhereTheMemoryOfTheMachineWouldNotSuffice() throws IOException {
        writePictures(folder.resolve("pictures"));
        String large = RECIPE.replace(
                "model: {width: 16, layers: 1, heads: 2}", "model: {width: 65536, layers: 99, heads: 64}");
        Path recipe = Files.writeString(folder.resolve("tiny.yaml"), large);
        Session session = new Session();
        assertThat(session.run(
                        "run",
                        recipe.toString(),
                        "--dry-run",
                        "--out",
                        folder.resolve("run").toString()))
                .isEqualTo(1);
        assertThat(session.err()).contains("oar: pretraining needs about ", "GB of memory, but this machine has");
    }

    @ParameterizedTest
    @CsvSource({"emoji.zip,emoji", "-x-,x", "_,my-images", "/,my-images", "a b,a-b", "日本,my-images"})
    void aFoldersNameBecomesARecipesName(String folderName, String name) {
        assertThat(FolderRecipe.name(Path.of(folderName))).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quickstart",
                "folder",
                "base",
                "noto-emoji-64",
                "imagenet-256-randar-l",
                "imagenet-256-randar-xl",
                "fashion-products-256",
                "celeba-hq-256"
            })
    void bundledRecipesCanBeRead(String name) {
        assertThat(RecipeReader.read(Path.of("..", "recipes", name + ".yaml"), Recipe.class)
                        .data()
                        .imageSize())
                .isPositive();
    }

    private static void writePictures(Path pictures) throws IOException {
        CounterRandom random = CounterRandom.of(1, "pictures");
        for (String name : new String[] {"a", "b"}) {
            Files.createDirectories(pictures.resolve(name));
            for (int i = 0; i < 8; i++) {
                byte[] pixels = new byte[8 * 8 * 3];
                for (int j = 0; j < pixels.length; j++) {
                    pixels[j] = (byte) random.bits(i * 1000L + j + name.hashCode());
                }
                Files.write(
                        pictures.resolve(name).resolve(i + ".png"),
                        PngFile.encode(new RgbImage(8, 8, pixels), Map.of()));
            }
        }
    }
}
