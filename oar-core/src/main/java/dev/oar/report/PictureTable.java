package dev.oar.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Pictures in rows and columns, so that what stands in one column can be compared: the same seed drawn by several models.
 *
 * @param caption what is compared, and how to read it
 * @param columns the headings of the columns, such as seeds or classes
 * @param rows the rows, in groups
 */
public record PictureTable(String caption, List<String> columns, List<Row> rows) implements Block {
    /** Checks that every row has a cell per column. */
    public PictureTable {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        for (Row row : rows) {
            if (row.cells.size() != columns.size()) {
                throw new IllegalArgumentException("a row of pictures needs one cell per column, but \"" + row.name
                        + "\" has " + row.cells.size() + " cells for " + columns.size() + " columns; fill up the row");
            }
        }
    }

    /**
     * One row.
     *
     * @param group what rows before and after it belong together by, such as the drawing; may be empty
     * @param name what drew the pictures of this row
     * @param cells per column the pictures that stand under one another, such as an image and its order map
     */
    public record Row(String group, String name, List<List<Picture>> cells) {
        /** Copies the cells. */
        public Row {
            cells = List.copyOf(cells);
        }
    }

    @Override
    public String html() {
        StringBuilder html = new StringBuilder("<figure>\n<figcaption>")
                .append(Markup.escape(caption))
                .append("</figcaption>\n<div class=\"scroll\"><table class=\"pictures\">\n<thead><tr><td></td>");
        columns.forEach(column ->
                html.append("<th scope=\"col\">").append(Markup.escape(column)).append("</th>"));
        html.append("</tr></thead>\n");
        for (List<Row> group : groups()) {
            html.append("<tbody>\n");
            String name = group.get(0).group;
            if (!name.isEmpty()) {
                html.append("<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"")
                        .append(columns.size() + 1)
                        .append("\"><span>")
                        .append(Markup.escape(name))
                        .append("</span></th></tr>\n");
            }
            group.forEach(row -> appendRow(html, row));
            html.append("</tbody>\n");
        }
        return html.append("</table></div>\n</figure>\n").toString();
    }

    private static void appendRow(StringBuilder html, Row row) {
        html.append("<tr><th scope=\"row\">").append(Markup.escape(row.name)).append("</th>");
        for (List<Picture> cell : row.cells) {
            html.append("<td>");
            cell.forEach(picture -> html.append(picture.figureElement()));
            html.append("</td>");
        }
        html.append("</tr>\n");
    }

    private List<List<Row>> groups() {
        List<List<Row>> groups = new ArrayList<>();
        for (Row row : rows) {
            boolean fresh = groups.isEmpty()
                    || !groups.get(groups.size() - 1).get(0).group.equals(row.group);
            if (fresh) {
                groups.add(new ArrayList<>());
            }
            groups.get(groups.size() - 1).add(row);
        }
        return groups;
    }
}
