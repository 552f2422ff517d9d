package dev.oar.cli;

import dev.oar.artifact.ModelFolder;
import dev.oar.generate.Drawing;
import dev.oar.generate.FormatChoice;
import dev.oar.holes.HolePage;
import dev.oar.holes.HoleQuality;
import dev.oar.holes.HoleQualityConfig;
import dev.oar.measure.FigureText;
import dev.oar.measure.MeasuredModels;
import dev.oar.measure.MeasurementFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how well models paint what is hidden in held-out images. */
@Command(
        name = "holes",
        sortOptions = false,
        description = {
            "Measures how well what is hidden in held-out images is painted: token accuracy and bits per token in the"
                    + " hole, the error of its pixels, distances of the completed images, by kind of hole and by the order"
                    + " it is filled in.",
            "",
            "Holes are a centre square, random strokes, half of the image and a border around it, at several"
                    + " coverages. The arms of one model are compared with its any-order one, several models with the"
                    + " first, and all with filling in most frequent tokens or the mean colour. DIR receives results.json,"
                    + " results.csv and report.html."
        })
final class HolesCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Interruption interruption;
    private final BundledModels bundled;

    @Mixin
    private MeasuredModelOptions models = new MeasuredModelOptions();

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Test images to paint holes in, at most (default: ${DEFAULT-VALUE}).")
    private int samples = 1000;

    @Option(
            names = "--coverage",
            paramLabel = "FRACTION",
            split = ",",
            description = {
                "Fractions of an image's pixels to hide, such as 0.125,0.25,0.5, which is the default.",
                "Orders are compared at the middle one. Random strokes differ from one batch to the next."
            })
    private List<Double> coverages = HoleQualityConfig.USUAL_COVERAGES;

    @Mixin
    private MeasurementOptions options = new MeasurementOptions();

    @Mixin
    private DrawingOptions drawingOptions = new DrawingOptions();

    HolesCommand(Terminal terminal, Interruption interruption, BundledModels bundled) {
        this.terminal = terminal;
        this.interruption = interruption;
        this.bundled = bundled;
    }

    @Override
    public Integer call() throws IOException {
        Path out = options.out();
        List<ModelFolder> folders = models.folders(bundled);
        for (ModelFolder folder : folders) {
            folder.requireClasses("hole quality");
        }
        Drawing drawing = drawing(folders.get(0));
        HoleQualityConfig config = new HoleQualityConfig(
                samples, options.batchSize(), coverages, drawing, options.subsamples(), options.seed());
        try (MeasuredModels opened = models.open(folders, "hole quality", List.of(drawing.weightFormat()), out);
                ProgressView progress = ProgressView.of(terminal)) {
            HoleQuality.Results results = new HoleQuality(
                            opened.tokenizer(), opened.network(), config, progress.heard(interruption))
                    .measure(opened.models(), opened.images());
            terminal.earlierResults(MeasurementFolder.write(
                    out, results.report(), HolePage.of("Painting holes with " + opened.names(), results)));
            terminal.out().print(FigureText.of(results.report().figures()));
        }
        terminal.out().println(out.resolve(MeasurementFolder.REPORT));
        return 0;
    }

    private Drawing drawing(ModelFolder folder) {
        return drawingOptions.ofHoles(
                folder.manifest().space().cells(),
                folder.manifest().transformer().trainedOrders(),
                FormatChoice.ofMeasurements(terminal.err()::println, models.device(), options.batchSize()));
    }
}
