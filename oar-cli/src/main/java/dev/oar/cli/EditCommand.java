package dev.oar.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Changes what a part of an image is. */
@Command(
        name = "edit",
        sortOptions = false,
        description = {
            "Changes what a part of an image is: paints it anew as something else, from what is around it.",
            "",
            "--class or --caption says what the masked part becomes, as the model draws from classes or captions; instructions and larger"
                    + " pictures of the same (super-resolution) are beyond it. A guidance scale above 1 makes it show more.",
            "DIR receives what 'oar inpaint' writes."
        })
final class EditCommand implements Callable<Integer> {
    private final EditRunner runner;

    @Mixin
    private GivenImageOptions image = new GivenImageOptions();

    @Mixin
    private MaskOptions mask = new MaskOptions();

    @Mixin
    private PaintingOptions painting = new PaintingOptions();

    @Mixin
    private ResultOptions results = new ResultOptions();

    EditCommand(EditRunner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws IOException {
        runner.paintMasked("edit", image, image::requiredSubject, mask, painting, results);
        return 0;
    }
}
