package dev.oar.edit;

import dev.oar.order.TokenGrid;
import java.util.function.IntFunction;

/** How good a place a window has for painting what is hidden, from sums over rows and columns within the bounds of the mask. */
final class WindowScore {
    private final PixelMask hidden;
    private final TokenGrid grid;
    private final PixelRectangle bounds;
    private final int[] sums;

    WindowScore(PixelMask hidden, TokenGrid grid) {
        this.hidden = hidden;
        this.grid = grid;
        this.bounds = hidden.bounds();
        int stride = bounds.width() + 1;
        this.sums = new int[stride * (bounds.height() + 1)];
        for (int y = 1; y <= bounds.height(); y++) {
            int row = 0;
            for (int x = 1; x <= bounds.width(); x++) {
                row += hidden.marks(bounds.left() + x - 1, bounds.top() + y - 1) ? 1 : 0;
                sums[y * stride + x] = sums[(y - 1) * stride + x] + row;
            }
        }
    }

    /**
     * The score of a window: the pixels it paints less the known pixels of the cells that it draws for them, which it cannot show the
     * model. Where it draws more than half of what it shows, that is worse than anywhere else, and the worse the more it draws; where it
     * paints nothing, the score is minus infinity.
     */
    double of(Window window) {
        long painted = painted(window);
        if (painted == 0) {
            return Double.NEGATIVE_INFINITY;
        }
        long drawn = drawn(window);
        long shown = shown(window);
        if (2 * drawn <= shown) {
            return painted - (double) (drawn - painted);
        }
        return -(double) shown - (double) drawn / shown;
    }

    /** Whether at least half of the pixels of the image that a window shows are known and shown to the model. */
    boolean showsHalf(Window window) {
        return 2 * drawn(window) <= shown(window);
    }

    private long shown(Window window) {
        return inside(window.left(), window.left() + window.side(), hidden.width())
                * inside(window.top(), window.top() + window.side(), hidden.height());
    }

    private long drawn(Window window) {
        long drawn = 0;
        for (int cell = 0; cell < grid.cells(); cell++) {
            Window.PixelBox box = window.box(grid, cell);
            if (count(box.left(), box.top(), box.right(), box.bottom()) > 0) {
                drawn += inside(box.left(), box.right(), hidden.width())
                        * inside(box.top(), box.bottom(), hidden.height());
            }
        }
        return drawn;
    }

    /**
     * The best window up to a cell away from one, along rows first and then along columns; the one itself if none is better. It stays
     * within the image or around it, whichever is larger, and paints what the one paints.
     */
    Window refined(Window window) {
        Window across = refined(
                window,
                window.left(),
                hidden.width(),
                grid.width(),
                left -> new Window(left, window.top(), window.side()));
        return refined(
                across,
                window.top(),
                hidden.height(),
                grid.height(),
                top -> new Window(across.left(), top, window.side()));
    }

    private Window refined(Window from, int at, int image, int cells, IntFunction<Window> moved) {
        int first = Math.min(0, image - from.side());
        int last = Math.max(0, image - from.side());
        int cell = (from.side() + cells - 1) / cells;
        Window best = from;
        double bestScore = of(from);
        for (int distance = 1; distance <= cell; distance++) {
            for (int to : new int[] {at - distance, at + distance}) {
                Window window = moved.apply(to);
                double score = to >= first && to <= last ? of(window) : Double.NEGATIVE_INFINITY;
                if (score > bestScore && painted(window) >= painted(from)) {
                    best = window;
                    bestScore = score;
                }
            }
        }
        return best;
    }

    private long painted(Window window) {
        return count(window.left(), window.top(), window.left() + window.side(), window.top() + window.side());
    }

    private static long inside(int start, int end, int image) {
        return Math.max(0, Math.min(image, end) - Math.max(0, start));
    }

    /** The number of hidden pixels from {@code left, top} to before {@code right, bottom}. */
    private long count(int left, int top, int right, int bottom) {
        int stride = bounds.width() + 1;
        int fromX = clamp(left - bounds.left(), bounds.width());
        int toX = clamp(right - bounds.left(), bounds.width());
        int fromY = clamp(top - bounds.top(), bounds.height());
        int toY = clamp(bottom - bounds.top(), bounds.height());
        return (long) sums[toY * stride + toX]
                - sums[fromY * stride + toX]
                - sums[toY * stride + fromX]
                + sums[fromY * stride + fromX];
    }

    private static int clamp(int at, int end) {
        return Math.max(0, Math.min(end, at));
    }
}
