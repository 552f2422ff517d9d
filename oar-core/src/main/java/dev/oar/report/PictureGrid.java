package dev.oar.report;

import java.util.List;

/**
 * Pictures from left to right, in as many rows as the page needs.
 *
 * @param caption what they are; may be empty
 * @param pictures the pictures
 */
public record PictureGrid(String caption, List<Picture> pictures) implements Block {
    /** Copies the pictures. */
    public PictureGrid {
        pictures = List.copyOf(pictures);
    }

    @Override
    public String html() {
        StringBuilder html = new StringBuilder("<figure>\n");
        if (!caption.isEmpty()) {
            html.append("<figcaption>").append(Markup.escape(caption)).append("</figcaption>\n");
        }
        html.append("<div class=\"grid\">\n");
        pictures.forEach(picture -> html.append(picture.figureElement()).append('\n'));
        return html.append("</div>\n</figure>\n").toString();
    }
}
