package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.config.ConfigException;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.model.TransformerConfig.Formulation;
import org.junit.jupiter.api.Test;

/** How a recipe says what images are drawn from. */
class ConditioningTests {
    private static final TransformerConfig CLASSES = TransformerConfig.of(Formulation.POSITION_INSTRUCTION, 64, 2, 4);

    /** What was written before there was a choice; stages are fingerprinted by it. */
    private static final String TEXT = """
            formulation: position-instruction
            width: 64
            layers: 2
            heads: 4
            feed-forward-multiple-of: 256
            norm-epsilon: 1.0e-5
            rope-base: 10000.0
            token-dropout: 0.1
            residual-dropout: 0.1
            feed-forward-dropout: 0.1
            """;

    @Test
    void modelsOfClassesAreWrittenAsTheyWereBeforeThereWereOthers() {
        assertThat(RecipeWriter.write(CLASSES)).isEqualTo(TEXT);
        assertThat(RecipeReader.parse("r.yaml", TEXT, TransformerConfig.class)).isEqualTo(CLASSES);
    }

    @Test
    void classesThatAreSpelledOutMakeTheSameModel() {
        TransformerConfig spelledOut =
                RecipeReader.parse("r.yaml", TEXT + "conditioning: {kind: class}\n", TransformerConfig.class);
        assertThat(spelledOut).isEqualTo(CLASSES).isEqualTo(CLASSES.conditionedOn(new ClassConditioning()));
        assertThat(RecipeWriter.write(spelledOut)).isEqualTo(TEXT);
        assertThat(spelledOut.captions()).isEmpty();
    }

    @Test
    void captionsAreWrittenAndReadWithTheirSizes() {
        TransformerConfig usual =
                RecipeReader.parse("r.yaml", TEXT + "conditioning: {kind: caption}\n", TransformerConfig.class);
        assertThat(usual)
                .isEqualTo(CLASSES.conditionedOn(new CaptionConditioning(
                        64, CaptionConditioning.TooLong.REFUSE, new LearnedEncoder(1024, 128, 2, 4, 8))));
        TransformerConfig others = CLASSES.conditionedOn(CaptionConditioning.frozen(7, 5));
        String text = RecipeWriter.write(others);
        assertThat(text).isEqualTo(TEXT + """
                conditioning:
                  kind: caption
                  length: 7
                  too-long: refuse
                  encoder:
                    kind: frozen
                    width: 5
                    padding-side: right
                    padding-rule: hidden
                """);
        assertThat(RecipeReader.parse("r.yaml", text, TransformerConfig.class)).isEqualTo(others);
        assertThat(others.withoutDropout().captions()).contains(CaptionConditioning.frozen(7, 5));
    }

    @Test
    void sizesThatCannotBeAreRefused() {
        assertThatThrownBy(() -> RecipeReader.parse(
                        "r.yaml", TEXT + "conditioning: {kind: caption, length: 0}\n", TransformerConfig.class))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("length is 0");
    }
}
