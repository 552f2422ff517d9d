package dev.oar.scene;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a picture shows: the variables of the probabilistic program, each drawn given those that cause it.
 *
 * <pre>
 * time                      0.3 morning, 0.25 noon, 0.25 evening, 0.2 night
 * sun      &lt;- time          one of four places, low in the east in the morning, high at noon, low in the west in the evening
 * weather  &lt;- time          cloudy with 0.4, 0.2, 0.3, 0.3
 * season                    0.4 summer, 0.3 autumn, 0.3 winter
 * house                     one of four columns
 * colour                    0.4 white, 0.3 red, 0.2 blue, 0.1 yellow
 * tree     &lt;- house         one of two columns beside the house
 * species                   0.6 round, 0.4 fir
 * </pre>
 *
 * <p>All else follows: the sky from time and weather, shadows from the sun (which way, how long, and none by night or under clouds), what
 * is white with snow from the season.
 *
 * @param time of day
 * @param sun which of the places of that time the sun, or the moon, stands at; 0 to 3
 * @param weather clear or cloudy
 * @param season decides ground, hills and leaves
 * @param house the column of the left half of the house, 1 to 4
 * @param colour of its walls
 * @param tree which of the two columns the tree stands in; 0 or 1
 * @param species of the tree
 */
public record Scene(
        Time time, int sun, Weather weather, Season season, int house, Colour colour, int tree, Species species) {
    private static final int SUNS = 4;
    private static final int HOUSES = 4;
    private static final int TREES = 2;
    private static final double[] SUN_SHARES = {0.4, 0.3, 0.2, 0.1};

    /** Times of day. */
    public enum Time {
        /** The sun rises on the left. */
        MORNING(0.3, 0.4),
        /** It stands high. */
        NOON(0.25, 0.2),
        /** It sets on the right. */
        EVENING(0.25, 0.3),
        /** The moon shines, and casts no shadow. */
        NIGHT(0.2, 0.3);

        private final double share;
        private final double cloudy;

        Time(double share, double cloudy) {
            this.share = share;
            this.cloudy = cloudy;
        }
    }

    /** Weathers. */
    public enum Weather {
        /** The sun casts shadows, and stars shine by night. */
        CLEAR,
        /** Neither. */
        CLOUDY
    }

    /** Seasons. */
    public enum Season {
        /** Green. */
        SUMMER(0.4),
        /** Orange leaves. */
        AUTUMN(0.3),
        /** Snow. */
        WINTER(0.3);

        private final double share;

        Season(double share) {
            this.share = share;
        }
    }

    /** Colours of walls. */
    public enum Colour {
        /** Off-white. */
        WHITE(0.4),
        /** Brick. */
        RED(0.3),
        /** Light blue. */
        BLUE(0.2),
        /** Ochre. */
        YELLOW(0.1);

        private final double share;

        Colour(double share) {
            this.share = share;
        }
    }

    /** Species of trees. */
    public enum Species {
        /** Loses its leaves. */
        ROUND(0.6),
        /** Stays green. */
        FIR(0.4);

        private final double share;

        Species(double share) {
            this.share = share;
        }
    }

    /** Checks the ranges. */
    public Scene {
        if (sun < 0 || sun >= SUNS || house < 1 || house > HOUSES || tree < 0 || tree >= TREES) {
            throw new IllegalArgumentException(
                    "a scene has its sun at one of the places 0 to 3, its house in one of the columns 1 to 4 and its"
                            + " tree at 0 or 1, but has " + sun + ", " + house + " and " + tree + "; correct it");
        }
    }

    /** All scenes, always in the same sequence. */
    public static List<Scene> all() {
        List<Scene> scenes = new ArrayList<>();
        for (Time time : Time.values()) {
            for (Weather weather : Weather.values()) {
                for (Season season : Season.values()) {
                    for (Colour colour : Colour.values()) {
                        for (Species species : Species.values()) {
                            addPlaces(scenes, time, weather, season, colour, species);
                        }
                    }
                }
            }
        }
        return scenes;
    }

    private static void addPlaces(
            List<Scene> scenes, Time time, Weather weather, Season season, Colour colour, Species species) {
        for (int sun = 0; sun < SUNS; sun++) {
            for (int house = 1; house <= HOUSES; house++) {
                for (int tree = 0; tree < TREES; tree++) {
                    scenes.add(new Scene(time, sun, weather, season, house, colour, tree, species));
                }
            }
        }
    }

    /** How often the program draws this scene; over all scenes these add up to 1. */
    public double probability() {
        double ofWeather = weather == Weather.CLOUDY ? time.cloudy : 1 - time.cloudy;
        return time.share * SUN_SHARES[sun] * ofWeather * season.share / HOUSES * colour.share / TREES * species.share;
    }

    /** Whether it is dark. */
    boolean isNight() {
        return time == Time.NIGHT;
    }

    /** Whether things cast shadows. */
    boolean hasShadows() {
        return !isNight() && weather == Weather.CLEAR;
    }

    /** The variables by name, for tables. */
    public Map<String, String> attributes() {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("time", word(time));
        attributes.put("weather", word(weather));
        attributes.put("season", word(season));
        attributes.put("sun", "place-" + sun);
        attributes.put("house", "column-" + house);
        attributes.put("colour", word(colour));
        attributes.put("tree", tree == 0 ? "near" : "far");
        attributes.put("species", word(species));
        return attributes;
    }

    /** The scene as a caption. */
    public String caption() {
        return "a " + word(colour) + " house and a " + (species == Species.FIR ? "fir" : "round tree") + " on a "
                + word(weather) + " " + word(season) + " " + word(time);
    }

    /** The word of a value of a variable. */
    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
