package dev.oar.scene;

import dev.oar.scene.CellKind.Tile;
import dev.oar.scene.Scene.Colour;
import dev.oar.scene.Scene.Season;
import dev.oar.scene.Scene.Species;
import dev.oar.scene.Scene.Time;
import dev.oar.scene.Scene.Weather;
import java.util.Map;

/** Paints the tiles: four rows of letters, each letter a colour that depends on season, time and weather. */
final class TilePainter {
    private static final double DARKNESS = 0.42;

    private static final Map<Time, Integer> SKIES = Map.of(
            Time.MORNING, 0xF6D9B8,
            Time.NOON, 0x7CC4F8,
            Time.EVENING, 0xF0875A,
            Time.NIGHT, 0x182050);
    private static final Map<Time, Integer> CLOUDY_SKIES = Map.of(
            Time.MORNING, 0xCFC4B8,
            Time.NOON, 0xA3B4C2,
            Time.EVENING, 0xA87A72,
            Time.NIGHT, 0x2E3344);
    private static final Map<Time, Integer> SUNS = Map.of(
            Time.MORNING, 0xFFC93C,
            Time.NOON, 0xFFF27A,
            Time.EVENING, 0xC8321E,
            Time.NIGHT, 0xF4F1DC);
    private static final Map<Season, Integer> GROUNDS =
            Map.of(Season.SUMMER, 0x6FB544, Season.AUTUMN, 0xB9A24B, Season.WINTER, 0xEEF2F6);
    private static final Map<Season, Integer> DETAILS =
            Map.of(Season.SUMMER, 0xE8413C, Season.AUTUMN, 0xD9701E, Season.WINTER, 0x8C7A66);
    private static final Map<Season, Integer> HILLS =
            Map.of(Season.SUMMER, 0x3F7F4A, Season.AUTUMN, 0x8A6A3A, Season.WINTER, 0xB4C2D2);
    private static final Map<Season, Integer> LEAVES =
            Map.of(Season.SUMMER, 0x2F9A3A, Season.AUTUMN, 0xE07B1F, Season.WINTER, 0xF7F9FC);
    private static final Map<Colour, Integer> WALLS =
            Map.of(Colour.WHITE, 0xF3EBDD, Colour.RED, 0xB9453A, Colour.BLUE, 0x5B84C4, Colour.YELLOW, 0xE3B341);
    private static final int FIR_GREEN = 0x1E5B3A;
    private static final int SNOW = 0xFFFFFF;
    private static final int ROOF = 0x7A2E22;
    private static final int WOOD = 0x5F4128;
    private static final int DOOR = 0x3B2A20;
    private static final int GLASS = 0xBFE3F0;
    private static final int DARK_GLASS = 0x10131F;
    private static final int LAMP = 0xFFE26B;

    private TilePainter() {}

    static Tile sky(double probability, Time time, Weather weather, String pattern) {
        int sky = sky(time, weather);
        int cloud = mixed(sky, 0xFFFFFF, time == Time.NIGHT ? 0.25 : 0.6);
        return tile(probability, pattern, Map.of('.', sky, 'c', cloud, '*', 0xFFFFFF));
    }

    static Tile sun(Time time, Weather weather) {
        int sky = sky(time, weather);
        int sun = weather == Weather.CLEAR
                ? SUNS.getOrDefault(time, SNOW)
                : mixed(SUNS.getOrDefault(time, SNOW), sky, 0.45);
        return tile(1, time == Time.NIGHT ? ".ss.ss..ss...ss." : ".ss.ssssssss.ss.", Map.of('.', sky, 's', sun));
    }

    static Tile ground(double probability, Season season, boolean night, String pattern) {
        int ground = lit(GROUNDS.getOrDefault(season, 0), night);
        int detail = lit(DETAILS.getOrDefault(season, 0), night);
        return tile(probability, pattern, Map.of('.', ground, 'x', mixed(ground, 0, 0.25), 'o', detail));
    }

    static Tile shadow(Season season) {
        int shade = mixed(GROUNDS.getOrDefault(season, 0), 0x1B2740, 0.55);
        return tile(1, "................", Map.of('.', shade));
    }

    static Tile hill(Season season, boolean night) {
        int hill = hillColour(season, night);
        return tile(1, "............^...", Map.of('.', hill, '^', mixed(hill, 0, 0.12)));
    }

    static Tile roof(Season season, boolean night, boolean left) {
        int roof = lit(ROOF, night);
        int edge = season == Season.WINTER ? lit(SNOW, night) : mixed(roof, 0xFFFFFF, 0.15);
        String pattern = "...e..er.errerrr";
        return tile(
                1, left ? pattern : mirrored(pattern), Map.of('.', hillColour(season, night), 'r', roof, 'e', edge));
    }

    static Tile window(double probability, Colour colour, boolean night, boolean lamp) {
        int glass = night ? DARK_GLASS : GLASS;
        return tile(probability, "wwwwwggwwggwwwww", Map.of('w', wall(colour, night), 'g', lamp ? LAMP : glass));
    }

    static Tile door(Colour colour, boolean night) {
        return tile(1, "wwwwwddwwddwwddw", Map.of('w', wall(colour, night), 'd', lit(DOOR, night)));
    }

    static Tile wall(Colour colour, boolean night, String pattern) {
        int wall = wall(colour, night);
        return tile(1, pattern, Map.of('w', wall, 'b', mixed(wall, 0, 0.35)));
    }

    static Tile crownTop(Species species, Season season, boolean night) {
        String pattern = species == Species.FIR ? "..l..ll..ll.llll" : ".ll.llllllllllll";
        return tile(1, pattern, Map.of('.', hillColour(season, night), 'l', leaves(species, season, night)));
    }

    static Tile crownBottom(Species species, Season season, boolean night) {
        String pattern = species == Species.FIR ? ".ll.llll.ll.llll" : "llllllll.ll..tt.";
        return tile(
                1,
                pattern,
                Map.of(
                        '.',
                        lit(GROUNDS.getOrDefault(season, 0), night),
                        'l',
                        leaves(species, season, night),
                        't',
                        lit(WOOD, night)));
    }

    static Tile trunk(Season season, boolean night) {
        return tile(
                1, ".tt..tt..tt..tt.", Map.of('.', lit(GROUNDS.getOrDefault(season, 0), night), 't', lit(WOOD, night)));
    }

    private static int sky(Time time, Weather weather) {
        return (weather == Weather.CLEAR ? SKIES : CLOUDY_SKIES).getOrDefault(time, 0);
    }

    private static int hillColour(Season season, boolean night) {
        return lit(HILLS.getOrDefault(season, 0), night);
    }

    private static int wall(Colour colour, boolean night) {
        return lit(WALLS.getOrDefault(colour, 0), night);
    }

    private static int leaves(Species species, Season season, boolean night) {
        return lit(species == Species.FIR ? FIR_GREEN : LEAVES.getOrDefault(season, 0), night);
    }

    private static int lit(int colour, boolean night) {
        return night ? mixed(colour, 0x0A1030, 1 - DARKNESS) : colour;
    }

    /** A colour and a share of another one. */
    private static int mixed(int colour, int other, double share) {
        int mixed = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            long part = Math.round((colour >> shift & 255) * (1 - share) + (other >> shift & 255) * share);
            mixed |= (int) part << shift;
        }
        return mixed;
    }

    private static String mirrored(String pattern) {
        StringBuilder mirrored = new StringBuilder();
        for (int row = 0; row < Tile.SIDE; row++) {
            mirrored.append(new StringBuilder(pattern.substring(row * Tile.SIDE, (row + 1) * Tile.SIDE)).reverse());
        }
        return mirrored.toString();
    }

    private static Tile tile(double probability, String pattern, Map<Character, Integer> colours) {
        return new Tile(
                probability,
                pattern.chars()
                        .map(letter -> colours.getOrDefault((char) letter, 0))
                        .toArray());
    }
}
