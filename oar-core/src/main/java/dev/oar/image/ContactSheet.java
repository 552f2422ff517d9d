package dev.oar.image;

import java.util.List;

/**
 * Many images on one, in rows from left to right, with room between them; every pixel becomes a square, so that small
 * images stay sharp.
 */
public final class ContactSheet {
    private static final int BACKGROUND = 0xEDEDED;
    private static final int TEXT = 0x333333;
    private static final int MOST_LINES = 6;

    private ContactSheet() {}

    /**
     * A sheet without captions.
     *
     * @param images at least one; smaller ones are centred in cells of the largest size
     * @param columns images per row, at least 1
     * @param scale pixels of the sheet per pixel of an image and axis, at least 1
     */
    public static RgbImage of(List<RgbImage> images, int columns, int scale) {
        return of(images, columns, scale, List.of());
    }

    /**
     * A sheet with a text under each image, in up to {@value #MOST_LINES} lines, cut where it does not fit them.
     *
     * @param captions one per image, or none at all
     * @throws IllegalArgumentException if there are no images, or captions for another number of images
     */
    public static RgbImage of(List<RgbImage> images, int columns, int scale, List<String> captions) {
        if (images.isEmpty() || columns < 1 || scale < 1) {
            throw new IllegalArgumentException(
                    "a contact sheet needs at least 1 image, column and scale, but has " + images.size() + " images, "
                            + columns + " columns and scale " + scale + "; give positive numbers");
        }
        if (!captions.isEmpty() && captions.size() != images.size()) {
            throw new IllegalArgumentException("a contact sheet needs one caption per image or none, but has "
                    + captions.size() + " captions for " + images.size() + " images; give equal numbers");
        }
        return new Layout(images, Math.min(columns, images.size()), scale, captions).draw();
    }

    /**
     * An image with every pixel as a square of that many pixels.
     *
     * @param scale pixels of the result per pixel of the image and axis, at least 1
     */
    public static RgbImage enlarged(RgbImage image, int scale) {
        if (scale < 1) {
            throw new IllegalArgumentException("a scale is at least 1, but is " + scale + "; choose 1 or more");
        }
        Pixels pixels = new Pixels(Math.multiplyExact(image.width(), scale), image.height() * scale, 0);
        pixels.draw(image, 0, 0, scale);
        return pixels.toImage();
    }

    private record Layout(List<RgbImage> images, int columns, int scale, List<String> captions) {
        private RgbImage draw() {
            int cellWidth =
                    scale * images.stream().mapToInt(RgbImage::width).max().orElseThrow();
            int cellHeight =
                    scale * images.stream().mapToInt(RgbImage::height).max().orElseThrow();
            int gap = Math.max(4, Math.min(cellWidth, cellHeight) / 16);
            int textScale = cellWidth >= 160 ? 2 : 1;
            List<List<String>> texts = captions.stream()
                    .map(caption -> BitmapFont.wrapped(caption, cellWidth / textScale, MOST_LINES))
                    .toList();
            int lines = texts.stream().mapToInt(List::size).max().orElse(0);
            int lineHeight = (BitmapFont.HEIGHT + 1) * textScale;
            int captionHeight = lines == 0 ? 0 : 2 * textScale + lines * lineHeight;
            int rows = (images.size() + columns - 1) / columns;
            Pixels sheet = new Pixels(
                    Math.addExact(gap, Math.multiplyExact(columns, cellWidth + gap)),
                    Math.addExact(gap, Math.multiplyExact(rows, cellHeight + captionHeight + gap)),
                    BACKGROUND);
            for (int index = 0; index < images.size(); index++) {
                RgbImage image = images.get(index);
                int left = gap + index % columns * (cellWidth + gap);
                int top = gap + index / columns * (cellHeight + captionHeight + gap);
                sheet.draw(
                        image,
                        left + (cellWidth - scale * image.width()) / 2,
                        top + (cellHeight - scale * image.height()) / 2,
                        scale);
                if (!captions.isEmpty()) {
                    int below = top + cellHeight + 3 * textScale;
                    for (String line : texts.get(index)) {
                        BitmapFont.draw(sheet, line, left, below, textScale, TEXT);
                        below += lineHeight;
                    }
                }
            }
            return sheet.toImage();
        }
    }

    /** How many images stand side by side on a sheet about as wide as high, whose rows are full where that makes it little wider. */
    public static int columns(int images) {
        int square = (int) Math.ceil(Math.sqrt(images));
        for (int columns = square; 2 * columns <= 3 * square; columns++) {
            if (images % columns == 0) {
                return columns;
            }
        }
        return square;
    }
}
