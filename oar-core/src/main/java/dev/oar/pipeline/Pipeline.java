package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.AtomicFile;
import dev.oar.config.RecipeWriter;
import dev.oar.tensor.LibTorch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The flow from a folder of images to a specialised model and its report. Every stage leaves files; a run that was broken off goes on
 * where it was, and finished stages are skipped.
 *
 * <pre>
 * RUN/recipe.yaml         the recipe with every default spelled out
 * RUN/stages/...          one folder per stage, see {@link StageDirectory}
 * RUN/model/              the trained model ({@link ModelFolder})
 * RUN/report.html         what was done and what came of it
 * </pre>
 */
public final class Pipeline {
    /** File name of the report. */
    public static final String REPORT = "report.html";

    /** Folder name of the trained model. */
    public static final String MODEL = "model";

    private final Recipe recipe;
    private final Path baseDirectory;
    private final Path runDirectory;
    private final PipelineListener listener;

    /**
     * A run of a recipe.
     *
     * @param baseDirectory what relative paths in the recipe start from
     * @param runDirectory where everything goes
     */
    public Pipeline(Recipe recipe, Path baseDirectory, Path runDirectory, PipelineListener listener) {
        this.recipe = recipe;
        this.baseDirectory = baseDirectory;
        this.runDirectory = runDirectory;
        this.listener = listener;
    }

    /** Runs everything. */
    public ModelFolder run() throws IOException {
        run(StageName.REPORT);
        return ModelFolder.open(runDirectory.resolve(MODEL));
    }

    /**
     * Runs a stage and whatever it needs.
     *
     * @throws IOException if reading or writing fails, or another run works in the directory
     * @throws ArithmeticException if a training's loss is not finite
     */
    public void run(StageName target) throws IOException {
        LibTorch.load();
        try (RunLock ignored = RunLock.take(runDirectory);
                RunContext context = new RunContext(recipe, baseDirectory, runDirectory, listener)) {
            AtomicFile.write(
                    runDirectory.resolve("recipe.yaml"),
                    RecipeWriter.write(recipe).getBytes(StandardCharsets.UTF_8));
            List<Stage> stages = needed(stage(stages(context), target));
            if (stages.stream().anyMatch(stage -> stage.name() == StageName.EVALUATION)) {
                context.requireMeasurable();
            }
            for (int i = 0; i < stages.size(); i++) {
                stages.get(i).ensure(i + 1, stages.size());
            }
        }
    }

    private static List<Stage> stages(RunContext context) {
        TokenizerStage tokenizer = new TokenizerStage(context);
        TokensStage tokens = new TokensStage(context, tokenizer);
        FeaturesStage features = new FeaturesStage(context);
        PretrainingStage pretraining = new PretrainingStage(context, tokens);
        ExtractionStage extraction = new ExtractionStage(context, tokens, pretraining);
        FinetuningStage control = new FinetuningStage(context, Arm.CONTROL, tokens, pretraining, extraction);
        FinetuningStage finetuning = new FinetuningStage(context, Arm.SPECIALISED, tokens, pretraining, extraction);
        EvaluationStage evaluation =
                new EvaluationStage(context, tokenizer, tokens, features, extraction, pretraining, control, finetuning);
        ReportStage report = new ReportStage(context, tokenizer, tokens, features, extraction, evaluation);
        return List.of(tokenizer, tokens, features, pretraining, extraction, control, finetuning, evaluation, report);
    }

    private static Stage stage(List<Stage> stages, StageName name) {
        return stages.stream().filter(stage -> stage.name() == name).findFirst().orElseThrow();
    }

    /** The stage and all it needs, needs first. */
    private static List<Stage> needed(Stage target) {
        Set<Stage> ordered = new LinkedHashSet<>();
        collect(target, ordered);
        List<Stage> sorted = new ArrayList<>(ordered);
        sorted.sort(java.util.Comparator.comparing(Stage::name));
        return sorted;
    }

    private static void collect(Stage stage, Set<Stage> into) {
        stage.needs().forEach(need -> collect(need, into));
        into.add(stage);
    }
}
