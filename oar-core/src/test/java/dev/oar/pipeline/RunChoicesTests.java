package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.config.RecipeReader;
import dev.oar.tensor.Precision;
import dev.oar.tensor.WeightFormat;
import dev.oar.train.TrainingConfig;
import dev.oar.tuning.MachineProfile;
import dev.oar.tuning.ProductRows;
import dev.oar.tuning.TrainingWork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recipe leaves to the machine is decided where the run begins, and kept. */
class RunChoicesTests {
    private static final MachineProfile WIDE = machine(1, 0.4, 0.5);
    private static final MachineProfile NARROW = machine(1, 12, 4);

    @TempDir
    Path run;

    @Test
    void autoIsDecidedByTheMachineTheRunBeginsOnAndKeptOnAnother() throws IOException {
        Recipe recipe = recipe("");
        RunChoices first = RunChoices.of(run, () -> WIDE);
        Recipe begun = first.settle(recipe);
        first.write(run);
        assertThat(precision(begun)).isEqualTo(Precision.BFLOAT16);
        assertThat(begun.finetuning().training().precision().explicit()).isEqualTo(Precision.BFLOAT16);
        assertThat(first.notes()).isEmpty();
        assertThat(first.chosen())
                .containsOnlyKeys(
                        "tokenizer.training.precision",
                        "features.training.precision",
                        "pretraining.training.precision",
                        "finetuning.training.precision");

        RunChoices later = RunChoices.of(run, () -> NARROW);
        Recipe goneOn = later.settle(recipe);
        assertThat(goneOn).isEqualTo(begun);
        assertThat(later.notes())
                .anySatisfy(note -> assertThat(note)
                        .contains("tokenizer.training.precision is bfloat16, as the run began with it", "12.0 times"));

        assertThat(precision(RunChoices.of(run.resolve("other"), () -> NARROW).settle(recipe)))
                .isEqualTo(Precision.FLOAT32);
    }

    @Test
    void aRunBegunInFloat32SaysWhatThatCostsWhereSomethingElseIsFaster() throws IOException {
        RunChoices first = RunChoices.of(run, () -> NARROW);
        Recipe begun = first.settle(recipe(""));
        first.write(run);
        RunChoices later = RunChoices.of(run, () -> WIDE);
        assertThat(later.settle(recipe(""))).isEqualTo(begun);
        assertThat(later.notes())
                .hasSize(4)
                .anySatisfy(note -> assertThat(note).contains("is float32, as the run began with it", "0.40 times"));
    }

    @Test
    void whatIsAskedForIsObeyedAndWarnedOfWhereItIsSlow() throws IOException {
        Recipe recipe = recipe("precision: bfloat16");
        RunChoices choices = RunChoices.of(run, () -> NARROW);
        assertThat(precision(choices.settle(recipe))).isEqualTo(Precision.BFLOAT16);
        assertThat(choices.chosen()).doesNotContainKey("tokenizer.training.precision");
        assertThat(choices.notes())
                .singleElement()
                .asString()
                .contains("tokenizer.training.precision is bfloat16; on this machine bfloat16 takes 12.0 times");
    }

    @Test
    void aDamagedFileIsRefusedWithARemedy() throws IOException {
        for (String damaged : new String[] {"", "{", "null", "[1]", "{\"a\": null}", "{\"a\": {}}", "\u0000"}) {
            Files.writeString(run.resolve(RunChoices.FILE), damaged);
            assertThatThrownBy(() -> RunChoices.of(run, () -> NARROW))
                    .as(damaged)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("delete it to choose anew");
        }
        Files.writeString(run.resolve(RunChoices.FILE), "{\"tokenizer.training.precision\": \"float17\"}");
        RunChoices choices = RunChoices.of(run, () -> NARROW);
        assertThatThrownBy(() -> choices.settle(recipe(""))).hasMessageContaining("float17");
    }

    private static Precision precision(Recipe recipe) {
        TrainingConfig training = recipe.tokenizer().orElseThrow().training();
        return training.precision().explicit();
    }

    private Recipe recipe(String ofTokenizer) throws IOException {
        Path file = run.resolve("recipe-given.yaml");
        Files.writeString(
                file,
                Files.readString(Path.of("..", "recipes", "noto-emoji-32.yaml"))
                        .replace("weight-decay: 0\n", "weight-decay: 0\n    " + ofTokenizer + "\n"));
        return RecipeReader.read(file, Recipe.class);
    }

    private static MachineProfile machine(double float32, double convolutions, double linearLayers) {
        Map<WeightFormat, Double> products = Map.of(WeightFormat.FLOAT32, 1.0);
        return new MachineProfile(
                Map.of(
                        TrainingWork.CONVOLUTIONS,
                        Map.of(Precision.FLOAT32, float32, Precision.BFLOAT16, convolutions),
                        TrainingWork.LINEAR_LAYERS,
                        Map.of(Precision.FLOAT32, float32, Precision.BFLOAT16, linearLayers)),
                Map.of(ProductRows.FEW, products, ProductRows.MANY, products));
    }
}
