package dev.oar.decode;

import java.util.BitSet;

/**
 * Cells given beforehand: inpainting, outpainting and editing are decoding with known tokens.
 *
 * @param cells which cells are known, the same for all rows
 * @param tokens {@code [batch][cells]}, raster order; only known cells matter
 */
public record KnownTokens(BitSet cells, int[][] tokens) {
    /** Copies the set. */
    public KnownTokens {
        cells = (BitSet) cells.clone();
    }

    /** Nothing is known. */
    public static KnownTokens none() {
        return new KnownTokens(new BitSet(), new int[0][]);
    }

    @Override
    public BitSet cells() {
        return (BitSet) cells.clone();
    }
}
