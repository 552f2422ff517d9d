package dev.oar.decode;

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
 */
public record KnownTokens(
        BitSet cells, int[][] tokens, BitSet absent, List<GenerationOrder> sequence, List<BitSet> hidden) {
    /** Copies the sets. */
    public KnownTokens {
        cells = (BitSet) cells.clone();
        absent = (BitSet) absent.clone();
        sequence = List.copyOf(sequence);
        hidden = hidden.stream().map(row -> (BitSet) row.clone()).toList();
        if (cells.intersects(absent)) {
            throw new IllegalArgumentException("a cell is known or absent, but of the known cells " + cells + " some"
                    + " are among the absent ones " + absent + "; take them out of one of the two");
        }
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
