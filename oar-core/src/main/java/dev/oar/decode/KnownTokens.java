package dev.oar.decode;

import java.util.BitSet;

/**
 * Cells given beforehand: inpainting, outpainting and editing are decoding with known tokens.
 *
 * @param cells which cells are known, the same for all rows
 * @param tokens {@code [batch][cells]}, raster order; only known cells matter
 * @param absent cells that do not exist, because they lie outside of the picture: neither seen nor filled
 */
public record KnownTokens(BitSet cells, int[][] tokens, BitSet absent) {
    /** Copies the sets. */
    public KnownTokens {
        cells = (BitSet) cells.clone();
        absent = (BitSet) absent.clone();
        if (cells.intersects(absent)) {
            throw new IllegalArgumentException("a cell is known or absent, but of the known cells " + cells + " some"
                    + " are among the absent ones " + absent + "; take them out of one of the two");
        }
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
