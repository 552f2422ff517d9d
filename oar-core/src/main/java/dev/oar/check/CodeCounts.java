package dev.oar.check;

import dev.oar.data.ExtractedCodes;
import dev.oar.data.ExtractedCodesConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Codes that a recipe takes in place of the tokens of its training images.
 *
 * @param images how many images have codes
 * @param classes how many classes they are of
 * @param shapes how many images have codes of each shape, such as {@code 2 x 256}: rows, and cells of each
 * @param broken files that are no codes of one image
 * @param refusal why the folder as a whole is refused, in one sentence
 */
public record CodeCounts(int images, int classes, Map<String, Integer> shapes, Named broken, Optional<String> refusal) {
    static CodeCounts of(ExtractedCodesConfig codes, Path baseDirectory) {
        try {
            ExtractedCodes.Survey survey = ExtractedCodes.survey(baseDirectory.resolve(codes.path()), codes.layout());
            return new CodeCounts(
                    survey.images(), survey.classes(), survey.shapes(), Named.of(survey.broken()), Optional.empty());
        } catch (IOException e) {
            return new CodeCounts(0, 0, Map.of(), Named.of(List.of()), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    /** Why a recipe would fail. */
    Optional<String> failure() {
        if (refusal.isPresent() || broken.count() == 0) {
            return refusal;
        }
        return Optional.of("a recipe refuses files that are no codes of one image, 2 or 10 rows, but there are "
                + broken.summary() + "; copy them anew");
    }
}
