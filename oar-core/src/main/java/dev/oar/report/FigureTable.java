package dev.oar.report;

import java.util.List;

/**
 * Numbers of several models under several measures, with their intervals drawn beside one another.
 *
 * <p>Rows of one group were measured in the same way and may be compared. Within a group the best figure of a column is
 * set in bold only where its interval is apart from all others; figures without intervals are never set in bold.
 *
 * @param caption what was measured, on what, and what the intervals are
 * @param rowHeading what the rows are, such as "model"
 * @param columns the measures
 * @param rows the models, in groups
 */
public record FigureTable(String caption, String rowHeading, List<Column> columns, List<Row> rows) implements Block {
    /** Checks that every row has a figure per column. */
    public FigureTable {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        for (Row row : rows) {
            if (row.figures.size() != columns.size()) {
                throw new IllegalArgumentException(
                        "a row of figures needs one per column, but \"" + row.name + "\" has "
                                + row.figures.size() + " figures for " + columns.size()
                                + " columns; give absent figures a reason");
            }
        }
    }

    /** Which of two figures of a column is the better one. */
    public enum Better {
        /** The lower one. */
        LOWER,
        /** The higher one. */
        HIGHER,
        /** Neither: the column informs. */
        NEITHER
    }

    /**
     * A measure.
     *
     * @param name its name with its unit, such as "bits per token"
     * @param explanation one line on what it says, shown as a tooltip; may be empty
     * @param decimals digits after the point, 0 to 9
     * @param better which figure is the better one
     */
    public record Column(String name, String explanation, int decimals, Better better) {
        /** Checks the digits. */
        public Column {
            if (decimals < 0 || decimals > 9) {
                throw new IllegalArgumentException("a column of figures has 0 to 9 decimals, but \"" + name + "\" has "
                        + decimals + "; choose fewer");
            }
        }
    }

    /**
     * The figures of one model.
     *
     * @param group what rows before and after it may be compared by, such as the drawing; may be empty
     * @param name the model
     * @param figures one per column
     */
    public record Row(String group, String name, List<Figure> figures) {
        /** Copies the figures. */
        public Row {
            figures = List.copyOf(figures);
        }
    }

    @Override
    public String html() {
        return new FigureTableView(this).html();
    }
}
