package dev.oar.report;

/**
 * Something a reader must know before trusting what follows, set apart from the text.
 *
 * @param text one or two sentences
 */
public record Warning(String text) implements Block {
    @Override
    public String html() {
        return "<p class=\"warning\" role=\"note\"><strong>Note.</strong> " + Markup.escape(text) + "</p>\n";
    }
}
