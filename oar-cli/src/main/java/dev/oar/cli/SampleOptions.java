package dev.oar.cli;

import dev.oar.artifact.Arm;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a model's samples are drawn for measuring. */
final class SampleOptions {
    private static final int SEARCH_SAMPLES = 10_000;

    @Option(
            names = "--arm",
            paramLabel = "ARM",
            description = "any-order, control or specialised (default: specialised where the model has it).")
    private @Nullable Arm arm;

    @Option(
            names = "--guidance-search",
            paramLabel = "FIRST:LAST:STEP",
            description = "Try guidance scales first, with fewer samples, and draw with the best; 1:4:0.2 is usual.")
    private @Nullable String guidanceSearch;

    @Option(
            names = "--search-samples",
            paramLabel = "N",
            description = "Images drawn per scale of the search (default: " + SEARCH_SAMPLES + ").")
    private @Nullable Integer searchSamples;

    @Option(
            names = "--npz",
            paramLabel = "FILE",
            description = "Also write the samples as a batch that guided-diffusion's evaluator reads.")
    private @Nullable Path npz;

    @Option(
            names = "--class-shares",
            paramLabel = "RECIPE",
            description =
                    "Draw each class as often as it occurs in the test images of this recipe (default: as often as in the"
                            + " reference, if its files stand in folders named like the model's classes; else all classes equally often).")
    private @Nullable Path classShares;

    @Mixin
    private DrawingOptions drawing = new DrawingOptions();

    /** Whether any of the options but those of the drawing was given. */
    boolean given() {
        return arm != null || guidanceSearch != null || searchSamples != null || npz != null || classShares != null;
    }

    @Nullable
    Arm arm() {
        return arm;
    }

    @Nullable
    String guidanceSearch() {
        return guidanceSearch;
    }

    int searchSamples() {
        return searchSamples == null ? SEARCH_SAMPLES : searchSamples;
    }

    @Nullable
    Path npz() {
        return npz;
    }

    /** The recipe whose test images have the classes' shares, if it was given. */
    @Nullable
    Path classShares() {
        return classShares;
    }

    DrawingOptions drawing() {
        return drawing;
    }
}
