package dev.oar.scene;

import java.util.List;

/**
 * What stands in a cell once the scene is known, such as the sky of a cloudy morning: one tile, or several of which one is drawn
 * independently of everything else. No tile belongs to two kinds, so that a tile tells its kind, and nothing more about the scene.
 *
 * @param name of the kind
 * @param tiles what may be drawn, by falling probability
 */
record CellKind(String name, List<Tile> tiles) {
    /** How far the probabilities of a kind may miss 1. */
    private static final double ROUNDING = 1e-12;

    /**
     * A tile of {@link #SIDE} x {@link #SIDE} pixels.
     *
     * @param probability how often it is drawn where its kind stands
     * @param pixels packed 0xRRGGBB, row by row; not copied, not to be changed
     */
    record Tile(double probability, int[] pixels) {
        /** Pixels per side. */
        static final int SIDE = 4;
    }

    /** Checks that the probabilities are some. */
    CellKind {
        tiles = List.copyOf(tiles);
        double sum = tiles.stream().mapToDouble(Tile::probability).sum();
        if (Math.abs(sum - 1) > ROUNDING
                || tiles.stream()
                        .anyMatch(tile -> tile.probability <= 0 || tile.pixels.length != Tile.SIDE * Tile.SIDE)) {
            throw new IllegalArgumentException("the tiles of a kind have positive probabilities that add up to 1 and "
                    + Tile.SIDE + " x " + Tile.SIDE + " pixels, but those of " + name + " add up to " + sum
                    + " or differ in size; correct them");
        }
    }
}
