package dev.oar.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A page that tells what a run did. It is one file: style, plots and pictures are inside, and its content security policy
 * forbids scripts and anything from elsewhere. It adapts to light and dark, narrow and wide.
 *
 * <pre>{@code
 * String html = new HtmlReport("Quickstart", "32 x 32 emoji, 8 x 8 cells")
 *         .section("Settings", new KeyValues(settings), new Details("Recipe", yaml))
 *         .section("Training", LinePlot.of("Pretraining", "step", "loss", series))
 *         .provenance(provenance)
 *         .html();
 * }</pre>
 */
public final class HtmlReport {
    private static final String STYLE = "report.css";

    private final String title;
    private final String lead;
    private final List<Block> opening = new ArrayList<>();
    private final Map<String, List<Block>> sections = new LinkedHashMap<>();
    private final Map<String, String> provenance = new LinkedHashMap<>();

    /**
     * A report without content.
     *
     * @param title the name of the run
     * @param lead a sentence or two on what was done; may be empty
     */
    public HtmlReport(String title, String lead) {
        this.title = title;
        this.lead = lead;
    }

    /** Adds blocks above the table of contents, such as warnings and key facts. */
    public HtmlReport opening(Block... blocks) {
        opening.addAll(List.of(blocks));
        return this;
    }

    /** Adds a section, or blocks to the section of that title. */
    public HtmlReport section(String title, Block... blocks) {
        return section(title, List.of(blocks));
    }

    /** Adds a section, or blocks to the section of that title. */
    public HtmlReport section(String title, List<? extends Block> blocks) {
        sections.computeIfAbsent(title, name -> new ArrayList<>()).addAll(blocks);
        return this;
    }

    /** Adds to the foot of the page: versions, fingerprints, machine, command. */
    public HtmlReport provenance(Map<String, String> entries) {
        provenance.putAll(entries);
        return this;
    }

    /** The whole page. Equal content gives equal text. */
    public String html() {
        StringBuilder html = new StringBuilder();
        appendHead(html);
        html.append("<body>\n<header>\n<h1>").append(Markup.escape(title)).append("</h1>\n");
        if (!lead.isEmpty()) {
            html.append("<p class=\"lead\">").append(Markup.escape(lead)).append("</p>\n");
        }
        opening.forEach(block -> html.append(block.html()));
        appendContents(html);
        html.append("</header>\n<main>\n");
        int number = 0;
        for (Map.Entry<String, List<Block>> section : sections.entrySet()) {
            html.append("<section id=\"s").append(++number).append("\">\n<h2>");
            html.append(Markup.escape(section.getKey())).append("</h2>\n");
            section.getValue().forEach(block -> html.append(block.html()));
            html.append("</section>\n");
        }
        html.append("</main>\n");
        if (!provenance.isEmpty()) {
            html.append("<footer>\n<h2>Provenance</h2>\n")
                    .append(new KeyValues(provenance).html())
                    .append("</footer>\n");
        }
        return html.append("</body>\n</html>\n").toString();
    }

    private void appendHead(StringBuilder html) {
        html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; ")
                .append("style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<meta name=\"color-scheme\" content=\"light dark\">\n<title>")
                .append(Markup.escape(title))
                .append("</title>\n<style>\n")
                .append(style())
                .append("</style>\n</head>\n");
    }

    private void appendContents(StringBuilder html) {
        if (sections.size() < 2) {
            return;
        }
        html.append("<nav aria-label=\"Contents\"><ol>\n");
        int number = 0;
        for (String section : sections.keySet()) {
            html.append("<li><a href=\"#s").append(++number).append("\">");
            html.append(Markup.escape(section)).append("</a></li>\n");
        }
        html.append("</ol></nav>\n");
    }

    private static String style() {
        try (InputStream stream = Objects.requireNonNull(HtmlReport.class.getResourceAsStream(STYLE), STYLE)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the style " + STYLE + " inside this program cannot be read", e);
        }
    }
}
