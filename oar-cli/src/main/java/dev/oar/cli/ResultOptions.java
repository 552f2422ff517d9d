package dev.oar.cli;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.generate.Drawing;
import dev.oar.generate.FormatChoice;
import dev.oar.generate.GenerationParameters;
import dev.oar.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which pictures a drawing command makes, by what model, and where they go. */
final class ResultOptions {
    @Option(
            names = "--model",
            required = true,
            paramLabel = "NAME|DIR",
            description = "A bundled model (see 'oar models'), a model folder or a run directory.")
    private String model = "";

    @Option(names = "--count", paramLabel = "N", description = "How many images (default: one; of captions, one each).")
    private @Nullable Integer count;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "0",
            description = "With an image's index, the seed determines the image (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--first-index",
            paramLabel = "I",
            defaultValue = "0",
            description = "Index of the first image (default: ${DEFAULT-VALUE}).")
    private long firstIndex;

    @Option(
            names = "--batch-size",
            paramLabel = "B",
            defaultValue = "2",
            description =
                    "Images drawn together (default: ${DEFAULT-VALUE}; more is faster for many images). At equal batch"
                            + " size an image is equal to the byte, whatever else is drawn; at another it may differ.")
    private int batchSize = 2;

    @Mixin
    private DrawingOptions drawingOptions = new DrawingOptions();

    @Mixin
    private DeviceOption deviceOption = new DeviceOption();

    @Option(names = "--animate", description = "Also write every image appearing cell by cell.")
    private boolean animate;

    @Option(
            names = "--arm",
            paramLabel = "ARM",
            description = "any-order, control or specialised (default: specialised where the model has it).")
    private @Nullable Arm arm;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Where images go; one that is there is replaced only by one made alike.")
    private Path out = Path.of("");

    String model() {
        return model;
    }

    long seed() {
        return seed;
    }

    long firstIndex() {
        return firstIndex;
    }

    int batchSize() {
        return batchSize;
    }

    boolean animate() {
        return animate;
    }

    Path out() {
        return out;
    }

    /**
     * How many images.
     *
     * @throws IllegalArgumentException if fewer than one
     */
    int count() {
        return count(1);
    }

    /**
     * How many images.
     *
     * @param unsaid how many if nothing was said
     * @throws IllegalArgumentException if fewer than one
     */
    int count(int unsaid) {
        int asked = count == null ? unsaid : count;
        if (asked < 1) {
            throw new IllegalArgumentException("--count must be at least 1, but is " + asked);
        }
        return asked;
    }

    /**
     * Where models are.
     *
     * @throws IllegalArgumentException if there is no such device here
     */
    Device device() {
        return deviceOption.device();
    }

    /** The transformer asked for. */
    Arm arm(ModelFolder folder) {
        return arm == null ? folder.defaultArm() : arm;
    }

    /** The drawing of whole images asked for of this model. */
    Drawing drawing(ModelFolder folder, Terminal terminal) {
        return drawingOptions.drawing(
                folder.manifest().space().cells(),
                arm(folder),
                folder.manifest().transformer().trainedOrders(),
                FormatChoice.ofImages(terminal.err()::println, device(), batchSize));
    }

    /**
     * The drawing of whole images on a larger grid asked for of this model.
     *
     * @param cells of the larger grid
     */
    Drawing enlarged(ModelFolder folder, Terminal terminal, int cells) {
        return drawingOptions.enlarged(
                cells,
                folder.manifest().transformer().trainedOrders(),
                FormatChoice.ofImages(terminal.err()::println, device(), batchSize));
    }

    /** The drawing of holes asked for of this model. */
    Drawing ofHoles(ModelFolder folder, Terminal terminal) {
        return drawingOptions.ofHoles(
                folder.manifest().space().cells(),
                folder.manifest().transformer().trainedOrders(),
                FormatChoice.ofImages(terminal.err()::println, device(), batchSize));
    }

    /** What all images of the call share. */
    GenerationParameters parameters(ModelFolder folder, Drawing drawing) throws IOException {
        return GenerationParameters.of(folder, arm(folder), drawing, batchSize);
    }
}
