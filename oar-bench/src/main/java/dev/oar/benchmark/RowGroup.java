package dev.oar.benchmark;

import java.util.List;

/** Rows that share what they are measured with: a model, images, a folder. */
public interface RowGroup extends AutoCloseable {
    /** The rows, in the sequence of the table; nothing is made or measured for that. */
    List<PlannedRow> rows();

    /** Frees what the rows share; may be called again. */
    @Override
    void close();
}
