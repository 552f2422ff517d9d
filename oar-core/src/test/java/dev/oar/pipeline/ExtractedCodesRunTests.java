package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.oar.artifact.ModelFolder;
import dev.oar.check.CodeCounts;
import dev.oar.check.DataCheck;
import dev.oar.check.DataReport;
import dev.oar.check.Named;
import dev.oar.config.RecipeReader;
import dev.oar.data.ExtractedCodes;
import dev.oar.data.ExtractedCodesConfig;
import dev.oar.data.ImageFolderConfig;
import dev.oar.data.Split;
import dev.oar.data.TokenShards;
import dev.oar.file.CorruptFileException;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.model.AutoregressiveModel;
import dev.oar.testing.NumpyFiles;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on codes that were extracted before, in the layouts of RandAR and LlamaGen. */
class ExtractedCodesRunTests {
    private static final int CELLS = 16;

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static Recipe recipe = TinyRecipe.of(Path.of("images"), "dual-position");

    @BeforeAll
    static void makeTokens() throws IOException {
        Path images = TinyRecipe.images(shared.resolve("images"), 16);
        Recipe tiny = TinyRecipe.of(images, "dual-position");
        new Pipeline(tiny, shared, shared.resolve("trained"), new PipelineListener() {}).run(StageName.REPORT);
        recipe = TinyRecipe.onTokenizerOf(tiny, shared.resolve("trained/model"));
    }

    @Test
    void codesOfRandArBecomeTheTokensOfTheTrainingImagesAndTheRunGoesOnToADrawnImage() throws IOException {
        TokenShards tokens = tokens(shared.resolve("trained"));
        writeRandAr(tokens);
        assertCounted(ExtractedCodes.Layout.RANDAR, tokens);
        ModelFolder model = pipeline(ExtractedCodes.Layout.RANDAR, "codes").run();

        assertSameTokens(tokens(folder.resolve("run")), tokens);
        assertThat(Files.readString(folder.resolve("run").resolve(Pipeline.REPORT)))
                .contains("Extracted orders of some training images");
        assertDraws(model);
    }

    private static void assertDraws(ModelFolder model) throws IOException {
        try (ImageTokenizer tokenizer = model.tokenizer();
                AutoregressiveModel transformer = model.transformer(model.defaultArm())) {
            ImageGenerator generator = new ImageGenerator(new DrawingModel(transformer, tokenizer, model.meanRanks()));
            assertThat(generator.generate(new GenerationRequest(
                            0, new int[] {1}, 1, 2, Drawing.of(new DrawingOrder.UniformRandom(0)))))
                    .singleElement()
                    .satisfies(drawn -> assertThat(drawn.image().width()).isEqualTo(16));
        }
    }

    @Test
    void codesOfLlamaGenBecomeTheTokensOfTheTrainingImagesAndTheRunGoesOnToADrawnImage() throws IOException {
        TokenShards tokens = tokens(shared.resolve("trained"));
        for (int i = 0; i < tokens.count(); i++) {
            write("codes/imagenet16_codes/" + i + ".npy", both(tokens, i), 1, 2, CELLS);
            write("codes/imagenet16_labels/" + i + ".npy", new long[] {tokens.classIndex(i)}, 1);
        }
        assertCounted(ExtractedCodes.Layout.LLAMAGEN, tokens);
        ModelFolder model = pipeline(ExtractedCodes.Layout.LLAMAGEN, "codes").run();
        assertSameTokens(tokens(folder.resolve("run")), tokens);
        assertDraws(model);
    }

    @Test
    void aCheckCountsCodesAndFilesThatAreNone() throws IOException {
        TokenShards tokens = tokens(shared.resolve("trained"));
        writeRandAr(tokens);
        write("codes/1/7000.npy", new long[3 * CELLS], 3, CELLS);
        write("codes/1/7001.npy", new long[10 * CELLS], 10, CELLS);
        Files.write(folder.resolve("codes/1/7002.npy"), new byte[] {1, 2, 3});
        DataReport report = check(ExtractedCodes.Layout.RANDAR);
        assertThat(report.codes())
                .contains(new CodeCounts(
                        tokens.count() + 3,
                        2,
                        Map.of("2 x 16", tokens.count(), "10 x 16", 1),
                        new Named(2, List.of("1/7000.npy", "1/7002.npy")),
                        Optional.empty()));
        assertThat(report.failures())
                .containsExactly("a recipe refuses files that are no codes of one image, 2 or 10 rows, but there are"
                        + " 2: 1/7000.npy, 1/7002.npy; copy them anew");
    }

    private void assertCounted(ExtractedCodes.Layout layout, TokenShards tokens) throws IOException {
        DataReport report = check(layout);
        assertThat(report.codes())
                .contains(new CodeCounts(
                        tokens.count(),
                        2,
                        Map.of("2 x 16", tokens.count()),
                        new Named(0, List.of()),
                        Optional.empty()));
        assertThat(report.images().train()).isEqualTo(tokens.count());
        assertThat(report.failures()).isEmpty();
    }

    private DataReport check(ExtractedCodes.Layout layout) throws IOException {
        ImageFolderConfig data = recipe.data().withCodes(new ExtractedCodesConfig(layout, "codes"));
        try (DataCheck check = DataCheck.open(data, folder)) {
            return check.check(true, (done, all) -> {});
        }
    }

    @Test
    void theCopyOfTheRecipeNamesTheCodesByTheirFullPath() throws IOException {
        writeRandAr(tokens(shared.resolve("trained")));
        pipeline(ExtractedCodes.Layout.RANDAR, "codes").run(StageName.TOKENS);
        Recipe copy = RecipeReader.read(folder.resolve("run/recipe.yaml"), Recipe.class);
        assertThat(copy.data().codes().map(ExtractedCodesConfig::path))
                .contains(folder.resolve("codes").toRealPath().toString());
    }

    @Test
    void otherCodesAreTokensOfAnotherStage() throws IOException {
        TokenShards tokens = tokens(shared.resolve("trained"));
        writeRandAr(tokens);
        pipeline(ExtractedCodes.Layout.RANDAR, "codes").run(StageName.TOKENS);
        write("codes/1/999.npy", both(tokens, 0), 2, CELLS);
        pipeline(ExtractedCodes.Layout.RANDAR, "codes").run(StageName.TOKENS);
        try (Stream<Path> stages = Files.list(folder.resolve("run/stages"))) {
            assertThat(stages.filter(path -> String.valueOf(path.getFileName()).startsWith("tokens")))
                    .hasSize(2);
        }
    }

    @Test
    void codesWithoutABaseOrWithoutFlipsOrWithoutAFolderAreRefusedInOneSentence() throws IOException {
        ExtractedCodesConfig codes = new ExtractedCodesConfig(ExtractedCodes.Layout.RANDAR, "codes");
        Recipe scratch = TinyRecipe.of(shared.resolve("images"), "dual-position");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> scratch.withData("x", "CC0-1.0", scratch.data().withCodes(codes)))
                .withMessageContaining("data.codes were made by a tokenizer that exists, but this recipe has no base");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageFolderConfig.of("images", 16).withCodes(codes))
                .withMessageContaining("but flip is false; set it to true");
        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(
                        () -> pipeline(ExtractedCodes.Layout.RANDAR, "nowhere").run(StageName.TOKENS))
                .withMessageContaining("codes lie in a folder, but")
                .withMessageContaining("correct the path of data.codes");
    }

    private void writeRandAr(TokenShards tokens) throws IOException {
        for (int i = 0; i < tokens.count(); i++) {
            write("codes/" + tokens.classIndex(i) + "/" + i + ".npy", both(tokens, i), 2, CELLS);
        }
    }

    private void write(String name, long[] codes, int... shape) throws IOException {
        NumpyFiles.write(folder.resolve(name), codes, shape);
    }

    private static long[] both(TokenShards tokens, int image) {
        return IntStream.concat(Arrays.stream(tokens.tokens(image, 0)), Arrays.stream(tokens.tokens(image, 1)))
                .asLongStream()
                .toArray();
    }

    private Pipeline pipeline(ExtractedCodes.Layout layout, String codes) {
        ImageFolderConfig data = recipe.data().withCodes(new ExtractedCodesConfig(layout, codes));
        return new Pipeline(
                recipe.withData("codes", "CC0-1.0", data), folder, folder.resolve("run"), new PipelineListener() {});
    }

    /** The training tokens of the one tokens stage of a run. */
    private static TokenShards tokens(Path run) throws IOException {
        try (Stream<Path> stages = Files.list(run.resolve("stages"))) {
            Path stage = stages.filter(
                            path -> String.valueOf(path.getFileName()).startsWith("tokens"))
                    .findFirst()
                    .orElseThrow();
            return TokenShards.open(stage.resolve(Split.TRAIN.label()));
        }
    }

    private static void assertSameTokens(TokenShards found, TokenShards expected) {
        assertThat(found.count()).isEqualTo(expected.count()).isPositive();
        for (int i = 0; i < found.count(); i++) {
            for (int view = 0; view < 2; view++) {
                assertThat(found.tokens(i, view)).as("image %s", i).isEqualTo(expected.tokens(i, view));
            }
            assertThat(found.classIndex(i)).isEqualTo(expected.classIndex(i));
        }
    }
}
