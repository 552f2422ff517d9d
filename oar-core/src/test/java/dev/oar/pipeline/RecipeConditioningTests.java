package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.config.ConfigException;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RecipeConditioningTests {
    private static final String TEXT = RecipeWriter.write(TinyRecipe.of(Path.of("images"), "position-instruction"));

    private static Recipe withConditioning(String kind) {
        return RecipeReader.parse(
                "r.yaml", TEXT.replace("\nmodel:\n", "\nmodel:\n  conditioning: {kind: " + kind + "}\n"), Recipe.class);
    }

    @Test
    void aRecipeTrainsOnClassesAndRefusesCaptionsBeforeAnythingIsDone() {
        assertThat(TEXT).contains("\nmodel:\n").doesNotContain("conditioning");
        assertThat(RecipeWriter.write(withConditioning("class"))).isEqualTo(TEXT);
        assertThatThrownBy(() -> withConditioning("caption"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("its conditioning is caption")
                .hasMessageMatching("(?s)r\\.yaml.*");
    }
}
