package dev.oar.edit;

import dev.oar.config.Require;
import dev.oar.order.TokenGrid;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * In which windows an image of any size is painted by a model of one size.
 *
 * <p>A hole that fits a window is painted in one, with the hole in the middle as far as the image's border allows, if at least half of
 * what the window shows is known or the window shows the whole image. Any other is
 * painted piece by piece: each window stands where it paints most while at least half of what it shows is known, painted by earlier
 * windows if need be, or, where there is no such place, where most is known. Windows are moved by up to a cell so that the borders of
 * cells meet those of the hole, because a cell of which part is known is drawn as a whole ({@link WindowScore}).
 */
final class WindowPlan {
    /** Windows stand at multiples of this fraction of their side, and at the image's far border. */
    private static final int PLACES_PER_SIDE = 4;

    private WindowPlan() {}

    /**
     * The side of the window unless the user names one: the whole image of up to twice the model's size; of a larger one as much as
     * is twice as long as the hole, at least twice the model's size.
     *
     * @param modelSize width and height of the model's images in pixels
     */
    static int usualSide(PixelMask mask, int modelSize) {
        PixelRectangle hole = mask.bounds();
        long twiceTheHole = 2L * Math.max(hole.width(), hole.height());
        int whole = Math.max(mask.width(), mask.height());
        return (int) Math.min(whole, Math.max(2L * modelSize, twiceTheHole));
    }

    /**
     * The windows in the order they are painted.
     *
     * @param side pixels of the image that a window is wide and high; {@link #usualSide} if empty
     * @throws IllegalArgumentException if nothing is marked, or a window has fewer pixels than the grid has cells
     */
    static List<PlannedWindow> of(PixelMask mask, OptionalInt side, TokenGrid grid, int modelSize) {
        mask.requireMarked();
        int chosen = side.orElseGet(() -> usualSide(mask, modelSize));
        requireSide(chosen, mask, grid);
        List<PlannedWindow> windows = new ArrayList<>();
        PixelMask hidden = mask;
        WindowScore score = new WindowScore(mask, grid);
        while (hidden.count() > 0) {
            Window window = next(hidden, chosen, score);
            windows.add(PlannedWindow.of(window, hidden, grid));
            hidden = hidden.without(hidden.within(window));
            score.painted(window, hidden);
        }
        return windows;
    }

    /** One window around the whole image. */
    static Window whole(PixelMask mask, TokenGrid grid) {
        int side = Math.max(mask.width(), mask.height());
        requireSide(side, mask, grid);
        return new Window(
                centred(0, mask.width(), mask.width(), side), centred(0, mask.height(), mask.height(), side), side);
    }

    private static void requireSide(int side, PixelMask mask, TokenGrid grid) {
        int least = Math.max(grid.width(), grid.height());
        int longest = Math.max(mask.width(), mask.height());
        Require.that(
                longest >= least,
                "an image needs at least one pixel per cell, %s on its longer side, but has %s x %s; take a larger image",
                least,
                mask.width(),
                mask.height());
        Require.that(
                side >= least && side <= longest,
                "a window has %s to %s pixels each way, one per cell to the image's longer side, but is to have %s; name a number"
                        + " there",
                least,
                longest,
                side);
    }

    private static Window next(PixelMask hidden, int side, WindowScore score) {
        PixelRectangle hole = hidden.bounds();
        if (hole.width() <= side && hole.height() <= side) {
            Window middle = new Window(
                    centred(hole.left(), hole.width(), hidden.width(), side),
                    centred(hole.top(), hole.height(), hidden.height(), side),
                    side);
            Window aligned = score.refined(middle);
            boolean seesAll = side >= Math.max(hidden.width(), hidden.height());
            if (seesAll || score.showsHalf(aligned)) {
                return aligned;
            }
        }
        Window best = new Window(0, 0, side);
        double bestScore = Double.NEGATIVE_INFINITY;
        for (int top : places(hole.top(), hole.height(), hidden.height(), side)) {
            for (int left : places(hole.left(), hole.width(), hidden.width(), side)) {
                Window window = new Window(left, top, side);
                double value = score.of(window);
                if (value > bestScore) {
                    bestScore = value;
                    best = window;
                }
            }
        }
        return score.refined(best);
    }

    /** Where a window begins that has a hole in its middle, but stays within the image if it is not larger. */
    private static int centred(int start, int length, int image, int side) {
        if (image <= side) {
            return -((side - image) / 2);
        }
        int wanted = start - (side - length) / 2;
        return Math.max(0, Math.min(image - side, wanted));
    }

    /** Where windows may begin that show any of the hole, in ascending order. */
    private static List<Integer> places(int start, int length, int image, int side) {
        if (image <= side) {
            return List.of(-((side - image) / 2));
        }
        int step = Math.max(1, side / PLACES_PER_SIDE);
        List<Integer> places = new ArrayList<>();
        for (int at = 0; at < image - side; at += step) {
            if (at + side > start && at < start + length) {
                places.add(at);
            }
        }
        places.add(image - side);
        return places;
    }
}
