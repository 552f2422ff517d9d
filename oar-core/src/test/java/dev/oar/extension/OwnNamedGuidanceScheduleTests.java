package dev.oar.extension;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.config.Kind;
import dev.oar.config.KnownKinds;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.config.RecordTexts;
import dev.oar.decode.GuidanceScale;
import dev.oar.generate.Drawing;
import dev.oar.generate.GuidanceSchedule;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A guidance schedule of one's own has a name and numbers in recipes and images. */
class OwnNamedGuidanceScheduleTests {
    private static final String YAML =
            "order: {kind: raster}\nguidance-scale: 4\nguidance-schedule: late\nlate-share: 0.75\n";

    /**
     * Off at first, then the full scale.
     *
     * @param lateShare the share of filled cells from which images are guided
     */
    @Kind("late")
    record Late(double lateShare) implements GuidanceSchedule {
        @Override
        public GuidanceScale scale(double guidanceScale) {
            return (filled, next, cells) -> filled < lateShare * cells ? 1 : guidanceScale;
        }
    }

    @BeforeAll
    static void makeKnown() {
        KnownKinds.add(GuidanceSchedule.class, Late.class);
    }

    @Test
    void recipesAndImagesNameIt() {
        Drawing drawing = RecipeReader.parse("drawing", YAML, Drawing.class);
        assertThat(drawing.guidance().guidanceSchedule()).isEqualTo(new Late(0.75));
        assertThat(RecipeReader.parse("again", RecipeWriter.write(drawing), Drawing.class))
                .isEqualTo(drawing);
        assertThat(RecordTexts.read("image", RecordTexts.write(drawing), Drawing.class))
                .isEqualTo(drawing);
        GuidanceScale scale = drawing.guidance().classifierFree().scale();
        assertThat(scale.at(47, 1, 64)).isEqualTo(1);
        assertThat(scale.at(48, 1, 64)).isEqualTo(4);
    }
}
