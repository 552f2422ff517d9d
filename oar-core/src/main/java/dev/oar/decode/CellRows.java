package dev.oar.decode;

import java.util.Arrays;

/** Numbers of cells, or of what stands in them, row by row. */
final class CellRows {
    private CellRows() {}

    /** Columns {@code from .. to - 1} of all rows. */
    static int[][] columns(int[][] rows, int from, int to) {
        return Arrays.stream(rows).map(row -> Arrays.copyOfRange(row, from, to)).toArray(int[][]::new);
    }

    /** What stands at other positions in each row. */
    static int[][] at(int[][] rows, int[][] positions) {
        int[][] picked = new int[rows.length][];
        for (int row = 0; row < rows.length; row++) {
            int[] values = rows[row];
            picked[row] = Arrays.stream(positions[row]).map(at -> values[at]).toArray();
        }
        return picked;
    }
}
