package dev.oar.image;

import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;

/**
 * Pictures of generation orders: each cell of the grid in the colour of its rank, <strong>earliest brightest</strong>
 * (yellow), latest darkest (violet).
 */
public final class OrderHeatMap {
    private static final int BACKGROUND = 0xFFFFFF;
    private static final int TEXT = 0x333333;
    private static final int MARGIN = 6;
    private static final int LEGEND_WIDTH = 8;

    private OrderHeatMap() {}

    /**
     * The ranks that the brightest and the darkest colour stand for. Maps that are to be compared need one scale.
     *
     * @param earliest the rank drawn brightest
     * @param latest the rank drawn darkest, not below the earliest; equal ranks are all drawn in the middle colour
     */
    public record RankScale(double earliest, double latest) {
        /** Checks the bounds. */
        public RankScale {
            if (!(earliest <= latest)) {
                throw new IllegalArgumentException(
                        "a scale of ranks needs an earliest rank up to its latest, but goes from " + earliest + " to "
                                + latest + "; swap them");
            }
        }

        /** All ranks of single orders of a grid: 0 to the number of cells less 1. */
        public static RankScale full(TokenGrid grid) {
            return new RankScale(0, grid.cells() - 1.0);
        }

        /** From the earliest to the latest rank that any of the maps holds. */
        public static RankScale covering(Collection<double[]> maps) {
            double[] all = maps.stream().flatMapToDouble(Arrays::stream).toArray();
            if (all.length == 0) {
                throw new IllegalArgumentException("a scale of ranks needs at least one map; give one or more");
            }
            return new RankScale(
                    Arrays.stream(all).min().orElseThrow(),
                    Arrays.stream(all).max().orElseThrow());
        }

        private int colour(double rank) {
            double range = latest - earliest;
            return ColourRamp.at(range == 0 ? 0.5 : (latest - rank) / range);
        }
    }

    /**
     * The mean rank of each cell over some orders: 0 where a cell is always filled first.
     *
     * @param orders at least one, all of the same length
     */
    public static double[] meanRanks(Collection<GenerationOrder> orders) {
        if (orders.isEmpty()) {
            throw new IllegalArgumentException("mean ranks need at least one order; extract or draw some first");
        }
        int cells = orders.iterator().next().length();
        double[] means = new double[cells];
        for (GenerationOrder order : orders) {
            if (order.length() != cells) {
                throw new IllegalArgumentException("mean ranks need orders of one length, but some have " + cells
                        + " cells and some " + order.length() + "; use orders of one grid");
            }
            for (int step = 0; step < cells; step++) {
                means[order.cellAt(step)] += (double) step / orders.size();
            }
        }
        return means;
    }

    /** The ranks of one order as a map: cell to step. */
    public static double[] ranks(GenerationOrder order) {
        return Arrays.stream(order.inverse()).asDoubleStream().toArray();
    }

    /**
     * A bare map without text: {@code cellSize x cellSize} pixels per cell.
     *
     * @param ranks one (mean) rank per cell
     */
    public static RgbImage map(double[] ranks, TokenGrid grid, RankScale scale, int cellSize) {
        Pixels pixels = new Pixels(
                Math.multiplyExact(grid.width(), cellSize), Math.multiplyExact(grid.height(), cellSize), BACKGROUND);
        drawMap(pixels, ranks, grid, scale, cellSize, 0, 0);
        return pixels.toImage();
    }

    /**
     * Maps side by side in one scale, each with its name below, and a legend at the right with the steps, counted
     * from 1, of the brightest and the darkest colour.
     *
     * @param maps name to (mean) rank per cell, in the order in which they are to stand
     * @param cellSize pixels per cell and axis, at least 1
     */
    public static RgbImage row(Map<String, double[]> maps, TokenGrid grid, RankScale scale, int cellSize) {
        if (maps.isEmpty()) {
            throw new IllegalArgumentException("a row of order maps needs at least one map; give one or more");
        }
        int mapWidth = grid.width() * cellSize;
        int mapHeight = grid.height() * cellSize;
        int textScale = mapWidth >= 160 ? 2 : 1;
        String first = step(scale.earliest(), scale);
        String last = step(scale.latest(), scale);
        int legend = LEGEND_WIDTH + 3 + textScale * Math.max(BitmapFont.width(first), BitmapFont.width(last));
        int captionTop = MARGIN + mapHeight + 3;
        int textHeight = BitmapFont.HEIGHT * textScale;
        Pixels pixels = new Pixels(
                Math.addExact(2 * MARGIN + legend, Math.multiplyExact(maps.size(), mapWidth + MARGIN)),
                captionTop + textHeight + MARGIN,
                BACKGROUND);
        int left = MARGIN;
        for (Map.Entry<String, double[]> map : maps.entrySet()) {
            drawMap(pixels, map.getValue(), grid, scale, cellSize, left, MARGIN);
            String name = BitmapFont.fitting(map.getKey(), mapWidth / textScale);
            BitmapFont.draw(pixels, name, left, captionTop, textScale, TEXT);
            left += mapWidth + MARGIN;
        }
        for (int row = 0; row < mapHeight; row++) {
            int colour = ColourRamp.at(1 - row / Math.max(1.0, mapHeight - 1));
            pixels.fill(left, MARGIN + row, LEGEND_WIDTH, 1, colour);
        }
        BitmapFont.draw(pixels, first, left + LEGEND_WIDTH + 3, MARGIN, textScale, TEXT);
        // Digits stand on the base line, two rows above the lower edge of their line.
        int lastTop = MARGIN + mapHeight - (BitmapFont.HEIGHT - 2) * textScale;
        BitmapFont.draw(
                pixels, last, left + LEGEND_WIDTH + 3, Math.max(lastTop, captionTop - textHeight), textScale, TEXT);
        return pixels.toImage();
    }

    /**
     * An image under its order: every cell is framed in the colour of its rank and carries its step number, counted from
     * 1, where it is large enough.
     *
     * @param image sides divisible by the grid's
     * @param scale pixels of the result per pixel of the image and axis, at least 1
     */
    public static RgbImage overlay(RgbImage image, GenerationOrder order, TokenGrid grid, int scale) {
        order.requireGrid(grid);
        if (image.width() % grid.width() != 0 || image.height() % grid.height() != 0) {
            throw new IllegalArgumentException("an image under an order needs sides divisible by the grid's, but has "
                    + image.width() + " x " + image.height() + " pixels on " + grid.width() + " x " + grid.height()
                    + " cells; use the grid of this image's tokenizer");
        }
        Pixels pixels = new Pixels(Math.multiplyExact(image.width(), scale), image.height() * scale, BACKGROUND);
        pixels.draw(image, 0, 0, scale);
        int width = pixels.width / grid.width();
        int height = pixels.height / grid.height();
        RankScale ranks = RankScale.full(grid);
        for (int step = 0; step < order.length(); step++) {
            int cell = order.cellAt(step);
            int left = grid.column(cell) * width;
            int top = grid.row(cell) * height;
            int colour = ranks.colour(step);
            frame(pixels, left, top, width, height, colour);
            String number = Integer.toString(step + 1);
            if (BitmapFont.width(number) + 6 <= width && BitmapFont.HEIGHT + 4 <= height) {
                label(pixels, number, left + 1, top + 1, colour);
            }
        }
        return pixels.toImage();
    }

    private static void drawMap(
            Pixels pixels, double[] ranks, TokenGrid grid, RankScale scale, int cellSize, int left, int top) {
        if (ranks.length != grid.cells()) {
            throw new IllegalArgumentException("an order map needs one rank per cell, but has " + ranks.length
                    + " ranks for " + grid.cells() + " cells; use the grid of these orders");
        }
        for (int cell = 0; cell < ranks.length; cell++) {
            int x = left + grid.column(cell) * cellSize;
            int y = top + grid.row(cell) * cellSize;
            pixels.fill(x, y, cellSize, cellSize, scale.colour(ranks[cell]));
        }
    }

    private static void frame(Pixels pixels, int left, int top, int width, int height, int colour) {
        pixels.fill(left, top, width, 1, colour);
        pixels.fill(left, top + height - 1, width, 1, colour);
        pixels.fill(left, top, 1, height, colour);
        pixels.fill(left + width - 1, top, 1, height, colour);
    }

    private static void label(Pixels pixels, String number, int left, int top, int colour) {
        pixels.fill(left, top, BitmapFont.width(number) + 3, BitmapFont.HEIGHT, colour);
        int green = colour >> 8 & 255;
        BitmapFont.draw(pixels, number, left + 1, top + 1, 1, green > 120 ? 0x111111 : 0xFFFFFF);
    }

    /** A rank as the number of its step counted from 1. */
    private static String step(double rank, RankScale scale) {
        String format = scale.latest() - scale.earliest() < 10 ? "%.1f" : "%.0f";
        return String.format(Locale.ROOT, format, rank + 1);
    }
}
