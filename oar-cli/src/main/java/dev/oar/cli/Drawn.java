package dev.oar.cli;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.generate.Drawing;
import dev.oar.generate.Subject;
import dev.oar.model.AutoregressiveModel;
import dev.oar.tensor.Device;
import dev.oar.text.TextEncoderFiles;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What a command draws from a model: classes, which the model knows, or captions, which it is given.
 *
 * @param folder the model
 * @param captions the captions; empty for a model that draws from classes, or for nothing in particular
 * @param negative what images shall not show; empty if nothing was named
 * @param textEncoder the frozen text encoder that reads captions; empty for a model that has its own
 * @param subjects what conditions stand for, in words; one more condition stands for nothing in particular
 * @param conditions what was asked for, one for all images or one an image
 */
record Drawn(
        ModelFolder folder,
        List<String> captions,
        Optional<String> negative,
        Optional<TextEncoderFiles> textEncoder,
        List<Subject> subjects,
        List<Integer> conditions) {
    /** A class of a model, or nothing in particular. */
    static Drawn withoutCaptions(ModelFolder folder, List<Subject> subjects, int condition) {
        return new Drawn(folder, List.of(), Optional.empty(), Optional.empty(), subjects, List.of(condition));
    }

    /** The transformer that draws it; close it after use. */
    AutoregressiveModel transformer(Arm arm, Device device) throws IOException {
        return captions.isEmpty()
                ? folder.transformer(arm, device)
                : folder.transformer(arm, device, captions, negative, textEncoder);
    }

    /**
     * Checks that a drawing has a use for what was asked for.
     *
     * @throws IllegalArgumentException if there is a negative caption, and no guidance that leads away from it
     */
    void requireUsedBy(Drawing drawing) {
        if (negative.isPresent() && !drawing.guided()) {
            throw new IllegalArgumentException(
                    "--negative-caption is what guidance leads away from, but guidance is off"
                            + " at a scale of " + drawing.guidance().guidanceScale()
                            + "; add a --guidance-scale above 1, for example 3, or leave the negative caption out");
        }
    }

    /** What was asked for if that is one for all images. */
    int condition() {
        return conditions.get(0);
    }

    /** What an image was asked to show, in words. */
    Optional<Subject> subject(int condition) {
        return condition < subjects.size() ? Optional.of(subjects.get(condition)) : Optional.empty();
    }
}
