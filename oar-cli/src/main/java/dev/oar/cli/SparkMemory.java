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
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
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

    /** Of the process of a rank, beside the executor's own. */
    private static final double HEAP = 512 * MEGA;

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
            case TOKENIZE -> ofStages(parsed, cores, StageName.TOKENS);
            case EXTRACT -> ofStages(parsed, cores, StageName.EXTRACTION);
            case PRETRAIN -> ofRank(parsed, cores, StageName.PRETRAINING);
            case FINETUNE -> ofRank(parsed, cores, StageName.PRETRAINING, StageName.FINETUNING);
            case RUN -> ofRank(parsed, cores, StageName.values());
            case GENERATE -> ofModel(models.find(parsed.matchedOptionValue("--model", "")));
            case FEATURES -> new SparkMemory(UNKNOWN, "a feature network");
        };
    }

    /** Of a process beside the executor, which has a heap of its own and does the dearest of these stages. */
    private static SparkMemory ofRank(ParseResult parsed, int cores, StageName... stages) throws IOException {
        SparkMemory dearest = parsed.hasMatchedPositional(0)
                ? ofStages(parsed, cores, stages)
                : new SparkMemory(UNKNOWN, "a recipe that is yet to be made");
        return new SparkMemory(dearest.model() + HEAP, dearest.reason() + " and the heap of a rank");
    }

    private static SparkMemory ofStages(ParseResult parsed, int cores, StageName... stages) throws IOException {
        Path file = parsed.matchedPositionalValue(0, Path.of(""));
        Recipe recipe = RecipeReader.read(file, Recipe.class);
        Path folder = FullPath.of(file).getParent();
        Set<String> labels = Arrays.stream(stages).map(StageName::label).collect(Collectors.toSet());
        try {
            RecipeSizes sizes = RecipeSizes.of(recipe, folder == null ? Path.of("") : folder, OptionalLong.empty());
            return Estimate.sizes(sizes, cores).stream()
                    .filter(estimate -> labels.contains(estimate.stage()))
                    .max(Comparator.comparingDouble(
                            estimate -> estimate.memory().networks()))
                    .map(estimate ->
                            new SparkMemory(estimate.memory().networks(), "the estimate of " + estimate.stage()))
                    .orElse(new SparkMemory(UNKNOWN, stages[0].label() + ", which has no estimate"));
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
