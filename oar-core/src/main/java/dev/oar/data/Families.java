package dev.oar.data;

import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * Rows grouped into families of variants of one picture, so that a picture with many variants does not count many times.
 *
 * <p>Families are numbered {@code 0 .. count() - 1} by ascending id, whatever the order of the rows. Immutable.
 */
public final class Families {
    private final int[] ids;
    private final int[] familyOfRow;
    private final List<int[]> members;

    private Families(int[] ids, int[] familyOfRow, List<int[]> members) {
        this.ids = ids;
        this.familyOfRow = familyOfRow;
        this.members = members;
    }

    /**
     * Groups rows by id.
     *
     * @param idOfRow the family id of each row, any integers
     */
    public static Families of(int[] idOfRow) {
        var rowsById = new TreeMap<Integer, int[]>();
        var sizes = new TreeMap<Integer, Integer>();
        for (int id : idOfRow) {
            sizes.merge(id, 1, Integer::sum);
        }
        var filled = new TreeMap<Integer, Integer>();
        for (int row = 0; row < idOfRow.length; row++) {
            int id = idOfRow[row];
            int[] rows = rowsById.computeIfAbsent(id, key -> new int[sizes.get(key)]);
            rows[filled.merge(id, 1, Integer::sum) - 1] = row;
        }
        int[] ids = rowsById.keySet().stream().mapToInt(Integer::intValue).toArray();
        int[] familyOfRow = new int[idOfRow.length];
        for (int row = 0; row < idOfRow.length; row++) {
            familyOfRow[row] = Arrays.binarySearch(ids, idOfRow[row]);
        }
        return new Families(ids, familyOfRow, List.copyOf(rowsById.values()));
    }

    /** Every row a family of its own, as with drawn images. */
    public static Families singletons(int rows) {
        int[] ids = new int[rows];
        Arrays.setAll(ids, row -> row);
        return of(ids);
    }

    /** The number of families. */
    public int count() {
        return members.size();
    }

    /** The number of rows. */
    public int rows() {
        return familyOfRow.length;
    }

    /** The ids in ascending order, one per family; a copy. */
    public int[] ids() {
        return ids.clone();
    }

    /** The family number of each row, {@code 0 .. count() - 1}; a copy. */
    public int[] familyOfRow() {
        return familyOfRow.clone();
    }

    /** The rows of a family in ascending order; a copy. */
    public int[] members(int family) {
        return members.get(family).clone();
    }

    /** The rows of these families, family by family. */
    public int[] rowsOf(int... families) {
        return Arrays.stream(families)
                .flatMap(family -> Arrays.stream(members.get(family)))
                .toArray();
    }

    /** A weight per row: every family weighs the same, so does every row within it; they sum to 1. */
    public double[] weights() {
        double[] weights = new double[rows()];
        Arrays.setAll(weights, row -> 1.0 / ((double) count() * members.get(familyOfRow[row]).length));
        return weights;
    }

    /** Per row, its share of its family: 1 over the family's number of rows. */
    public double[] shares() {
        double[] shares = new double[rows()];
        Arrays.setAll(shares, row -> 1.0 / members.get(familyOfRow[row]).length);
        return shares;
    }

    /** The mean of a value over each family's rows, one per family. */
    public double[] means(double[] valueOfRow) {
        requireRows(valueOfRow.length, "values");
        return members.stream()
                .mapToDouble(rows -> Arrays.stream(rows)
                        .mapToDouble(row -> valueOfRow[row])
                        .average()
                        .orElseThrow())
                .toArray();
    }

    /** The mean of a value in which every family weighs the same. */
    public double mean(double[] valueOfRow) {
        return Arrays.stream(means(valueOfRow))
                .average()
                .orElseThrow(() -> new IllegalArgumentException(
                        "a mean over families needs at least one family, but there is none; give it a row"));
    }

    public void requireRows(int given, String what) {
        if (given != rows()) {
            throw new IllegalArgumentException("families of " + rows() + " rows were given " + given + " " + what
                    + "; give one family id per row");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Families families
                && Arrays.equals(ids, families.ids)
                && Arrays.equals(familyOfRow, families.familyOfRow);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids) * 31 + Arrays.hashCode(familyOfRow);
    }

    @Override
    public String toString() {
        return "Families[" + count() + " of " + rows() + " rows]";
    }
}
