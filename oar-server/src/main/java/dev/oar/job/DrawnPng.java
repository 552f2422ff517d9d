package dev.oar.job;

import dev.oar.generate.ImageOrigin;
import dev.oar.image.PngFile;
import dev.oar.message.PngInfo;
import dev.oar.order.TokenGrid;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a drawn PNG tells of its making. */
public final class DrawnPng {
    private static final String FINGERPRINT = "sha256 ";

    private static final String ENLARGEMENT = "enlargement";

    /** Keys that are no options of the same name, or have none. */
    private static final Set<String> OTHERWISE = Set.of(
            "edit",
            "seed",
            "index",
            "windows",
            "order",
            "order-cells",
            "cells-per-step",
            "steps",
            "shortlist",
            "remasking",
            "margins",
            ENLARGEMENT);

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./,:=@%+-]+");
    private static final Pattern NUMBERS = Pattern.compile("\\S+ (\\S+) \\S+ (\\S+)");

    private static final Pattern LARGER = Pattern.compile("factor (\\d{1,4}) spatial-guidance-scale (\\S+) .*");

    private DrawnPng() {}

    /**
     * Reads it.
     *
     * @param name what to call it in errors
     * @param png all bytes of the file
     * @param grids the cells of an image of a model, by the model's name, as far as that is known
     * @throws IOException in one sentence, if it is none, or tells nothing
     */
    public static PngInfo read(String name, byte[] png, Function<String, Optional<TokenGrid>> grids)
            throws IOException {
        Map<String, String> texts = ImageOrigin.texts(name, PngFile.text(name, png));
        return new PngInfo(texts, command(texts, grids.apply(texts.getOrDefault("model", ""))));
    }

    /**
     * The command that makes an image; where it needs what the image does not hold (an image, a mask, a file with an order, the steps or
     * the grid of a model that is not known here), a word in capitals stands.
     */
    private static String command(Map<String, String> texts, Optional<TokenGrid> grid) {
        String edit = texts.getOrDefault("edit", "generate");
        Map<String, String> options = new LinkedHashMap<>();
        if (!edit.equals("generate")) {
            options.put("image", "IMAGE");
        }
        if (texts.containsKey("sha256 mask") && !texts.containsKey("margins")) {
            options.put("mask", "MASK");
        }
        texts.forEach((key, value) -> {
            boolean none = key.equals("class") && value.equals("none") && !edit.equals("generate");
            if (!OTHERWISE.contains(key) && !key.startsWith(FINGERPRINT) && !none) {
                options.put(key, value);
            }
        });
        options.put("seed", texts.getOrDefault("seed", "0"));
        options.put("first-index", texts.getOrDefault("index", "0"));
        putMargins(options, texts);
        putOrder(options, texts, grid);
        putGrid(options, texts, grid);
        StringBuilder command = new StringBuilder("oar ").append(edit);
        options.forEach(
                (key, value) -> command.append(" --").append(key).append(' ').append(quoted(value)));
        return command.append(" --out DIR").toString();
    }

    private static void putMargins(Map<String, String> options, Map<String, String> texts) {
        String[] margins = texts.getOrDefault("margins", "").split(",", -1);
        List<String> sides = List.of("left", "right", "top", "bottom");
        for (int side = 0; margins.length == sides.size() && side < sides.size(); side++) {
            options.put(sides.get(side), margins[side]);
        }
    }

    private static void putOrder(Map<String, String> options, Map<String, String> texts, Optional<TokenGrid> grid) {
        String order = texts.getOrDefault("order", "");
        if (!order.isEmpty()) {
            options.put("order", order.equals("given") ? "ORDER-FILE" : order);
        }
        String steps = texts.getOrDefault("steps", "0");
        if (!steps.equals("0")) {
            options.put("steps", steps);
        }
        int cellsPerStep = Integer.parseInt(texts.getOrDefault("cells-per-step", "1"));
        if (cellsPerStep > 1) {
            options.put(
                    "steps",
                    grid.map(cells -> steps(cells.cells(), cellsPerStep)).orElse("STEPS"));
        }
        putPair(options, texts, "shortlist");
        putPair(options, texts, "remasking");
    }

    /** The steps in which so many cells are filled at a time. */
    private static String steps(int cells, int cellsPerStep) {
        return Integer.toString((cells + cellsPerStep - 1) / cellsPerStep);
    }

    /** A larger grid is told by how many times it is as high and wide. */
    private static void putGrid(Map<String, String> options, Map<String, String> texts, Optional<TokenGrid> grid) {
        Matcher larger = LARGER.matcher(texts.getOrDefault(ENLARGEMENT, ""));
        if (larger.matches()) {
            int factor = Integer.parseInt(larger.group(1));
            options.put(
                    "grid",
                    grid.map(own -> factor * own.height() + "x" + factor * own.width())
                            .orElse("GRID"));
            options.put("spatial-guidance-scale", larger.group(2));
        }
    }

    /** Two numbers stand with their keys in pictures, and with a comma between on the command line. */
    private static void putPair(Map<String, String> options, Map<String, String> texts, String key) {
        Matcher numbers = NUMBERS.matcher(texts.getOrDefault(key, ""));
        if (numbers.matches()) {
            options.put(key, numbers.group(1) + "," + numbers.group(2));
        }
    }

    /** A word as a shell takes it. */
    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
