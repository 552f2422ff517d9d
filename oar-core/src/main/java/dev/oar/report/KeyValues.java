package dev.oar.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A list of names and their values, such as settings or provenance.
 *
 * @param entries in the order in which they are to stand
 */
public record KeyValues(Map<String, String> entries) implements Block {
    /** Copies the entries. */
    public KeyValues {
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    @Override
    public String html() {
        StringBuilder html = new StringBuilder("<div class=\"scroll\"><table class=\"pairs\"><tbody>\n");
        entries.forEach((name, value) -> html.append("<tr><th scope=\"row\">")
                .append(Markup.escape(name))
                .append("</th><td>")
                .append(Markup.escape(value))
                .append("</td></tr>\n"));
        return html.append("</tbody></table></div>\n").toString();
    }
}
