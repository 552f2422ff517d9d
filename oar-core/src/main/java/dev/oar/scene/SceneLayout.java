package dev.oar.scene;

import dev.oar.order.TokenGrid;
import dev.oar.scene.CellKind.Tile;
import dev.oar.scene.Scene.Colour;
import dev.oar.scene.Scene.Season;
import dev.oar.scene.Scene.Time;
import dev.oar.scene.Scene.Weather;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Where things stand: three rows of sky, one of hills, four of ground, with a house of two columns, a tree and their shadows. Kinds that
 * have been made are kept, so that equal ones are one.
 */
final class SceneLayout {
    static final TokenGrid GRID = TokenGrid.square(8);

    private static final int HILLS = 3;
    private static final int WINDOWS = 4;
    private static final int DOOR = 5;
    private static final int SHADOWS = 6;
    private static final int COLUMNS = 8;

    /** A sun that is not this high casts a long shadow. */
    private static final int HIGH = 1;

    /** Row and column of the sun, by time and place. */
    private static final Map<Time, int[][]> SUNS = Map.of(
            Time.MORNING, new int[][] {{2, 0}, {2, 1}, {1, 0}, {1, 1}},
            Time.NOON, new int[][] {{0, 3}, {0, 4}, {0, 2}, {0, 5}},
            Time.EVENING, new int[][] {{2, 7}, {2, 6}, {1, 7}, {1, 6}},
            Time.NIGHT, new int[][] {{0, 1}, {0, 6}, {1, 3}, {1, 5}});

    private static final int[][] NOWHERE = new int[4][2];

    private final Map<String, CellKind> kinds = new LinkedHashMap<>();

    /** All kinds so far, in the sequence in which they came up first. */
    List<CellKind> kinds() {
        return List.copyOf(kinds.values());
    }

    /** The kind of every cell of a scene, in raster order. */
    CellKind[] cells(Scene scene) {
        CellKind[] cells = new CellKind[GRID.cells()];
        Arrays.fill(cells, 0, HILLS * COLUMNS, sky(scene.time(), scene.weather()));
        int[] sun = sun(scene);
        cells[GRID.cell(sun[0], sun[1])] = sun(scene.time(), scene.weather());
        Arrays.fill(cells, HILLS * COLUMNS, WINDOWS * COLUMNS, hill(scene.season(), scene.isNight()));
        Arrays.fill(cells, WINDOWS * COLUMNS, GRID.cells(), ground(scene.season(), scene.isNight()));
        if (scene.hasShadows()) {
            shadow(cells, scene, scene.house(), 2);
            shadow(cells, scene, treeColumn(scene), 1);
        }
        house(cells, scene);
        tree(cells, scene);
        return cells;
    }

    private static int[] sun(Scene scene) {
        return SUNS.getOrDefault(scene.time(), NOWHERE)[scene.sun()];
    }

    private static int treeColumn(Scene scene) {
        return (scene.house() + 4 + scene.tree()) % COLUMNS;
    }

    /** A thing's shadow lies below it at noon, else to the side that the sun is not on, the farther the lower the sun. */
    private void shadow(CellKind[] cells, Scene scene, int left, int width) {
        int reach = scene.time() == Time.NOON ? 0 : sun(scene)[0] > HIGH ? 2 : 1;
        int shift = scene.time() == Time.EVENING ? -1 : 1;
        int nearest = scene.time() == Time.EVENING ? left : left + width - 1;
        if (reach == 0) {
            for (int column = left; column < left + width; column++) {
                shade(cells, column, scene.season());
            }
        }
        for (int step = 0; step <= reach && reach > 0; step++) {
            shade(cells, nearest + shift * step, scene.season());
        }
    }

    private void shade(CellKind[] cells, int column, Season season) {
        if (column >= 0 && column < COLUMNS) {
            cells[GRID.cell(SHADOWS, column)] = kind("shadow " + season, () -> List.of(TilePainter.shadow(season)));
        }
    }

    private void house(CellKind[] cells, Scene scene) {
        Colour colour = scene.colour();
        boolean night = scene.isNight();
        String walls = colour + light(night);
        for (int half = 0; half < 2; half++) {
            boolean left = half == 0;
            int column = scene.house() + half;
            cells[GRID.cell(HILLS, column)] = kind(
                    (left ? "left roof " : "right roof ") + scene.season() + light(night),
                    () -> List.of(TilePainter.roof(scene.season(), night, left)));
            cells[GRID.cell(WINDOWS, column)] = kind(
                    "window " + walls,
                    () -> night
                            ? List.of(
                                    TilePainter.window(0.6, colour, true, true),
                                    TilePainter.window(0.4, colour, true, false))
                            : List.of(TilePainter.window(1, colour, false, false)));
        }
        cells[GRID.cell(DOOR, scene.house())] = kind("door " + walls, () -> List.of(TilePainter.door(colour, night)));
        cells[GRID.cell(DOOR, scene.house() + 1)] =
                kind("wall " + walls, () -> List.of(TilePainter.wall(colour, night, "wwwwwwwwwwwwbbbb")));
    }

    private void tree(CellKind[] cells, Scene scene) {
        int column = treeColumn(scene);
        Season season = scene.season();
        boolean night = scene.isNight();
        String leaves = scene.species() + " " + season + light(night);
        cells[GRID.cell(HILLS, column)] =
                kind("top of " + leaves, () -> List.of(TilePainter.crownTop(scene.species(), season, night)));
        cells[GRID.cell(WINDOWS, column)] =
                kind("middle of " + leaves, () -> List.of(TilePainter.crownBottom(scene.species(), season, night)));
        cells[GRID.cell(DOOR, column)] =
                kind("trunk " + season + light(night), () -> List.of(TilePainter.trunk(season, night)));
    }

    private CellKind sky(Time time, Weather weather) {
        return kind("sky " + time + " " + weather, () -> {
            if (weather == Weather.CLOUDY) {
                return List.of(
                        sky(0.7, time, weather, "................"), sky(0.3, time, weather, ".....cc.cccc...."));
            }
            return time == Time.NIGHT
                    ? List.of(
                            sky(0.85, time, weather, "................"),
                            sky(0.1, time, weather, "......*........."),
                            sky(0.05, time, weather, ".*.........*...."))
                    : List.of(sky(1, time, weather, "................"));
        });
    }

    private static Tile sky(double probability, Time time, Weather weather, String pattern) {
        return TilePainter.sky(probability, time, weather, pattern);
    }

    private CellKind sun(Time time, Weather weather) {
        return kind("sun " + time + " " + weather, () -> List.of(TilePainter.sun(time, weather)));
    }

    private CellKind hill(Season season, boolean night) {
        return kind("hill " + season + light(night), () -> List.of(TilePainter.hill(season, night)));
    }

    private CellKind ground(Season season, boolean night) {
        return kind(
                "ground " + season + light(night),
                () -> List.of(
                        TilePainter.ground(0.6, season, night, "................"),
                        TilePainter.ground(0.28, season, night, ".....x.x..x....."),
                        TilePainter.ground(0.12, season, night, "......o...oo....")));
    }

    private static String light(boolean night) {
        return night ? " by night" : " by day";
    }

    private CellKind kind(String name, Supplier<List<Tile>> tiles) {
        return kinds.computeIfAbsent(name, key -> new CellKind(key, tiles.get()));
    }
}
