package dev.oar.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Paints part of an image anew. */
@Command(
        name = "inpaint",
        sortOptions = false,
        description = {
            "Paints part of an image anew, from what is around it.",
            "",
            "Nothing of what the mask hides reaches the model. Everything outside of the mask stays as it is, to the byte.",
            "DIR receives SEED-INDEX.png for every result, with how it was made inside; the image and all results side by side"
                    + " (...-sheet.png); with --animate, the hole filling cell by cell (...-animation.gif)."
        })
final class InpaintCommand implements Callable<Integer> {
    private final EditRunner runner;

    @Mixin
    private GivenImageOptions image = new GivenImageOptions();

    @Mixin
    private MaskOptions mask = new MaskOptions();

    @Mixin
    private PaintingOptions painting = new PaintingOptions();

    @Mixin
    private ResultOptions results = new ResultOptions();

    InpaintCommand(EditRunner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws IOException {
        runner.paintMasked("inpaint", image, image::subject, mask, painting, results);
        return 0;
    }
}
