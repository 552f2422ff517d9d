package dev.oar.cli;

import dev.oar.artifact.ModelFolder;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.GeneratedImage;
import dev.oar.generate.GenerationFolder;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.model.AutoregressiveModel;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
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
            "DIR receives SEED-INDEX.png for every image, with everything needed to draw it again inside; a contact"
                    + " sheet (...-sheet.png) of the first " + GenerationFolder.SHEET_IMAGES
                    + " images at most; a map of when cells were filled (...-order.png); with --animate, the images"
                    + " appearing cell by cell (...-animation.gif)."
        })
final class GenerateCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Interruption interruption;
    private final BundledModels models;

    @Option(
            names = "--class",
            paramLabel = "X",
            description = "The class to draw; may be left out for a model of one class.")
    private @Nullable String className;

    @Mixin
    private ResultOptions results = new ResultOptions();

    GenerateCommand(Terminal terminal, Interruption interruption, BundledModels models) {
        this.terminal = terminal;
        this.interruption = interruption;
        this.models = models;
    }

    @Override
    public Integer call() throws IOException {
        long began = System.nanoTime();
        ModelFolder folder = models.find(results.model());
        int classIndex = classIndex(folder);
        Drawing drawing = results.drawing(folder, terminal);
        int count = results.count();
        int[] classes = new int[count];
        Arrays.fill(classes, classIndex);
        GenerationRequest request =
                new GenerationRequest(results.firstIndex(), classes, results.seed(), results.batchSize(), drawing);
        GenerationFolder images = new GenerationFolder(
                results.out(),
                results.seed(),
                results.parameters(folder, drawing),
                folder.manifest().classes());
        images.requireReplaceable(request);
        LibTorch.load();
        draw(folder, request, images);
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
                        results.arm(folder).label(),
                        (System.nanoTime() - began) * 1e-9,
                        results.out());
        return 0;
    }

    private void draw(ModelFolder folder, GenerationRequest request, GenerationFolder images) throws IOException {
        Device device = results.device();
        try (ImageTokenizer tokenizer = folder.tokenizer(device);
                AutoregressiveModel transformer = folder.transformer(results.arm(folder), device);
                ProgressView progress = ProgressView.of(terminal)) {
            ImageGenerator generator = new ImageGenerator(new DrawingModel(transformer, tokenizer, folder.meanRanks()));
            generator.generate(
                    request,
                    step -> {
                        interruption.check();
                        progress.show(
                                "drawing",
                                100 * step.done() * request.count() / step.total(),
                                100L * request.count(),
                                "");
                    },
                    image -> write(image, images, grid(folder)));
        }
    }

    private void write(GeneratedImage image, GenerationFolder images, TokenGrid grid) {
        try {
            images.add(image);
            if (results.animate()) {
                images.animate(image, grid);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    private static TokenGrid grid(ModelFolder folder) {
        return folder.manifest().space().grid();
    }
}
