package dev.oar.cli;

import dev.oar.edit.PixelMask;
import dev.oar.edit.PixelRectangle;
import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import dev.oar.image.Rgb;
import dev.oar.image.RgbaImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What of an image is painted anew. */
final class MaskOptions {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--mask",
            paramLabel = "FILE",
            description = "A picture as large as the image; what is white or transparent in it is painted anew.")
    private @Nullable Path mask;

    @Option(
            names = "--rect",
            paramLabel = "X,Y,W,H",
            description = "A rectangle that is painted anew, in pixels; may be repeated, also beside --mask.")
    private List<String> rectangles = List.of();

    @Option(names = "--invert-mask", description = "Paint anew what the mask and the rectangles leave out.")
    private boolean inverted;

    /** The file of the mask, if one was given. */
    Optional<Path> file() {
        return Optional.ofNullable(mask);
    }

    /**
     * The mask asked for.
     *
     * @throws IOException in one sentence, if its file cannot be read
     */
    PixelMask of(RgbaImage image) throws IOException {
        if (mask == null && rectangles.isEmpty()) {
            if (spec == null) {
                throw new IllegalStateException("options are read by a command");
            }
            throw new ParameterException(
                    spec.commandLine(), "--mask or --rect must say what is to be painted anew; give one of them");
        }
        PixelMask marked = PixelMask.ofRectangles(
                image.width(),
                image.height(),
                rectangles.stream().map(PixelRectangle::parse).toList());
        if (mask != null) {
            marked = PixelMask.ofWhite(ImageReader.read(mask, ImageLimits.DEFAULT, Rgb.WHITE))
                    .or(marked);
        }
        return inverted ? marked.inverted() : marked;
    }
}
