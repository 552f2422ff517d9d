package dev.oar.cli;

import dev.oar.artifact.FolderOrders;
import dev.oar.artifact.ModelFolder;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingJob;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.Enlargement;
import dev.oar.generate.GeneratedImage;
import dev.oar.generate.GenerationFolder;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.model.AutoregressiveModel;
import dev.oar.order.TokenGrid;
import dev.oar.piece.MadePieces;
import dev.oar.piece.PieceMakers;
import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
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
            "DIR receives SEED-INDEX.png for every image, each with everything needed to draw it again; a contact sheet"
                    + " (...-sheet.png) of the first " + GenerationFolder.SHEET_IMAGES
                    + " images at most; a map of when cells were filled (...-order.png); with --animate, the images"
                    + " appearing cell by cell (...-animation.gif)."
        })
final class GenerateCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Interruption interruption;
    private final BundledModels models;
    private final Optional<PieceMakers> makers;

    @Mixin
    private SubjectOptions subject = new SubjectOptions();

    @Option(
            names = "--grid",
            paramLabel = "HxW",
            description = {
                "Draw on a larger grid than the model was trained for, such as 32x32 for one of 16x16 cells (RandAR"
                        + " models only;",
                "orders that are known beforehand only, default: random)."
            })
    private @Nullable String grid;

    @Option(
            names = "--spatial-guidance-scale",
            paramLabel = "G",
            defaultValue = "1",
            description = {
                "With --grid: guidance by the cells of the model's own grid, which are drawn first (default: 1, off);",
                "RandAR uses 1.5."
            })
    private double spatialGuidanceScale = 1;

    @Mixin
    private ResultOptions results = new ResultOptions();

    GenerateCommand(Terminal terminal, Interruption interruption, BundledModels models, Optional<PieceMakers> makers) {
        this.terminal = terminal;
        this.interruption = interruption;
        this.models = models;
        this.makers = makers;
    }

    @Override
    public Integer call() throws IOException {
        long began = System.nanoTime();
        ModelFolder folder = models.find(results.model());
        Drawn asked = subject.required(folder, new TextEncoders(terminal, interruption));
        Drawing drawing = drawing(folder);
        asked.requireUsedBy(drawing);
        TokenGrid drawn = drawing.grid(folder.manifest().space().grid());
        int count = results.count(asked.conditions().size());
        int[] conditions = new int[count];
        Arrays.setAll(
                conditions, i -> asked.conditions().get(i % asked.conditions().size()));
        GenerationRequest request =
                new GenerationRequest(results.firstIndex(), conditions, results.seed(), results.batchSize(), drawing);
        GenerationFolder images = new GenerationFolder(
                results.out(), results.seed(), results.parameters(folder, drawing), asked.subjects());
        images.requireReplaceable(request);
        LibTorch.load();
        if (makers.isPresent()) {
            have(makers.get(), asked, request, images, drawn);
        } else {
            draw(asked, request, images, drawn);
        }
        images.finish(drawn).forEach(path -> terminal.out().println(path));
        if (count > GenerationFolder.SHEET_IMAGES) {
            terminal.out()
                    .println("the sheet shows the first " + GenerationFolder.SHEET_IMAGES + " of " + count + " images");
        }
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "drew %d %s with %s (%s) in %.1f s: %s%n",
                        count,
                        said(asked),
                        folder.manifest().name(),
                        results.arm(folder).label(),
                        (System.nanoTime() - began) * 1e-9,
                        results.out());
        return 0;
    }

    private static String said(Drawn asked) {
        return asked.conditions().stream().distinct().count() == 1
                ? "of " + asked.subjects().get(asked.conditions().get(0)).name()
                : "from " + asked.captions().size() + " captions";
    }

    private void draw(Drawn asked, GenerationRequest request, GenerationFolder images, TokenGrid drawn)
            throws IOException {
        ModelFolder folder = asked.folder();
        Device device = results.device();
        try (ImageTokenizer tokenizer = folder.tokenizer(device);
                AutoregressiveModel transformer = asked.transformer(results.arm(folder), device);
                FolderOrders folderOrders = folder.folderOrders(device);
                ProgressView progress = ProgressView.of(terminal)) {
            ImageGenerator generator = new ImageGenerator(new DrawingModel(transformer, tokenizer, folderOrders));
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
                    image -> write(image, images, drawn));
        }
    }

    /** Has others draw the images. */
    private void have(
            PieceMakers others, Drawn asked, GenerationRequest request, GenerationFolder images, TokenGrid drawn)
            throws IOException {
        if (asked.textEncoder().isPresent()) {
            throw new IllegalArgumentException(
                    "others draw from models that read captions themselves, but this one reads them by a frozen text"
                            + " encoder; draw with 'oar generate'");
        }
        ModelFolder folder = asked.folder();
        DrawingJob job =
                DrawingJob.of(folder, results.arm(folder), asked.captions(), asked.negative(), request, results.out());
        try (ProgressView progress = ProgressView.of(terminal)) {
            MadePieces pieces = others.make(job, done -> {
                interruption.check();
                progress.show("drawing", done, request.count(), "");
            });
            job.read(pieces, drawn.cells(), image -> write(image, images, drawn));
            pieces.delete();
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

    private Drawing drawing(ModelFolder folder) {
        if (grid == null) {
            if (spatialGuidanceScale != 1) {
                throw new IllegalArgumentException(
                        "--spatial-guidance-scale belongs to --grid, but was given without it; add --grid or leave it"
                                + " out");
            }
            return results.drawing(folder, terminal);
        }
        TokenGrid own = folder.manifest().space().grid();
        Enlargement enlargement =
                new Enlargement(Enlargement.factor("--grid", own, grid), spatialGuidanceScale, 0.5, 2);
        return results.enlarged(folder, terminal, enlargement.grid(own).cells()).on(enlargement);
    }
}
