package dev.oar.cli;

import dev.oar.artifact.FolderOrders;
import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.edit.EditFolder;
import dev.oar.edit.EditListener;
import dev.oar.edit.EditParameters;
import dev.oar.edit.EditRequest;
import dev.oar.edit.EditedImage;
import dev.oar.edit.ImageEditor;
import dev.oar.edit.ImageVariations;
import dev.oar.edit.MaskPreview;
import dev.oar.edit.VariationRequest;
import dev.oar.file.AtomicFile;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.Subject;
import dev.oar.image.DrawnNames;
import dev.oar.image.PngFile;
import dev.oar.image.RgbaImage;
import dev.oar.model.AutoregressiveModel;
import dev.oar.model.TrainedOrders;
import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** What the commands that change an image have in common: model, class, progress, files and the closing line. */
final class EditRunner {
    private final Terminal terminal;
    private final Interruption interruption;
    private final BundledModels models;

    EditRunner(Terminal terminal, Interruption interruption, BundledModels models) {
        this.terminal = terminal;
        this.interruption = interruption;
        this.models = models;
    }

    /**
     * The model asked for.
     *
     * @throws IllegalArgumentException if it cannot fill holes
     */
    ModelFolder folder(ResultOptions results) throws IOException {
        ModelFolder folder = models.find(results.model());
        if (folder.manifest().transformer().trainedOrders() != TrainedOrders.ANY) {
            throw new IllegalArgumentException("only an any-order model can fill a hole from what is around it, but "
                    + folder.manifest().name()
                    + " was trained for raster order only; choose another model");
        }
        return folder;
    }

    /**
     * An image from a file.
     *
     * @param file the file
     * @param mask the file of the mask, if there is one
     * @param image what it shows
     */
    record Given(Path file, Optional<Path> mask, RgbaImage image) {
        /**
         * Checks that no file of a folder that is to be written is one of these.
         *
         * @throws IllegalArgumentException if one is
         */
        void requireApart(Path out, List<String> names) throws IOException {
            if (Files.exists(out) && !Files.isDirectory(out)) {
                throw new FileAlreadyExistsException(out.toString());
            }
            for (String name : names) {
                Path target = out.resolve(name);
                for (Path input : mask.isPresent() ? List.of(file, mask.get()) : List.of(file)) {
                    if (Files.exists(target) && Files.isSameFile(target, input)) {
                        throw new IllegalArgumentException(
                                "a result must not take the place of what it is made from, but " + target + " is "
                                        + input + "; choose another --out or --seed");
                    }
                }
            }
        }
    }

    /** Where text encoders of models are found. */
    TextEncoders encoders() {
        return new TextEncoders(terminal, interruption);
    }

    /** The drawing of holes that the options ask for of this model. */
    Drawing ofHoles(ResultOptions results, ModelFolder folder) {
        return results.ofHoles(folder, terminal);
    }

    /** Says what is painted by a model. */
    @FunctionalInterface
    interface Asked {
        Drawn of(ModelFolder folder, TextEncoders encoders) throws IOException;
    }

    /** Paints what a mask of the image itself marks. */
    void paintMasked(
            String command,
            GivenImageOptions image,
            Asked subject,
            MaskOptions mask,
            PaintingOptions painting,
            ResultOptions results)
            throws IOException {
        ModelFolder folder = folder(results);
        Drawn asked = subject.of(folder, encoders());
        Given given = image.read(mask.file());
        EditRequest request = painting.request(
                results,
                given.image(),
                mask.of(given.image()),
                asked.condition(),
                ofHoles(results, folder),
                OptionalInt.empty());
        paint(command, asked, results, painting, given, request, Map.of());
    }

    /**
     * Paints what a mask marks, or only shows what would be painted.
     *
     * @param own what results tell of this command beside what all edits tell
     */
    void paint(
            String command,
            Drawn drawn,
            ResultOptions results,
            PaintingOptions painting,
            Given given,
            EditRequest request,
            Map<String, String> own)
            throws IOException {
        if (painting.showMask()) {
            preview(drawn.folder(), request, given, results.out());
            return;
        }
        Map<String, String> told = new LinkedHashMap<>(own);
        told.putAll(EditParameters.ofMask(request));
        run(
                new Work(command, drawn, results, given, request.drawing(), told),
                (model, listener, sink) -> new ImageEditor(model).edit(request, listener, sink));
        if (request.mask().isFull()) {
            terminal.out()
                    .println("the mask marks the whole image, so nothing of it was known: it was drawn from scratch");
        }
    }

    private void preview(ModelFolder folder, EditRequest request, Given given, Path out) throws IOException {
        given.requireApart(out, List.of(DrawnNames.MASK_PREVIEW));
        Path file = out.resolve(DrawnNames.MASK_PREVIEW);
        AtomicFile.write(
                file,
                PngFile.encode(MaskPreview.of(
                        request,
                        folder.manifest().space().grid(),
                        folder.manifest().tokenizer().imageSize())));
        terminal.out()
                .println("red is painted anew, blue is drawn with it but stays as it is; nothing was drawn yet: "
                        + file);
    }

    /** Draws variations. */
    void vary(Drawn drawn, ResultOptions results, Given given, VariationRequest request) throws IOException {
        run(
                new Work("vary", drawn, results, given, request.drawing(), EditParameters.ofVariation(request)),
                (model, listener, sink) -> new ImageVariations(model).draw(request, listener, sink));
    }

    private record Work(
            String command, Drawn drawn, ResultOptions results, Given given, Drawing drawing, Map<String, String> own) {
        ModelFolder folder() {
            return drawn.folder();
        }

        Subject subject() {
            return drawn.subject(drawn.condition()).orElse(EditParameters.NO_SUBJECT);
        }

        EditParameters parameters() throws IOException {
            Map<String, String> all = new LinkedHashMap<>();
            all.put("sha256 image", Fingerprint.ofFile(given.file()));
            all.putAll(own);
            return new EditParameters(command, subject(), results.parameters(folder(), drawing), all);
        }
    }

    @FunctionalInterface
    private interface Painting {
        void paint(DrawingModel model, EditListener listener, Consumer<EditedImage> sink) throws IOException;
    }

    private void run(Work work, Painting painting) throws IOException {
        long began = System.nanoTime();
        work.drawn().requireUsedBy(work.drawing());
        ResultOptions results = work.results();
        int count = results.count();
        work.given()
                .requireApart(
                        results.out(),
                        EditFolder.names(results.seed(), results.firstIndex(), results.firstIndex() + count));
        EditFolder images = new EditFolder(
                results.out(), results.seed(), work.parameters(), work.given().image());
        images.requireReplaceable(results.firstIndex(), results.firstIndex() + count);
        LibTorch.load();
        Device device = results.device();
        try (ImageTokenizer tokenizer = work.folder().tokenizer(device);
                AutoregressiveModel model = work.drawn().transformer(results.arm(work.folder()), device);
                FolderOrders folderOrders = work.folder().folderOrders(device);
                ProgressView progress = ProgressView.of(terminal)) {
            painting.paint(
                    new DrawingModel(model, tokenizer, folderOrders),
                    step -> {
                        interruption.check();
                        long before = step.firstIndex() - results.firstIndex();
                        double fraction = (double) step.done() / Math.max(1, step.total());
                        progress.show("drawing", (long) (100 * (before + fraction * step.results())), 100L * count, "");
                    },
                    image -> write(image, images, results.animate()));
        }
        terminal.out().println(images.finish());
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "drew %d of %s (%s) with %s (%s) in %.1f s: %s%n",
                        count,
                        work.given().file().getFileName(),
                        work.subject().description(),
                        work.folder().manifest().name(),
                        results.arm(work.folder()).label(),
                        (System.nanoTime() - began) * 1e-9,
                        results.out());
    }

    private static void write(EditedImage image, EditFolder images, boolean animate) {
        try {
            images.add(image);
            if (animate) {
                images.animate(image);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
