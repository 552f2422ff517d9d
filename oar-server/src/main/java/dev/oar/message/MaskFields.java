package dev.oar.message;

import dev.oar.config.Default;
import dev.oar.config.Require;
import java.util.List;
import java.util.Optional;

/**
 * What of an image is painted anew.
 *
 * @param mask a picture as large as the image, in base64; what is white or transparent in it is painted anew
 * @param rect rectangles {@code X,Y,W,H} in pixels that are painted anew
 * @param invertMask whether what they leave out is painted anew instead
 */
public record MaskFields(
        Optional<String> mask,
        Optional<List<String>> rect,
        @Default("false") boolean invertMask) {
    /** Checks that there is one. */
    public MaskFields {
        Require.that(
                mask.isPresent() || rect.isPresent(),
                "mask or rect must say what is to be painted anew; give one of them");
    }
}
