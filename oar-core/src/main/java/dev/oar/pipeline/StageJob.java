package dev.oar.pipeline;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.FullPath;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.data.Split;
import dev.oar.file.CorruptFileException;
import dev.oar.piece.PieceJob;
import dev.oar.piece.PieceWork;
import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import dev.oar.train.TrainingLogs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The tokens or orders of one side of the split, cut into pieces. Whoever opens it needs the run's folder, and for tokens the images, where
 * they were when it was made; what stands there is compared with what the job was made for.
 *
 * @param recipe of the run, nothing left open, as text
 * @param baseDirectory what relative paths in it start from
 * @param runDirectory the run's folder
 * @param imagesFingerprint of the images
 * @param stage tokens or extraction
 * @param split the side
 * @param images how many images there are on it
 * @param perPiece images of every piece but the last
 * @param inputsFingerprint of all that the pieces are made of
 * @param inputNames paths of folders and files that are read of the run
 */
record StageJob(
        String recipe,
        String baseDirectory,
        String runDirectory,
        String imagesFingerprint,
        StageName stage,
        Split split,
        int images,
        int perPiece,
        String inputsFingerprint,
        ArrayList<String> inputNames)
        implements PieceJob {
    /** Images of a piece of tokens, rounded down to whole batches. */
    static final int IMAGES_PER_PIECE = 512;

    private static final String FOLDER = "pieces";

    /** The job of a stage. */
    static StageJob of(Stage stage, Split split, int images, int perPiece, String inputsFingerprint)
            throws IOException {
        RunContext context = stage.context();
        ArrayList<String> inputs = new ArrayList<>();
        for (Stage needed : stage.withNeeds()) {
            Path folder = FullPath.of(needed.directory().path());
            if (Files.isDirectory(folder)) {
                inputs.add(folder.toString());
            }
        }
        return new StageJob(
                RecipeWriter.write(context.recipe()),
                FullPath.of(context.baseDirectory()).toString(),
                FullPath.of(context.runDirectory()).toString(),
                context.imagesFingerprint(),
                stage.name(),
                split,
                images,
                perPiece,
                inputsFingerprint,
                inputs);
    }

    @Override
    public String name() {
        return (stage == StageName.TOKENS ? "tokens" : "orders") + " of " + split.label() + " images";
    }

    @Override
    public String fingerprint() {
        return Fingerprint.of(
                "oar-pieces",
                "1",
                stage.label(),
                split.label(),
                imagesFingerprint,
                inputsFingerprint,
                images + " by " + perPiece);
    }

    @Override
    public int count() {
        return (images + perPiece - 1) / perPiece;
    }

    @Override
    public int images(int number) {
        return Math.min(perPiece, images - number * perPiece);
    }

    @Override
    public Path folder() {
        return Path.of(runDirectory, FOLDER);
    }

    @Override
    public List<Path> inputs() {
        return inputNames.stream().map(Path::of).toList();
    }

    @Override
    public PieceJob under(Path root) {
        String moved = root + runDirectory;
        return new StageJob(
                recipe,
                baseDirectory,
                moved,
                imagesFingerprint,
                stage,
                split,
                images,
                perPiece,
                inputsFingerprint,
                inputNames);
    }

    @Override
    public PieceWork open() throws IOException {
        Path run = Path.of(runDirectory);
        if (!Files.isDirectory(run)) {
            throw new IOException("whoever makes " + name() + " must see the run's folder, but there is no " + run
                    + " here; let the run be in a folder that all machines share, or name an exchange folder");
        }
        LibTorch.load();
        RunContext context = new RunContext(
                RecipeReader.parse("recipe.yaml", recipe, Recipe.class),
                Path.of(baseDirectory),
                run,
                new PipelineListener() {},
                Device.CPU,
                Map.of(),
                TrainingLogs.NONE);
        context.knowImagesFingerprint(imagesFingerprint);
        FirstStages first = FirstStages.of(context);
        return stage == StageName.TOKENS
                ? TokenPieces.open(this, context, first.tokens())
                : new ExtractionStage(context, first.tokens(), first.pretraining()).open(this);
    }

    /**
     * Checks that what stands here is what the job was made for.
     *
     * @throws CorruptFileException if it is not
     */
    void requireInputs(String found) throws CorruptFileException {
        if (!found.equals(inputsFingerprint)) {
            throw new CorruptFileException(
                    "whoever makes " + name() + " must see the inputs of the job, but those in " + runDirectory
                            + " differ from them here; let all machines share one folder and start the job again");
        }
    }
}
