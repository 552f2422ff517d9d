package dev.oar.cli;

import dev.oar.config.RecipeReader;
import dev.oar.data.Families;
import dev.oar.data.ImageFolder;
import dev.oar.data.ImageSet;
import dev.oar.measure.ClassShares;
import dev.oar.pipeline.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How often each class of a model is drawn where it is measured.
 *
 * @param shares of the classes
 * @param source where they come from, as results say it
 * @param equal whether nothing but the classes' number was known
 */
record DrawnClasses(ClassShares shares, String source, boolean equal) {
    /** What a reader should know where nothing tells how often each class occurs. */
    static final String NOTE =
            "the reference does not tell the classes of its images, so all classes are drawn equally often;"
                    + " where the reference has other proportions, that adds to the distance; put its files into folders"
                    + " named like the classes, or name a recipe by --class-shares";

    /**
     * Finds the shares.
     *
     * @param recipe whose test images have them, if it was given
     * @param classes of the model
     * @throws IllegalArgumentException if the recipe has no test images
     */
    static DrawnClasses of(@Nullable Path recipe, ComparisonOptions options, List<String> classes) throws IOException {
        if (recipe != null) {
            return new DrawnClasses(ofRecipe(recipe, classes), "in the shares of a recipe's test images", false);
        }
        Optional<ClassShares> ofReference = ofReference(options, classes);
        return ofReference
                .map(shares -> new DrawnClasses(shares, "in the shares of the reference", false))
                .orElseGet(
                        () -> new DrawnClasses(ClassShares.equal(classes.size()), "equally often", classes.size() > 1));
    }

    private static ClassShares ofRecipe(Path file, List<String> classes) throws IOException {
        Recipe recipe = RecipeReader.read(file, Recipe.class);
        Path base = file.toAbsolutePath().normalize().getParent();
        try (ImageFolder images = ImageFolder.open(recipe.data(), base == null ? Path.of("") : base, classes)) {
            int[] test = images.testIndices();
            if (test.length == 0) {
                throw new IllegalArgumentException("classes are drawn in the shares of a recipe's test images, but "
                        + recipe.name() + " has none; raise data.test-fraction, or name another recipe");
            }
            int[] classOfImage = Arrays.stream(test)
                    .map(index -> images.images().get(index).classIndex())
                    .toArray();
            return ClassShares.of(classOfImage, Families.of(images.familiesOf(test)), classes.size());
        }
    }

    private static Optional<ClassShares> ofReference(ComparisonOptions options, List<String> classes)
            throws IOException {
        if (SetEvaluation.holdsStatisticsAlone(options.reference())) {
            return Optional.empty();
        }
        try (ImageSet reference = options.open(options.reference())) {
            return ClassShares.ofFolders(
                    IntStream.range(0, reference.count())
                            .mapToObj(reference::name)
                            .toList(),
                    classes);
        }
    }
}
