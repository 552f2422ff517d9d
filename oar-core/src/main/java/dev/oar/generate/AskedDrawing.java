package dev.oar.generate;

import dev.oar.artifact.Arm;
import dev.oar.config.KnownKinds;
import dev.oar.config.RecordTexts;
import dev.oar.config.Require;
import dev.oar.model.TrainedOrders;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A drawing as users ask for it, text by key: the options of the command line and the fields of the server's requests. Keys are those of
 * a recipe's drawing, with three that are shorter than there: {@code steps} is understood by every order, {@code shortlist} is two numbers
 * such as {@code 16,8}, {@code remasking} two such as {@code 0.1,1}. What is left out has its usual value for what is drawn.
 */
public final class AskedDrawing {
    private static final double ORDER_NOISE = 1;
    private static final String DYNAMIC = KnownKinds.name(DrawingOrder.Dynamic.class);
    private static final String RASTER = KnownKinds.name(DrawingOrder.Raster.class);
    private static final String RANDOM = KnownKinds.name(DrawingOrder.UniformRandom.class);

    /** Kinds that are not chosen by their word, but by what they hold. */
    private static final Set<String> WITHOUT_WORD =
            Set.of(KnownKinds.name(DrawingOrder.FromFile.class), KnownKinds.name(DrawingOrder.Given.class));

    private final Map<String, String> asked;
    private final UnaryOperator<String> name;

    private AskedDrawing(Map<String, String> asked, UnaryOperator<String> name) {
        this.asked = asked;
        this.name = name;
    }

    /**
     * What holds where nothing was asked for.
     *
     * @param cells cells of one image
     * @param order the word of the order
     * @param trained the orders that the model was trained for
     * @param orderNoise the noise on an order that has some
     */
    public record Usual(int cells, String order, TrainedOrders trained, double orderNoise) {
        /** Of whole images: an arm draws in the orders that it was trained for, which was measured to be best. */
        public static Usual ofImages(int cells, Arm arm, TrainedOrders trained) {
            String order = switch (arm) {
                case SPECIALISED -> DYNAMIC;
                case ANY_ORDER, CONTROL -> RANDOM;
                case RASTER -> RASTER;
            };
            return new Usual(cells, order, trained, ORDER_NOISE);
        }

        /**
         * Of images on a larger grid, which are drawn in an order known beforehand.
         *
         * @param cells cells of the larger grid
         */
        public static Usual enlarged(int cells, TrainedOrders trained) {
            return new Usual(cells, RANDOM, trained, ORDER_NOISE);
        }

        /** Of holes, in which dynamic orders are greedy. */
        public static Usual ofHoles(int cells, TrainedOrders trained) {
            return new Usual(cells, trained == TrainedOrders.RASTER ? RASTER : DYNAMIC, trained, 0);
        }
    }

    /** The words that an order is asked for by; orders that stand in files or are given cell by cell have none. */
    public static Set<String> orders() {
        Set<String> words = new LinkedHashSet<>(KnownKinds.names(DrawingOrder.class));
        words.removeAll(WITHOUT_WORD);
        return words;
    }

    /**
     * Reads what was asked for.
     *
     * @param asked texts by key; an order from a file is {@code file} and has a {@code path}
     * @param name what users call a key, such as {@code --steps} for {@code steps}
     * @throws IllegalArgumentException if it is beyond the model or no pair of numbers where one is needed
     * @throws dev.oar.config.ConfigException if it contradicts itself or holds what is no drawing's
     */
    public static Drawing read(Map<String, String> asked, Usual usual, UnaryOperator<String> name) {
        return new AskedDrawing(asked, name).read(usual);
    }

    private Drawing read(Usual usual) {
        String order = asked.getOrDefault("order", usual.order());
        Optional<String> steps = Optional.ofNullable(asked.get("steps"));
        requireTrained(usual.trained(), order, steps);
        Map<String, String> texts = new LinkedHashMap<>(asked);
        texts.put("order", order);
        texts.remove("steps");
        if (steps.isPresent()) {
            putSteps(texts, order, steps.get(), usual.cells());
        }
        replacePair(texts, "shortlist", "16,8", "cells", "rescore-every");
        replacePair(texts, "remasking", "0.1,1", "share", "sweeps");
        if (keys(order).contains("order-noise")) {
            texts.putIfAbsent("order-noise", Double.toString(usual.orderNoise()));
        }
        return RecordTexts.read("the options", texts, Drawing.class);
    }

    private void requireTrained(TrainedOrders trained, String order, Optional<String> steps) {
        Require.that(
                trained != TrainedOrders.RASTER || order.equals(RASTER) && steps.isEmpty(),
                "this model was trained for raster order only and draws one cell a step, but was asked for %s %s%s; leave %s and %s"
                        + " out, or choose an any-order model",
                name.apply("order"),
                asked.containsKey("path") ? asked.get("path") : order,
                steps.map(given -> " in " + given + " steps").orElse(""),
                name.apply("order"),
                name.apply("steps"));
    }

    /** The steps, as the order counts them. */
    private void putSteps(Map<String, String> texts, String order, String given, int cells) {
        int steps = given.matches("\\d{1,9}") ? Integer.parseInt(given) : 0;
        Require.that(
                steps >= 1 && steps <= cells,
                "%s must lie in 1 .. %s, the cells of an image, but is %s",
                name.apply("steps"),
                cells,
                given);
        if (keys(order).contains("cells-per-step")) {
            texts.put("cells-per-step", Integer.toString((cells + steps - 1) / steps));
        } else {
            texts.put("steps", Integer.toString(steps));
        }
    }

    /** The keys of an order; of one that is not known none, and reading it says so. */
    private static Set<String> keys(String order) {
        return KnownKinds.names(DrawingOrder.class).contains(order)
                ? KnownKinds.keys(DrawingOrder.class, order)
                : Set.of();
    }

    /** Puts the text of a record in place of two numbers with a comma between. */
    private void replacePair(Map<String, String> texts, String key, String example, String first, String second) {
        String given = texts.get(key);
        if (given == null) {
            return;
        }
        String[] numbers = given.split(",", -1);
        Require.that(
                numbers.length == 2, "%s must be two numbers such as %s, but is '%s'", name.apply(key), example, given);
        texts.put(key, first + " " + numbers[0] + " " + second + " " + numbers[1]);
    }
}
