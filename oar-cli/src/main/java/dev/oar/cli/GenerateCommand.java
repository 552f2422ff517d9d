package dev.oar.cli;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.GeneratedImage;
import dev.oar.generate.GenerationFolder;
import dev.oar.generate.GenerationParameters;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.model.AutoregressiveModel;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Draws images with a trained model. */
@Command(
        name = "generate",
        sortOptions = false,
        description = {
            "Draws images with a trained model.",
            "",
            "DIR receives SEED-INDEX.png for every image, with everything needed to draw it again inside; a contact sheet"
                    + " (...-sheet.png) of the first " + GenerationFolder.SHEET_IMAGES
                    + " images at most; a map of when cells were filled (...-order.png); with --animate, the images"
                    + " appearing cell by cell (...-animation.gif)."
        })
final class GenerateCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Interruption interruption;
    private final BundledModels models;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "NAME|DIR",
            description = "A bundled model (see 'oar models'), a model folder or a run directory.")
    private String model = "";

    @Option(
            names = "--class",
            paramLabel = "X",
            description = "The class to draw; may be left out for a model of one class.")
    private @Nullable String className;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many images (default: ${DEFAULT-VALUE}).")
    private int count = 1;

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
                    "Images drawn together (default: ${DEFAULT-VALUE}; more is faster for many images). At equal batch size"
                            + " an image is equal to the byte, whatever else is drawn; at another it may differ.")
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

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where images go.")
    private Path out = Path.of("");

    GenerateCommand(Terminal terminal, Interruption interruption, BundledModels models) {
        this.terminal = terminal;
        this.interruption = interruption;
        this.models = models;
    }

    @Override
    public Integer call() throws IOException {
        long began = System.nanoTime();
        ModelFolder folder = models.find(model);
        int classIndex = classIndex(folder);
        Drawing drawing = drawing(folder);
        Device device = deviceOption.device();
        int[] classes = new int[requireCount()];
        Arrays.fill(classes, classIndex);
        GenerationRequest request = new GenerationRequest(firstIndex, classes, seed, batchSize, drawing);
        LibTorch.load();
        Arm chosen = arm(folder);
        GenerationFolder images = new GenerationFolder(
                out,
                seed,
                parameters(folder, chosen, drawing),
                folder.manifest().classes());
        draw(folder, chosen, device, request, images);
        images.finish(grid(folder)).forEach(path -> terminal.out().println(path));
        if (count > GenerationFolder.SHEET_IMAGES) {
            terminal.out()
                    .println("the sheet shows the first " + GenerationFolder.SHEET_IMAGES + " of " + count + " images");
        }
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "drew %d of %s with %s (%s) in %.1f s: %s%n",
                        count,
                        folder.manifest().classes().get(classIndex),
                        folder.manifest().name(),
                        chosen.label(),
                        (System.nanoTime() - began) * 1e-9,
                        out);
        return 0;
    }

    private void draw(ModelFolder folder, Arm chosen, Device device, GenerationRequest request, GenerationFolder images)
            throws IOException {
        try (ImageTokenizer tokenizer = folder.tokenizer(device);
                AutoregressiveModel transformer = folder.transformer(chosen, device);
                ProgressView progress = ProgressView.of(terminal)) {
            ImageGenerator generator = new ImageGenerator(transformer, tokenizer, folder.meanRanks());
            generator.generate(request, image -> {
                interruption.check();
                write(image, images, grid(folder));
                progress.show("drawing", image.index() - firstIndex + 1, count, "");
            });
        }
    }

    private void write(GeneratedImage image, GenerationFolder images, TokenGrid grid) {
        try {
            images.add(image);
            if (animate) {
                images.animate(image, grid);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int requireCount() {
        if (count < 1) {
            throw new IllegalArgumentException("--count must be at least 1, but is " + count);
        }
        return count;
    }

    private int classIndex(ModelFolder folder) {
        if (className != null) {
            return folder.classIndex(className);
        }
        if (folder.manifest().classes().size() > 1) {
            throw new IllegalArgumentException("--class must name one of the classes of "
                    + folder.manifest().name() + ": "
                    + String.join(", ", folder.manifest().classes()));
        }
        return 0;
    }

    /** The drawing asked for of this model. */
    Drawing drawing(ModelFolder folder) {
        return drawingOptions.drawing(
                grid(folder).cells(), folder.manifest().transformer().trainedOrders());
    }

    private Arm arm(ModelFolder folder) {
        return arm == null ? folder.defaultArm() : arm;
    }

    private GenerationParameters parameters(ModelFolder folder, Arm chosen, Drawing drawing) throws IOException {
        Map<String, String> fingerprints = new TreeMap<>();
        for (String file : new String[] {ModelFolder.TOKENIZER, ModelFolder.fileName(chosen)}) {
            fingerprints.put(file, folder.fingerprint(file));
        }
        Path ranks = folder.path().resolve(ModelFolder.MEAN_RANKS);
        if (drawing.order() instanceof DrawingOrder.RecordedMean && Files.isRegularFile(ranks)) {
            fingerprints.put(ModelFolder.MEAN_RANKS, Fingerprint.ofFile(ranks));
        }
        return new GenerationParameters(folder.manifest().name(), chosen.label(), fingerprints, drawing, batchSize);
    }

    private static TokenGrid grid(ModelFolder folder) {
        return folder.manifest().space().grid();
    }
}
