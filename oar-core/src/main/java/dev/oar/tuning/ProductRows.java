package dev.oar.tuning;

/** How many rows are multiplied with the weights at a time, since that decides which weight format is fast. */
public enum ProductRows {
    /** One image drawn cell by cell: the weights have to be read for a few rows. */
    FEW(4),
    /** Extraction, scoring, dynamic orders, many images at a time. */
    MANY(64);

    /** Up to how many rows count as few. */
    private static final int MOST_OF_FEW = 16;

    private final int measured;

    ProductRows(int measured) {
        this.measured = measured;
    }

    /** The number of rows that stands for the kind when it is measured. */
    int measured() {
        return measured;
    }

    /** The kind of a number of rows. */
    public static ProductRows of(int rows) {
        return rows <= MOST_OF_FEW ? FEW : MANY;
    }
}
