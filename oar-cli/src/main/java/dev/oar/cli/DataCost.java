package dev.oar.cli;

import dev.oar.check.TrainingCost;
import dev.oar.checkpoint.FullPath;
import dev.oar.data.ImageFolderConfig;
import dev.oar.estimate.Estimate;
import dev.oar.estimate.RecipeSizes;
import dev.oar.pipeline.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** What training on a set of images would cost on this machine. */
final class DataCost {
    private static final double SECONDS_PER_HOUR = 3600;

    private DataCost() {}

    /** The recipe that {@code oar run --images} would take for a set that has none, with the layout that the set was read by. */
    static Recipe recipe(Path home, Path images, ImageFolderConfig checked) throws IOException {
        return on(FolderRecipe.of(home, images), images, checked);
    }

    /** A recipe on other images, with the layout that these were read by. */
    static Recipe on(Recipe recipe, Path images, ImageFolderConfig checked) throws IOException {
        ImageFolderConfig data = recipe.data().withPath(FullPath.of(images).toString());
        return recipe.withData(recipe.name(), recipe.licence(), data.withLayout(checked.layout()));
    }

    /**
     * The cost of a recipe; without stages, and with a note that says why, if it is of a kind whose cost is not known.
     *
     * @param baseDirectory what relative paths in the recipe start from
     * @param progress is shown what is probed; stays open
     */
    static TrainingCost of(Recipe recipe, Path baseDirectory, Interruption interruption, ProgressView progress)
            throws IOException {
        RecipeSizes sizes;
        try {
            sizes = RecipeSizes.of(recipe, baseDirectory, OptionalLong.empty());
        } catch (IllegalArgumentException e) {
            return new TrainingCost(recipe.name(), "this machine", List.of(), List.of("not known: " + e.getMessage()));
        }
        Estimate estimate = MachineEstimate.of(sizes, interruption, progress);
        List<TrainingCost.Stage> stages = estimate.stages().stream()
                .map(stage -> new TrainingCost.Stage(
                        stage.stage(),
                        stage.seconds() / SECONDS_PER_HOUR,
                        stage.memory().total(),
                        stage.disk()))
                .toList();
        return new TrainingCost(recipe.name(), estimate.machine(), stages, estimate.notes());
    }
}
