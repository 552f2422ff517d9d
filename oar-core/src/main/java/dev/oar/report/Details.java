package dev.oar.report;

/**
 * Text that is folded away until it is asked for, shown as it is written: a recipe, a command, a list of files.
 *
 * @param summary the line that is always there
 * @param text the folded text, whose line breaks and spaces are kept
 */
public record Details(String summary, String text) implements Block {
    @Override
    public String html() {
        return "<details><summary>" + Markup.escape(summary) + "</summary><pre><code>" + Markup.escape(text)
                + "</code></pre></details>\n";
    }
}
