package dev.oar.check;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a check has found. As JSON its keys are the names of the components in kebab case; keys are only ever added.
 *
 * @param path the folder or zip
 * @param layout how it was read
 * @param layoutReason why
 * @param quick whether headers alone were read; then there are no duplicates and no grey images, and damage within pixels is not found
 * @param failures why a recipe would fail, each in one sentence; none: it would not
 * @param images how many there are
 * @param classes of the readable images
 * @param captions of all listed images
 * @param sizes of the readable images; empty if there is none
 * @param losses what reading leaves out, by kind
 * @param grey readable images without colour; empty if quick
 * @param unreadable images that cannot be read, by reason
 * @param problems what could not be listed, by kind ({@link dev.oar.layout.ListingProblem})
 * @param exactDuplicates images of the same pixels; empty if quick
 * @param nearDuplicates images that look alike; empty if quick
 * @param leftOut files that are no part of the set
 * @param notes what else should be known, each in one sentence
 * @param codes codes that the recipe takes in place of tokens; empty if it takes none
 * @param cost what training on it would cost; empty if it was not estimated
 */
public record DataReport(
        String path,
        String layout,
        String layoutReason,
        boolean quick,
        List<String> failures,
        ImageCounts images,
        ClassCounts classes,
        CaptionCounts captions,
        Optional<SizeCounts> sizes,
        Map<String, Named> losses,
        Optional<Integer> grey,
        Map<String, Named> unreadable,
        Map<String, Named> problems,
        Optional<DuplicateCounts> exactDuplicates,
        Optional<DuplicateCounts> nearDuplicates,
        Named leftOut,
        List<String> notes,
        Optional<CodeCounts> codes,
        Optional<TrainingCost> cost) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .build();

    /**
     * How many images there are.
     *
     * @param listed images of the set
     * @param readable those that can be read
     * @param train readable images that are trained on
     * @param test readable images that are tested
     * @param ownSplit whether the set itself has test images; otherwise a recipe's fraction and seed choose them
     */
    public record ImageCounts(int listed, int readable, int train, int test, boolean ownSplit) {}

    /** Keeps copies. */
    public DataReport {
        failures = List.copyOf(failures);
        losses = Collections.unmodifiableMap(new LinkedHashMap<>(losses));
        unreadable = Collections.unmodifiableMap(new LinkedHashMap<>(unreadable));
        problems = Collections.unmodifiableMap(new LinkedHashMap<>(problems));
        notes = List.copyOf(notes);
    }

    /** The same findings with what training would cost. */
    public DataReport withCost(TrainingCost estimated) {
        return new DataReport(
                path,
                layout,
                layoutReason,
                quick,
                failures,
                images,
                classes,
                captions,
                sizes,
                losses,
                grey,
                unreadable,
                problems,
                exactDuplicates,
                nearDuplicates,
                leftOut,
                notes,
                codes,
                Optional.of(estimated));
    }

    /** One JSON document with a line end behind it. */
    public String json() {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this).replace("\r\n", "\n") + "\n";
    }
}
