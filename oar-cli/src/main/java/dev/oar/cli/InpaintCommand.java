package dev.oar.cli;

import dev.oar.artifact.ModelFolder;
import dev.oar.image.RgbaImage;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Paints part of an image anew. */
@Command(
        name = "inpaint",
        sortOptions = false,
        description = {
            "Paints part of an image anew, from what is around it.",
            "",
            "Of what the mask hides nothing reaches the model. Everything outside of the mask stays as it is, to the byte.",
            "DIR receives SEED-INDEX.png for every result, telling inside how it was made; the image and all results side by side"
                    + " (...-sheet.png); with --animate, the hole filling cell by cell (...-animation.gif)."
        })
final class InpaintCommand implements Callable<Integer> {
    private final EditRunner runner;

    @Mixin
    private GivenImageOptions imageOptions = new GivenImageOptions();

    @Mixin
    private MaskOptions mask = new MaskOptions();

    @Option(
            names = "--class",
            paramLabel = "X",
            description = "The class of the image (default: none, or the only one of the model).")
    private @Nullable String className;

    @Mixin
    private PaintingOptions painting = new PaintingOptions();

    @Mixin
    private ResultOptions results = new ResultOptions();

    InpaintCommand(EditRunner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws IOException {
        ModelFolder folder = runner.folder(results);
        RgbaImage given = EditRunner.image(imageOptions.file());
        runner.paint(
                "inpaint",
                folder,
                results,
                painting,
                new EditRunner.Given(imageOptions.file(), mask.file(), given),
                painting.request(
                        results,
                        given,
                        mask.of(given),
                        EditRunner.condition(folder, className),
                        runner.ofHoles(results, folder),
                        OptionalInt.empty()),
                Map.of());
        return 0;
    }
}
