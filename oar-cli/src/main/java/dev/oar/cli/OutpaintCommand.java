package dev.oar.cli;

import dev.oar.artifact.ModelFolder;
import dev.oar.edit.Outpainting;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Paints what lies beyond the borders of an image. */
@Command(
        name = "outpaint",
        sortOptions = false,
        description = {
            "Paints what lies beyond the borders of an image.",
            "",
            "What is larger than the model sees at once is painted piece by piece, each from what is there by then. The image itself"
                    + " stays as it is, to the byte.",
            "DIR receives what 'oar inpaint' writes."
        })
final class OutpaintCommand implements Callable<Integer> {
    private final EditRunner runner;

    @Mixin
    private GivenImageOptions image = new GivenImageOptions();

    @Option(names = "--left", paramLabel = "PIXELS", description = "Pixels to add on the left (default: 0).")
    private int left;

    @Option(names = "--right", paramLabel = "PIXELS", description = "Pixels to add on the right (default: 0).")
    private int right;

    @Option(names = "--top", paramLabel = "PIXELS", description = "Pixels to add above (default: 0).")
    private int top;

    @Option(names = "--bottom", paramLabel = "PIXELS", description = "Pixels to add below (default: 0).")
    private int bottom;

    @Mixin
    private PaintingOptions painting = new PaintingOptions();

    @Mixin
    private ResultOptions results = new ResultOptions();

    OutpaintCommand(EditRunner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws IOException {
        ModelFolder folder = runner.folder(results);
        Drawn drawn = image.subject(folder, runner.encoders());
        EditRunner.Given given = image.read(Optional.empty());
        Outpainting canvas = Outpainting.of(
                given.image(),
                new Outpainting.Margins(left, right, top, bottom),
                folder.manifest().tokenizer().imageSize());
        runner.paint(
                "outpaint",
                drawn,
                results,
                painting,
                given,
                painting.request(
                        results,
                        canvas.image(),
                        canvas.mask(),
                        drawn.condition(),
                        runner.ofHoles(results, folder),
                        canvas.window()),
                Map.of("margins", left + "," + right + "," + top + "," + bottom));
        return 0;
    }
}
