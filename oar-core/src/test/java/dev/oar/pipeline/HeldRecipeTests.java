package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.artifact.ModelFolder;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.extract.ExtractionConfig;
import dev.oar.model.ModelConfig;
import dev.oar.testing.HeldText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts that stages and models are known by stay what they were to the byte, and with them every fingerprint. */
class HeldRecipeTests {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "avatars-32",
                "base",
                "celeba-hq-256",
                "fashion-products-256",
                "folder",
                "imagenet-256-randar-l",
                "imagenet-256-randar-xl",
                "noto-emoji-32",
                "noto-emoji-64",
                "noto-emoji-64-arms",
                "noto-emoji-64-captions",
                "quickstart"
            })
    void theTextOfABundledRecipeStaysWhatItWas(String name) throws IOException {
        Recipe recipe = RecipeReader.read(Path.of("..", "recipes", name + ".yaml"), Recipe.class);
        StringBuilder sections = new StringBuilder(RecipeWriter.write(recipe));
        for (Record section :
                List.of(recipe.extraction(), recipe.finetuning(), recipe.evaluation(), recipe.features())) {
            sections.append("--- ").append(section.getClass().getSimpleName()).append('\n');
            sections.append(RecipeWriter.write(section));
        }
        recipe.model().ifPresent(model -> sections.append("--- model\n").append(RecipeWriter.write(model)));
        HeldText.assertHeld("recipe-" + name + ".yaml", sections.toString());
    }

    @Test
    void everyRecipeIsHeld() throws IOException {
        try (var recipes = Files.list(Path.of("..", "recipes"))) {
            assertThat(recipes.filter(file -> file.toString().endsWith(".yaml")))
                    .hasSize(12);
        }
    }

    @Test
    void sectionsThatUseAllTheirKeysStayWhatTheyWere() throws IOException {
        String extraction = RecipeWriter.write(RecipeReader.parse("extraction", """
                confidence: margin
                locality-weight: 0.5
                tokens: sampled
                guidance-scale: 2
                cells-per-step: 3
                batch-size: 4
                images-per-shard: 5
                seed: 6
                weight-format: int8
                shortlist: {cells: 7, rescore-every: 8}
                """, ExtractionConfig.class));
        StringBuilder all = new StringBuilder(extraction);
        for (String schedule : List.of(
                "guidance-schedule: linear",
                "guidance-schedule: constant",
                "guidance-schedule: power-cosine\nguidance-power: 2",
                "guidance-schedule: first-cells\nguided-cells: 3")) {
            all.append("--- ").append(schedule.replace('\n', ' ')).append('\n');
            all.append(RecipeWriter.write(RecipeReader.parse(
                    "evaluation",
                    "samples: 9\nshown: 2\nconfidence: margin\norder-noise: 0.5\nguidance-scale: 2\ntemperature: 0.5\n"
                            + "top-k: 3\ntop-p: 0.5\nrandom-orders: 1\nsubsamples: 5\n" + schedule,
                    EvaluationSection.class)));
        }
        HeldText.assertHeld("sections.yaml", all.toString());
    }

    @Test
    void theSizesOfModelsAreWrittenAsTheyWere() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String sizes : List.of(
                "kind: any-order\nformulation: dual-position\nwidth: 32\nlayers: 2\nheads: 4\nkey-value-heads: 2\n"
                        + "feed-forward-factor: 1.5\nconditioning: {kind: caption}",
                "kind: any-order\nwidth: 32\nlayers: 2\nheads: 4",
                "kind: arpg\nwidth: 32\nlayers: 2\nheads: 4\nfeed-forward-factor: 1.5\nnorm-epsilon: 0.0001",
                "kind: llamagen-gpt\nwidth: 32\nlayers: 2\nheads: 4\nkey-value-heads: 2\nrope-base: 100",
                "kind: rar\nwidth: 32\nlayers: 2\nheads: 4\nfeed-forward-width: 99")) {
            all.append(RecipeWriter.write(RecipeReader.parse("sizes", "sizes:\n" + sizes.indent(2), Sizes.class)));
        }
        HeldText.assertHeld("sizes.yaml", all.toString());
    }

    @Test
    void theManifestsOfBundledModelsAreWrittenAsTheyStand() throws IOException {
        try (var models = Files.list(Path.of("..", "models"))) {
            for (Path model : models.filter(Files::isDirectory).sorted().toList()) {
                assertThat(RecipeWriter.write(ModelFolder.open(model).manifest()))
                        .as(model.toString())
                        .isEqualTo(Files.readString(model.resolve("model.yaml")));
            }
        }
    }

    record Sizes(ModelConfig sizes) {}
}
