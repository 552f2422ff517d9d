package dev.oar.report;

import java.util.List;

/**
 * Blocks that stand beside each other where the page is wide enough, such as two plots.
 *
 * @param blocks two or three
 */
public record SideBySide(List<Block> blocks) implements Block {
    /** Copies the blocks. */
    public SideBySide {
        blocks = List.copyOf(blocks);
    }

    /** Blocks beside each other. */
    public static SideBySide of(Block... blocks) {
        return new SideBySide(List.of(blocks));
    }

    @Override
    public String html() {
        StringBuilder html = new StringBuilder("<div class=\"beside\">\n");
        blocks.forEach(block -> html.append("<div>\n").append(block.html()).append("</div>\n"));
        return html.append("</div>\n").toString();
    }
}
