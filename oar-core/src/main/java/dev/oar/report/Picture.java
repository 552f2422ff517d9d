package dev.oar.report;

import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A picture inside a report: its bytes are part of the page. Small pictures are shown larger, every pixel as a square.
 *
 * @param mediaType {@code image/png} or {@code image/gif}
 * @param bytes the file; not copied, not to be changed
 * @param width pixels per row
 * @param height rows
 * @param shownWidth how wide it is shown, in CSS pixels; multiples of the width stay sharp
 * @param caption a short text under the picture; may be empty
 * @param description what the picture shows, for those who cannot see it and as its tooltip
 */
public record Picture(
        String mediaType, byte[] bytes, int width, int height, int shownWidth, String caption, String description) {
    /** Checks the sizes and the type. */
    public Picture {
        if (!mediaType.equals("image/png") && !mediaType.equals("image/gif")) {
            throw new IllegalArgumentException(
                    "a picture in a report is image/png or image/gif, but is " + mediaType + "; encode it as PNG");
        }
        if (width < 1 || height < 1 || shownWidth < 1) {
            throw new IllegalArgumentException("a picture in a report needs positive sizes, but has " + width + " x "
                    + height + " pixels shown " + shownWidth + " wide; give positive sizes");
        }
    }

    /**
     * An image.
     *
     * @param shownWidth CSS pixels, rounded down to a multiple of the image's width where it is larger
     */
    public static Picture of(RgbImage image, int shownWidth, String caption, String description) {
        return new Picture(
                "image/png",
                PngFile.encode(image),
                image.width(),
                image.height(),
                sharp(image.width(), shownWidth),
                caption,
                description);
    }

    /**
     * An animation.
     *
     * @param gif the bytes of a GIF file
     * @param shownWidth CSS pixels, rounded down to a multiple of the animation's width where it is larger
     * @throws IllegalArgumentException if the bytes are no GIF file
     */
    public static Picture ofGif(byte[] gif, int shownWidth, String caption, String description) {
        if (gif.length < 10 || !new String(gif, 0, 4, StandardCharsets.ISO_8859_1).equals("GIF8")) {
            throw new IllegalArgumentException("an animation in a report needs the bytes of a GIF file, but these "
                    + gif.length + " bytes do not begin like one; encode the frames with Animation");
        }
        int width = gif[6] & 255 | (gif[7] & 255) << 8;
        int height = gif[8] & 255 | (gif[9] & 255) << 8;
        return new Picture("image/gif", gif, width, height, sharp(width, shownWidth), caption, description);
    }

    private static int sharp(int width, int shownWidth) {
        return shownWidth <= width ? shownWidth : shownWidth / width * width;
    }

    /** The picture without its caption. */
    String imageElement() {
        int shownHeight = Math.max(1, Math.round((float) shownWidth * height / width));
        return "<img src=\"data:" + mediaType + ";base64," + Base64.getEncoder().encodeToString(bytes) + "\" width=\""
                + shownWidth + "\" height=\"" + shownHeight + "\" alt=\"" + Markup.escape(description) + "\" title=\""
                + Markup.escape(description) + "\">";
    }

    /** The picture with its caption. */
    String figureElement() {
        String text = caption.isEmpty() ? "" : "<figcaption>" + Markup.escape(caption) + "</figcaption>";
        return "<figure class=\"picture\" style=\"--width:" + shownWidth + "px\">" + imageElement() + text
                + "</figure>";
    }
}
