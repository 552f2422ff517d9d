package dev.oar.cli;

import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.FullPath;
import dev.oar.config.RecipeReader;
import dev.oar.estimate.Estimate;
import dev.oar.estimate.RecipeSizes;
import dev.oar.pipeline.Recipe;
import dev.oar.pipeline.StageName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import picocli.CommandLine.ParseResult;

/**
 * Memory that an executor needs outside the Java heap.
 *
 * @param model bytes for model and batches
 * @param reason where the number is from
 */
record SparkMemory(double model, String reason) {
    private static final double MEGA = 1 << 20;

    /** What LibTorch's libraries take, and what the allocator of C keeps of memory that was given back. */
    private static final double LIBRARIES = 512 * MEGA;

    /** Where nothing is known: a feature network, or a model of a kind that has no estimate. */
    private static final double UNKNOWN = 1024 * MEGA;

    /** Weights as they are read, packed for products, and as much again for what passes hold. */
    private static final int COPIES = 3;

    /**
     * What a task needs.
     *
     * @param parsed the arguments of its command
     * @param cores of an executor
     */
    static SparkMemory of(SparkTask task, ParseResult parsed, BundledModels models, int cores) throws IOException {
        return switch (task) {
            case TOKENIZE -> ofStage(parsed, StageName.TOKENS, cores);
            case EXTRACT -> ofStage(parsed, StageName.EXTRACTION, cores);
            case GENERATE -> ofModel(models.find(parsed.matchedOptionValue("--model", "")));
            case FEATURES -> new SparkMemory(UNKNOWN, "a feature network");
        };
    }

    private static SparkMemory ofStage(ParseResult parsed, StageName stage, int cores) throws IOException {
        Path file = parsed.matchedPositionalValue(0, Path.of(""));
        Recipe recipe = RecipeReader.read(file, Recipe.class);
        Path folder = FullPath.of(file).getParent();
        try {
            RecipeSizes sizes = RecipeSizes.of(recipe, folder == null ? Path.of("") : folder, OptionalLong.empty());
            return Estimate.sizes(sizes, cores).stream()
                    .filter(estimate -> estimate.stage().equals(stage.label()))
                    .findFirst()
                    .map(estimate -> new SparkMemory(estimate.memory().total(), "the estimate of " + stage.label()))
                    .orElse(new SparkMemory(UNKNOWN, stage.label() + ", which has no estimate"));
        } catch (IllegalArgumentException e) {
            return new SparkMemory(UNKNOWN, "a model without an estimate");
        }
    }

    private static SparkMemory ofModel(ModelFolder folder) throws IOException {
        double bytes = Files.size(folder.path().resolve(ModelFolder.fileName(folder.defaultArm())))
                + (double) Files.size(folder.path().resolve(ModelFolder.TOKENIZER));
        return new SparkMemory(
                COPIES * bytes,
                COPIES + " times the weights of " + folder.manifest().name());
    }

    /** Both together in MiB. */
    long megabytes() {
        return (long) Math.ceil((LIBRARIES + model) / MEGA);
    }

    /** For people. */
    String line() {
        return String.format(
                Locale.ROOT,
                "each executor is given %d MiB outside the heap: %.0f for LibTorch, %.0f by %s",
                megabytes(),
                LIBRARIES / MEGA,
                Math.ceil(model / MEGA),
                reason);
    }
}
