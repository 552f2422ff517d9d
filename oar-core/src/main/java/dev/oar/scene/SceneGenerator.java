package dev.oar.scene;

import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import dev.oar.order.TokenGrid;
import dev.oar.scene.CellKind.Tile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Draws scenes as grids of 8 x 8 tokens and as pictures of 32 x 32 pixels, which say the same: every token stands for a tile of 4 x 4
 * pixels, and no two tiles are alike.
 */
public final class SceneGenerator {
    private final List<Scene> scenes = Scene.all();
    private final double[] upTo;
    private final int[][] kinds;
    private final List<CellKind> kindList;
    private final int[] firstTokens;
    private final List<Tile> tiles = new ArrayList<>();
    private final Map<ByteBuffer, Integer> tokenOfTile = new HashMap<>();
    private final SceneDistribution distribution;

    /**
     * A drawn scene.
     *
     * @param scene what it shows
     * @param tokens {@code [cells]}, raster order; not to be changed
     */
    public record Drawn(Scene scene, int[] tokens) {}

    /** The generator; it enumerates all scenes, which takes a moment. */
    public SceneGenerator() {
        SceneLayout layout = new SceneLayout();
        List<CellKind[]> cells = scenes.stream().map(layout::cells).toList();
        this.kindList = layout.kinds();
        Map<CellKind, Integer> numbers = new HashMap<>();
        this.firstTokens = new int[kindList.size()];
        for (int kind = 0; kind < kindList.size(); kind++) {
            numbers.put(kindList.get(kind), kind);
            firstTokens[kind] = tiles.size();
            tiles.addAll(kindList.get(kind).tiles());
        }
        this.kinds = new int[scenes.size()][SceneLayout.GRID.cells()];
        for (int scene = 0; scene < kinds.length; scene++) {
            for (int cell = 0; cell < kinds[scene].length; cell++) {
                kinds[scene][cell] = numbers.getOrDefault(cells.get(scene)[cell], 0);
            }
        }
        nameTiles();
        double[] probabilities = scenes.stream().mapToDouble(Scene::probability).toArray();
        this.upTo = new double[probabilities.length];
        double sum = 0;
        for (int scene = 0; scene < upTo.length; scene++) {
            sum += probabilities[scene];
            upTo[scene] = sum;
        }
        this.distribution = new SceneDistribution(
                SceneLayout.GRID,
                probabilities,
                kinds,
                kindList.stream()
                        .map(kind -> kind.tiles().stream()
                                .mapToDouble(Tile::probability)
                                .toArray())
                        .toArray(double[][]::new));
    }

    private void nameTiles() {
        for (int token = 0; token < tiles.size(); token++) {
            Integer other = tokenOfTile.put(key(bytes(tiles.get(token).pixels())), token);
            if (other != null) {
                throw new IllegalStateException("no two tiles may be alike, but tokens " + other + " and " + token
                        + " are; paint one otherwise");
            }
        }
    }

    /** What is known of the pictures it draws: everything. */
    public SceneDistribution distribution() {
        return distribution;
    }

    /** The grid of a picture. */
    public TokenGrid grid() {
        return SceneLayout.GRID;
    }

    /** Pixels per side of a picture. */
    public int imageSize() {
        return SceneLayout.GRID.width() * Tile.SIDE;
    }

    /** The name of what stands in a cell where there is a token, such as {@code hill WINTER by day}. */
    public String kindName(int token) {
        return kindList.get(distribution.kindOfToken(token)).name();
    }

    /** Draws a picture, a function of the key alone. */
    public Drawn draw(CounterRandom random) {
        double chance = random.uniform(SceneLayout.GRID.cells());
        int scene = 0;
        while (scene < upTo.length - 1 && upTo[scene] <= chance) {
            scene++;
        }
        int[] tokens = new int[SceneLayout.GRID.cells()];
        for (int cell = 0; cell < tokens.length; cell++) {
            tokens[cell] = token(kinds[scene][cell], random.uniform(cell));
        }
        return new Drawn(scenes.get(scene), tokens);
    }

    private int token(int kind, double chance) {
        List<Tile> ofKind = kindList.get(kind).tiles();
        double left = chance;
        int number = 0;
        while (number < ofKind.size() - 1 && left >= ofKind.get(number).probability()) {
            left -= ofKind.get(number).probability();
            number++;
        }
        return firstTokens[kind] + number;
    }

    /**
     * The picture that tokens stand for, whether it is of a scene or not.
     *
     * @param tokens {@code [cells]}, raster order
     */
    public RgbImage picture(int... tokens) {
        int side = imageSize();
        byte[] rgb = new byte[side * side * 3];
        for (int cell = 0; cell < tokens.length; cell++) {
            byte[] tile = bytes(tiles.get(tokens[cell]).pixels());
            for (int row = 0; row < Tile.SIDE; row++) {
                System.arraycopy(tile, row * Tile.SIDE * 3, rgb, at(cell, row), Tile.SIDE * 3);
            }
        }
        return new RgbImage(side, side, rgb);
    }

    /**
     * The tokens that a picture is made of.
     *
     * @throws IllegalArgumentException if it is of another size, or a part of it is none of the tiles
     */
    public int[] tokens(RgbImage picture) {
        if (picture.width() != imageSize() || picture.height() != imageSize()) {
            throw new IllegalArgumentException("a picture of a scene has " + imageSize() + " x " + imageSize()
                    + " pixels, but this one has " + picture.width() + " x " + picture.height()
                    + "; give one that was drawn here");
        }
        int[] tokens = new int[SceneLayout.GRID.cells()];
        for (int cell = 0; cell < tokens.length; cell++) {
            byte[] tile = new byte[Tile.SIDE * Tile.SIDE * 3];
            for (int row = 0; row < Tile.SIDE; row++) {
                System.arraycopy(picture.rgb(), at(cell, row), tile, row * Tile.SIDE * 3, Tile.SIDE * 3);
            }
            Integer token = tokenOfTile.get(key(tile));
            if (token == null) {
                throw new IllegalArgumentException("a picture of a scene is made of its tiles, but cell " + cell
                        + " shows none of them; give one that was drawn here and stored without loss");
            }
            tokens[cell] = token;
        }
        return tokens;
    }

    /** Where a row of a cell's tile begins among the bytes of a picture. */
    private int at(int cell, int row) {
        int y = SceneLayout.GRID.row(cell) * Tile.SIDE + row;
        return (y * imageSize() + SceneLayout.GRID.column(cell) * Tile.SIDE) * 3;
    }

    private static byte[] bytes(int... pixels) {
        byte[] bytes = new byte[pixels.length * 3];
        for (int i = 0; i < pixels.length; i++) {
            bytes[3 * i] = (byte) (pixels[i] >> 16);
            bytes[3 * i + 1] = (byte) (pixels[i] >> 8);
            bytes[3 * i + 2] = (byte) pixels[i];
        }
        return bytes;
    }

    private static ByteBuffer key(byte[] tile) {
        return ByteBuffer.wrap(tile);
    }
}
