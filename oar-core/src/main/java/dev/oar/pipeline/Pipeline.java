package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.FullPath;
import dev.oar.config.RecipeWriter;
import dev.oar.data.ExtractedCodesConfig;
import dev.oar.data.ImageFolderConfig;
import dev.oar.data.ResultPlace;
import dev.oar.file.AtomicFile;
import dev.oar.group.ProcessGroup;
import dev.oar.model.TransformerConfig;
import dev.oar.piece.PieceMakers;
import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import dev.oar.tokenizer.PerceptualLossConfig;
import dev.oar.train.TrainingLogs;
import dev.oar.tuning.MachineProfiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The flow from a folder of images to a specialised model and its report. Every stage leaves files; a run that was broken off goes on
 * where it was, and finished stages are skipped.
 *
 * <pre>
 * RUN/recipe.yaml         the recipe with every default spelled out and the full path of the images, so that it can be run again
 * RUN/choices.json        what the recipe left to the machine, as it was decided when the run began ({@link RunChoices})
 * RUN/stages/...          one folder per stage, see {@link StageDirectory}
 * RUN/model/              the trained model ({@link ModelFolder})
 * RUN/report.html         what was done and what came of it
 * RUN/results.json        the figures and comparisons of the report
 * RUN/provenance.json     what it was done on, when, and the fingerprints of what came of it ({@link Provenance})
 * </pre>
 */
public final class Pipeline {
    /** File name of the report. */
    public static final String REPORT = "report.html";

    /** File name of the provenance. */
    public static final String PROVENANCE = "provenance.json";

    /** Folder name of the trained model. */
    public static final String MODEL = "model";

    private final Recipe recipe;
    private final Path baseDirectory;
    private final Path runDirectory;
    private final PipelineListener listener;
    private final Device device;
    private final TrainingLogs logs;
    private final ProcessGroup group;
    private final @Nullable PieceMakers makers;

    /**
     * A run of a recipe.
     *
     * @param baseDirectory what relative paths in the recipe start from
     * @param runDirectory where everything goes
     */
    public Pipeline(Recipe recipe, Path baseDirectory, Path runDirectory, PipelineListener listener) {
        this(recipe, baseDirectory, runDirectory, listener, Device.CPU);
    }

    /**
     * A run of a recipe whose tokenizer and transformers are on a device of choice; features and figures are the CPU's work. What
     * a run on another device has finished stays finished.
     *
     * @throws IllegalArgumentException if there is no such device
     */
    public Pipeline(Recipe recipe, Path baseDirectory, Path runDirectory, PipelineListener listener, Device device) {
        this(recipe, baseDirectory, runDirectory, listener, device, TrainingLogs.NONE);
    }

    /** As the form without logs; {@code logs} says what is written of trainings besides their metrics. */
    public Pipeline(
            Recipe recipe,
            Path baseDirectory,
            Path runDirectory,
            PipelineListener listener,
            Device device,
            TrainingLogs logs) {
        this(recipe, baseDirectory, runDirectory, listener, device, logs, ProcessGroup.alone());
    }

    /**
     * As the other forms, as one process of a group: all run the same recipe in the same directory, which all of them see. They train any-order
     * models together; everything else is the work of rank 0, for which the others wait.
     */
    public Pipeline(
            Recipe recipe,
            Path baseDirectory,
            Path runDirectory,
            PipelineListener listener,
            Device device,
            TrainingLogs logs,
            ProcessGroup group) {
        this(recipe, baseDirectory, runDirectory, listener, device, logs, group, null);
    }

    private Pipeline(
            Recipe recipe,
            Path baseDirectory,
            Path runDirectory,
            PipelineListener listener,
            Device device,
            TrainingLogs logs,
            ProcessGroup group,
            @Nullable PieceMakers makers) {
        this.group = group;
        this.device = device.requireUsable();
        this.logs = logs;
        this.makers = makers;
        this.recipe = recipe;
        this.baseDirectory = baseDirectory;
        this.runDirectory = runDirectory;
        this.listener = listener;
    }

    /** The same run, whose tokens and orders are made piece by piece by others; they are the same to the byte. */
    public Pipeline madeBy(PieceMakers others) {
        return new Pipeline(recipe, baseDirectory, runDirectory, listener, device, logs, group, others);
    }

    /** Runs everything. */
    public ModelFolder run() throws IOException {
        run(StageName.REPORT);
        return ModelFolder.open(runDirectory.resolve(MODEL));
    }

    /**
     * Runs a stage and whatever it needs.
     *
     * @throws IllegalArgumentException if the run directory lies within the images
     * @throws IOException if reading or writing fails, another run works in the directory, or another process of the group is lost
     * @throws ArithmeticException if too many steps of a training in a row have no finite loss and gradient
     */
    public void run(StageName target) throws IOException {
        PublicData.require(recipe.data(), baseDirectory);
        ResultPlace.requireOutside(
                runDirectory, baseDirectory.resolve(recipe.data().path()));
        LibTorch.load();
        if (group.size() > 1) {
            SharedRun.requireAlike(group, recipe, target, device);
        }
        if (!group.isFirst()) {
            follow(target);
            return;
        }
        try (RunLock ignored = RunLock.take(runDirectory)) {
            RunChoices choices =
                    RunChoices.of(runDirectory, () -> MachineProfiles.of(device, line -> listener.note(line)));
            Recipe settled = choices.settle(recipe);
            choices.write(runDirectory);
            choices.notes().forEach(listener::note);
            run(target, context(settled, choices.chosen()));
        }
    }

    private RunContext context(Recipe settled, Map<String, String> choices) {
        return new RunContext(settled, baseDirectory, runDirectory, listener, device, choices, logs, group)
                .madeBy(makers);
    }

    /** What processes other than rank 0 do: their part of what is shared, and nothing else. */
    private void follow(StageName target) throws IOException {
        try (RunContext context = context(SharedRun.settled(group, recipe), Map.of())) {
            SharedRun.requireSeen(group, runDirectory);
            context.knowImagesFingerprint(group.fromFirst(""));
            List<Stage> stages = stage(stages(context), target).withNeeds();
            for (int i = 0; i < stages.size(); i++) {
                stages.get(i).ensure(i + 1, stages.size());
            }
            group.meet();
        }
    }

    /**
     * Checks what a run checks before it begins, and a run of other settings learns on its way: images, base, captions, split, sizes. Writes
     * nothing.
     *
     * @throws IllegalArgumentException if the run would be refused
     * @throws IOException if images, base or what is left of an earlier attempt cannot be read
     */
    public RunPlan plan() throws IOException {
        PublicData.require(recipe.data(), baseDirectory);
        ResultPlace.requireOutside(
                runDirectory, baseDirectory.resolve(recipe.data().path()));
        LibTorch.load();
        RunChoices choices = RunChoices.of(runDirectory, () -> MachineProfiles.of(device, line -> listener.note(line)));
        Recipe settled = choices.settle(recipe);
        choices.notes().forEach(listener::note);
        try (RunContext context =
                new RunContext(settled, baseDirectory, runDirectory, listener, device, choices.chosen(), logs)) {
            context.requireMeasurable();
            List<Stage> stages = stage(stages(context), StageName.REPORT).withNeeds();
            for (Stage stage : stages) {
                if (stage instanceof AnyOrderStage anyOrder) {
                    anyOrder.requireCaptions();
                }
            }
            Set<Stage> done = Files.isDirectory(runDirectory) ? done(stages) : Set.of();
            return new RunPlan(
                    context.images().trainIndices().length,
                    context.images().testIndices().length,
                    context.images().classes().size(),
                    stages.stream()
                            .map(stage -> new RunPlan.Planned(stage.name(), done.contains(stage)))
                            .toList());
        }
    }

    /** The complete ones; what a stage that is not complete would leave is not asked for. */
    private static Set<Stage> done(List<Stage> stages) throws IOException {
        Set<Stage> done = new HashSet<>();
        for (Stage stage : stages) {
            if (done.containsAll(stage.needs()) && stage.isComplete()) {
                done.add(stage);
            }
        }
        return done;
    }

    private void run(StageName target, RunContext opened) throws IOException {
        try (RunContext context = opened) {
            AtomicFile.write(
                    runDirectory.resolve("recipe.yaml"),
                    RecipeWriter.write(placed()).getBytes(StandardCharsets.UTF_8));
            List<Stage> stages = stage(stages(context), target).withNeeds();
            if (stages.stream().anyMatch(stage -> stage.name() == StageName.EVALUATION)) {
                context.requireMeasurable();
            }
            for (Stage stage : stages) {
                if (stage instanceof AnyOrderStage anyOrder) {
                    anyOrder.requireCaptions();
                }
            }
            if (group.size() > 1) {
                var unused = SharedRun.settled(group, context.recipe());
                SharedRun.requireSeen(group, runDirectory);
                context.knowImagesFingerprint(group.fromFirst(context.imagesFingerprint()));
            }
            for (int i = 0; i < stages.size(); i++) {
                stages.get(i).ensure(i + 1, stages.size());
            }
            Provenance.of(context, stages).write(runDirectory.resolve(PROVENANCE));
            group.meet();
        }
    }

    /**
     * The recipe as it can be run from anywhere. Only the copy for the user names images and base so: fingerprints and report know
     * the paths that were given, and a run does not become another one where a folder is moved. A frozen text encoder alone is known by
     * its full path everywhere.
     */
    private Recipe placed() throws IOException {
        Recipe placed = recipe.withData(recipe.name(), recipe.licence(), placed(recipe.data()));
        Optional<String> base = recipe.start().folderOfBase();
        if (base.isPresent()) {
            placed = placed.withTokenizerOf(placed(base.get()));
        }
        Optional<Recipe.TokenizerSection> tokenizer = Optional.empty();
        if (recipe.tokenizer().isPresent()) {
            tokenizer = Optional.of(placed(recipe.tokenizer().get()));
        }
        Optional<TransformerConfig> model = Optional.empty();
        if (recipe.model().isPresent()) {
            model = Optional.of(
                    (TransformerConfig) FrozenCaptions.placed(recipe.model().get(), baseDirectory));
        }
        return placed.withNetworks(tokenizer, model);
    }

    private Recipe.TokenizerSection placed(Recipe.TokenizerSection section) throws IOException {
        if (section.loss().perceptual().orElse(null) instanceof PerceptualLossConfig.Lpips lpips) {
            Optional<String> heads =
                    lpips.heads().isPresent() ? Optional.of(placed(lpips.heads().get())) : Optional.empty();
            return section.with(section.loss()
                    .withPerceptual(new PerceptualLossConfig.Lpips(placed(lpips.weights()), heads, lpips.weight())));
        }
        return section;
    }

    private ImageFolderConfig placed(ImageFolderConfig data) throws IOException {
        ImageFolderConfig images = data.withPath(placed(data.path()));
        if (data.codes().isEmpty()) {
            return images;
        }
        ExtractedCodesConfig codes = data.codes().get();
        return images.withCodes(new ExtractedCodesConfig(codes.layout(), placed(codes.path())));
    }

    private String placed(String path) throws IOException {
        return FullPath.of(baseDirectory.resolve(path)).toString();
    }

    private static List<Stage> stages(RunContext context) throws IOException {
        FirstStages first = FirstStages.of(context);
        TokenizerStage tokenizer = first.tokenizer();
        TokensStage tokens = first.tokens();
        FeaturesStage features = first.features();
        Optional<AttributesStage> attributes = first.attributes();
        AnyOrderStage pretraining = first.pretraining();
        ExtractionStage extraction = new ExtractionStage(context, tokens, pretraining);
        FinetuningStage control = new FinetuningStage(context, Arm.CONTROL, tokens, pretraining, extraction);
        FinetuningStage finetuning = new FinetuningStage(context, Arm.SPECIALISED, tokens, pretraining, extraction);
        ModelStage model =
                new ModelStage(context, tokenizer, features, attributes, pretraining, extraction, control, finetuning);
        EvaluationStage evaluation = new EvaluationStage(
                context, tokenizer, tokens, features, attributes, extraction, pretraining, control, finetuning);
        ReportStage report =
                new ReportStage(context, tokenizer, tokens, features, attributes, extraction, model, evaluation);
        return Stream.concat(
                        attributes.stream(),
                        Stream.of(
                                tokenizer,
                                tokens,
                                features,
                                pretraining,
                                extraction,
                                control,
                                finetuning,
                                model,
                                evaluation,
                                report))
                .toList();
    }

    private static Stage stage(List<Stage> stages, StageName name) {
        return stages.stream()
                .filter(stage -> stage.name() == name)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("a run has the stages of its recipe, but this recipe has"
                                + " no " + name.label() + "; add that section"));
    }
}
