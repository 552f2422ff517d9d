package dev.oar.cli;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.FullPath;
import dev.oar.config.RecipeReader;
import dev.oar.data.ImageFolder;
import dev.oar.data.ResultPlace;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.model.OrderNetworkConfig;
import dev.oar.pipeline.OrderDistillation;
import dev.oar.pipeline.Recipe;
import dev.oar.train.LearningRateSchedule;
import dev.oar.train.OrderNetworkTraining;
import dev.oar.train.TrainingConfig;
import dev.oar.tuning.PrecisionSetting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a model's order network. */
@Command(
        name = "order-network",
        sortOptions = false,
        description = {
            "Gives a model an order network: a small network that says which cell is next, for 'oar generate --order learned'.",
            "",
            "The model extracts the orders of some images of the recipe; a network is trained on those of training images and"
                    + " compared with those of test images. DIR receives tokens, orders and checkpoints; interrupted, the"
                    + " same command goes on where it was. The network goes into the model's folder, in place of the one"
                    + " that it had."
        })
final class OrderNetworkCommand implements Callable<Integer> {
    private static final double LEARNING_RATE = 0.003;
    private static final int WARM_UP = 50;

    private final Terminal terminal;
    private final Interruption interruption;
    private final BundledModels bundled;

    @Parameters(
            paramLabel = "RECIPE",
            description = "The recipe that the model was made by, a YAML file; a run directory holds one.")
    private Path recipe = Path.of("");

    @Option(
            names = "--model",
            required = true,
            paramLabel = "NAME|DIR",
            description = "The model that receives the network: a bundled one, a model folder or a run directory.")
    private String model = "";

    @Option(
            names = "--arm",
            paramLabel = "ARM",
            description =
                    "Whose orders are learnt: any-order, control or specialised (default: specialised where the model"
                            + " has it).")
    private @Nullable Arm arm;

    @Option(
            names = "--confidence",
            paramLabel = "MEASURE",
            defaultValue = "negative-entropy",
            description = "What orders are extracted by (default: ${DEFAULT-VALUE}).")
    private ConfidenceMeasure confidence = ConfidenceMeasure.NEGATIVE_ENTROPY;

    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "4096",
            description = "Training images whose orders are extracted, at most (default: ${DEFAULT-VALUE}).")
    private int images = 4096;

    @Option(
            names = "--held-out",
            paramLabel = "N",
            defaultValue = "512",
            description = "Test images that the network is compared on, at most (default: ${DEFAULT-VALUE}).")
    private int heldOut = 512;

    @Option(
            names = "--width",
            paramLabel = "W",
            defaultValue = "96",
            description = "Width of the network (default: ${DEFAULT-VALUE}).")
    private int width = OrderNetworkConfig.USUAL.width();

    @Option(
            names = "--layers",
            paramLabel = "N",
            defaultValue = "2",
            description = "Blocks of the network (default: ${DEFAULT-VALUE}).")
    private int layers = OrderNetworkConfig.USUAL.layers();

    @Option(
            names = "--next-cells",
            paramLabel = "K",
            defaultValue = "8",
            description =
                    "How many cells behind the filled ones the network learns to rank (default: ${DEFAULT-VALUE}).")
    private int nextCells = OrderNetworkTraining.Settings.USUAL.nextCells();

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "4000",
            description = "Training steps (default: ${DEFAULT-VALUE}).")
    private long steps = 4000;

    @Option(
            names = "--batch-size",
            paramLabel = "B",
            defaultValue = "32",
            description = "Images per training step (default: ${DEFAULT-VALUE}).")
    private int batchSize = 32;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "0", description = "Decides the training (default: 0).")
    private long seed;

    @Mixin
    private DeviceOption deviceOption = new DeviceOption();

    @Mixin
    private TensorBoardOption tensorBoard = new TensorBoardOption();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Where tokens, orders and checkpoints go.")
    private Path out = Path.of("");

    OrderNetworkCommand(Terminal terminal, Interruption interruption, BundledModels bundled) {
        this.terminal = terminal;
        this.interruption = interruption;
        this.bundled = bundled;
    }

    @Override
    public Integer call() throws IOException {
        ModelFolder folder = bundled.find(model);
        Path above = FullPath.of(recipe).getParent();
        Path base = above == null ? Path.of("") : above;
        Recipe read = RecipeReader.read(recipe, Recipe.class);
        ResultPlace.requireOutside(out, base.resolve(read.data().path()));
        OrderDistillation.Agreement agreement;
        try (ImageFolder source =
                        ImageFolder.open(read.data(), base, folder.manifest().classes());
                ProgressView progress = ProgressView.of(terminal)) {
            agreement = new OrderDistillation(
                            folder,
                            source,
                            settings(folder),
                            deviceOption.device(),
                            progress.heard(interruption),
                            tensorBoard.logs())
                    .run(out);
        }
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "Kendall tau to the orders of %d held-out images: %s; of mean ranks: %s%n",
                        agreement.images(),
                        agreement.network().text(4),
                        agreement.meanRanks().text(4));
        terminal.out().println("the order network is in " + folder.path());
        return 0;
    }

    private OrderDistillation.Settings settings(ModelFolder folder) {
        return new OrderDistillation.Settings(
                arm == null ? folder.defaultArm() : arm,
                confidence,
                images,
                heldOut,
                new OrderNetworkConfig(width, layers, OrderNetworkConfig.USUAL.heads()),
                new OrderNetworkTraining.Settings(nextCells, OrderNetworkTraining.Settings.USUAL.conditionDropout()),
                training());
    }

    private TrainingConfig training() {
        return new TrainingConfig(
                steps,
                batchSize,
                1,
                LEARNING_RATE,
                new LearningRateSchedule.Cosine(Math.min(WARM_UP, steps), 0),
                0.05,
                0.9,
                0.95,
                1e-8,
                1,
                0.99,
                PrecisionSetting.FLOAT32,
                500,
                2,
                10,
                seed);
    }
}
