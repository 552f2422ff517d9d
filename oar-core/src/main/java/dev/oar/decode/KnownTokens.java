package dev.oar.decode;

import dev.oar.config.Require;
import dev.oar.order.GenerationOrder;
import java.util.BitSet;
import java.util.List;

/**
 * Cells given beforehand: inpainting, outpainting and editing are decoding with known tokens.
 *
 * @param cells which cells are known, the same for all rows
 * @param tokens {@code [batch][cells]}, raster order; only known cells matter
 * @param absent cells that do not exist, because they lie outside of the picture: neither seen nor filled
 * @param sequence the model is told the known cells of each row in the sequence that these orders give them, one per row; empty: in a
 *     uniform random one
 * @param hidden which known cells a branch of guidance does not see that {@linkplain Guidance#hides hides} some, one set per row; empty:
 *     none
 * @param ofRows which cells are known of each row, equally many of each, where they differ; {@code cells} is empty then. Else empty
 */
public record KnownTokens(
        BitSet cells,
        int[][] tokens,
        BitSet absent,
        List<GenerationOrder> sequence,
        List<BitSet> hidden,
        List<BitSet> ofRows) {
    /** Copies the sets. */
    public KnownTokens {
        cells = (BitSet) cells.clone();
        absent = (BitSet) absent.clone();
        sequence = List.copyOf(sequence);
        hidden = hidden.stream().map(row -> (BitSet) row.clone()).toList();
        ofRows = ofRows.stream().map(row -> (BitSet) row.clone()).toList();
        requirePresent(cells, absent);
        for (BitSet row : ofRows) {
            requirePresent(row, absent);
            Require.that(
                    cells.isEmpty() && row.cardinality() == ofRows.get(0).cardinality(),
                    "of every row of a batch equally many cells are known, the same of all or those given for each row,"
                            + " but %s are known of all, %s of the first and %s of another; correct them",
                    cells.cardinality(),
                    ofRows.get(0).cardinality(),
                    row.cardinality());
        }
    }

    private static void requirePresent(BitSet known, BitSet absent) {
        if (known.intersects(absent)) {
            throw new IllegalArgumentException("a cell is known or absent, but of the known cells " + known + " some"
                    + " are among the absent ones " + absent + "; take them out of one of the two");
        }
    }

    /** Known tokens of the same cells of all rows. */
    public KnownTokens(
            BitSet cells, int[][] tokens, BitSet absent, List<GenerationOrder> sequence, List<BitSet> hidden) {
        this(cells, tokens, absent, sequence, hidden, List.of());
    }

    /** Known tokens of other cells in each row; all else as of the record. */
    static KnownTokens ofRows(
            List<BitSet> cells, int[][] tokens, BitSet absent, List<GenerationOrder> sequence, List<BitSet> hidden) {
        return new KnownTokens(new BitSet(), tokens, absent, sequence, hidden, cells);
    }

    /** The known cells of a row; a copy. */
    BitSet cells(int row) {
        return ofRows.isEmpty() ? cells() : (BitSet) ofRows.get(row).clone();
    }

    /** How many cells of each row are known. */
    int count() {
        return ofRows.isEmpty() ? cells.cardinality() : ofRows.get(0).cardinality();
    }

    /** Known tokens in a uniform random sequence, which every branch sees. */
    public KnownTokens(BitSet cells, int[][] tokens, BitSet absent) {
        this(cells, tokens, absent, List.of(), List.of());
    }

    /** Known tokens of a picture in which every cell exists. */
    public KnownTokens(BitSet cells, int[][] tokens) {
        this(cells, tokens, new BitSet());
    }

    /** Nothing is known. */
    public static KnownTokens none() {
        return new KnownTokens(new BitSet(), new int[0][]);
    }

    @Override
    public BitSet cells() {
        return (BitSet) cells.clone();
    }

    @Override
    public BitSet absent() {
        return (BitSet) absent.clone();
    }
}
