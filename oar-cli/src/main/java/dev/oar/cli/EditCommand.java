package dev.oar.cli;

import dev.oar.artifact.ModelFolder;
import dev.oar.image.RgbaImage;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Changes what a part of an image is. */
@Command(
        name = "edit",
        sortOptions = false,
        description = {
            "Changes what a part of an image is: paints it anew as another class, from what is around it.",
            "",
            "What a model can be asked for is its classes; free-form instructions and larger pictures of the same (super-resolution) are"
                    + " beyond it. A guidance scale above 1 makes the class show more.",
            "DIR receives what 'oar inpaint' writes."
        })
final class EditCommand implements Callable<Integer> {
    private final EditRunner runner;

    @Mixin
    private GivenImageOptions imageOptions = new GivenImageOptions();

    @Mixin
    private MaskOptions mask = new MaskOptions();

    @Option(names = "--class", required = true, paramLabel = "X", description = "What the masked part becomes.")
    private String className = "";

    @Mixin
    private PaintingOptions painting = new PaintingOptions();

    @Mixin
    private ResultOptions results = new ResultOptions();

    EditCommand(EditRunner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws IOException {
        ModelFolder folder = runner.folder(results);
        RgbaImage given = EditRunner.image(imageOptions.file());
        runner.paint(
                "edit",
                folder,
                results,
                painting,
                new EditRunner.Given(imageOptions.file(), mask.file(), given),
                painting.request(
                        results,
                        given,
                        mask.of(given),
                        folder.classIndex(className),
                        runner.ofHoles(results, folder),
                        OptionalInt.empty()),
                Map.of());
        return 0;
    }
}
