package dev.oar.cli;

import dev.oar.artifact.ModelFolder;
import dev.oar.edit.Outpainting;
import dev.oar.image.RgbaImage;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
            "What is larger than the model sees at once is painted piece by piece, each from what is known by then. The image itself"
                    + " stays as it is, to the byte.",
            "DIR receives what 'oar inpaint' writes."
        })
final class OutpaintCommand implements Callable<Integer> {
    private final EditRunner runner;

    @Mixin
    private GivenImageOptions imageOptions = new GivenImageOptions();

    @Option(names = "--left", paramLabel = "PIXELS", description = "Pixels to add on the left (default: 0).")
    private int left;

    @Option(names = "--right", paramLabel = "PIXELS", description = "Pixels to add on the right (default: 0).")
    private int right;

    @Option(names = "--top", paramLabel = "PIXELS", description = "Pixels to add above (default: 0).")
    private int top;

    @Option(names = "--bottom", paramLabel = "PIXELS", description = "Pixels to add below (default: 0).")
    private int bottom;

    @Option(
            names = "--class",
            paramLabel = "X",
            description = "The class of the image (default: none, or the only one of the model).")
    private @Nullable String className;

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
        RgbaImage given = EditRunner.image(imageOptions.file());
        Outpainting canvas = Outpainting.of(
                given,
                new Outpainting.Margins(left, right, top, bottom),
                folder.manifest().tokenizer().imageSize());
        runner.paint(
                "outpaint",
                folder,
                results,
                painting,
                new EditRunner.Given(imageOptions.file(), Optional.empty(), given),
                painting.request(
                        results,
                        canvas.image(),
                        canvas.mask(),
                        EditRunner.condition(folder, className),
                        runner.ofHoles(results, folder),
                        canvas.window()),
                Map.of("margins", left + "," + right + "," + top + "," + bottom));
        return 0;
    }
}
