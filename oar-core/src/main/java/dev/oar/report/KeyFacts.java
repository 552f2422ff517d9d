package dev.oar.report;

import java.util.List;

/**
 * A few large numbers with a line of explanation each: what a reader should know who reads nothing else.
 *
 * @param facts about three to six
 */
public record KeyFacts(List<Fact> facts) implements Block {
    /** Copies the facts. */
    public KeyFacts {
        facts = List.copyOf(facts);
    }

    /**
     * One number.
     *
     * @param value the number with its unit, such as "22.4 dB"
     * @param name what it is, such as "reconstruction PSNR"
     * @param comparison what it is to be seen against, such as "at least 20 dB wanted"; may be empty
     */
    public record Fact(String value, String name, String comparison) {}

    @Override
    public String html() {
        StringBuilder html = new StringBuilder("<ul class=\"facts\">\n");
        for (Fact fact : facts) {
            html.append("<li><span class=\"value\">")
                    .append(Markup.escape(fact.value))
                    .append("</span><span class=\"name\">")
                    .append(Markup.escape(fact.name))
                    .append("</span>");
            if (!fact.comparison.isEmpty()) {
                html.append("<span class=\"comparison\">")
                        .append(Markup.escape(fact.comparison))
                        .append("</span>");
            }
            html.append("</li>\n");
        }
        return html.append("</ul>\n").toString();
    }
}
