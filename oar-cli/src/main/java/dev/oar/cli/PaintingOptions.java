package dev.oar.cli;

import dev.oar.edit.EditRequest;
import dev.oar.edit.PixelMask;
import dev.oar.generate.Drawing;
import dev.oar.image.RgbaImage;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How what is painted anew meets the rest of the image. */
final class PaintingOptions {
    @Option(
            names = "--feather",
            paramLabel = "PIXELS",
            defaultValue = "0",
            description = "Width of the rim inside the mask on which new pixels fade in (default: ${DEFAULT-VALUE}).")
    private int feather;

    @Option(
            names = "--window",
            paramLabel = "PIXELS",
            description = {
                "Side of the square that the model sees at once. By default the whole image if it is at most twice the model's size,",
                "otherwise twice the hole, at least twice the model's size. A hole larger than the window is painted piece by"
                        + " piece."
            })
    private @Nullable Integer window;

    @Option(
            names = "--show-mask",
            description = "Draw nothing; show which pixels and cells would be drawn, in DIR/mask-preview.png.")
    private boolean showMask;

    /**
     * The edit asked for.
     *
     * @param usualWindow the window's side where none was asked for; empty for that of requests
     */
    EditRequest request(
            ResultOptions results,
            RgbaImage image,
            PixelMask mask,
            int condition,
            Drawing drawing,
            OptionalInt usualWindow) {
        return new EditRequest(
                image,
                mask,
                condition,
                results.firstIndex(),
                results.count(),
                results.seed(),
                results.batchSize(),
                drawing,
                feather,
                window == null ? usualWindow : OptionalInt.of(window));
    }

    boolean showMask() {
        return showMask;
    }
}
