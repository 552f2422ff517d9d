package dev.oar.report;

/**
 * A paragraph of plain text.
 *
 * @param text what it says
 */
public record Paragraph(String text) implements Block {
    @Override
    public String html() {
        return "<p>" + Markup.escape(text) + "</p>\n";
    }
}
