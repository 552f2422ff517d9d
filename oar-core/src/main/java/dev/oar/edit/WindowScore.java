package dev.oar.edit;

import dev.oar.order.TokenGrid;
import java.util.function.IntFunction;

/** How good a place a window has for painting what is hidden, from sums over the rows of its mask. */
final class WindowScore {
    private final int width;
    private final int height;
    private final TokenGrid grid;

    /** For each row, how many pixels before each column are hidden. */
    private final int[] before;

    WindowScore(PixelMask hidden, TokenGrid grid) {
        this.width = hidden.width();
        this.height = hidden.height();
        this.grid = grid;
        this.before = new int[Math.multiplyExact(width + 1, height)];
        count(hidden, 0, height);
    }

    /** Takes note that a window was painted. */
    void painted(Window window, PixelMask hidden) {
        count(hidden, Math.max(0, window.top()), Math.min(height, window.top() + window.side()));
    }

    private void count(PixelMask hidden, int firstRow, int endRow) {
        for (int y = firstRow; y < endRow; y++) {
            int at = y * (width + 1);
            for (int x = 0; x < width; x++) {
                before[at + x + 1] = before[at + x] + (hidden.marks(x, y) ? 1 : 0);
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
        return inside(window.left(), window.left() + window.side(), width)
                * inside(window.top(), window.top() + window.side(), height);
    }

    private long drawn(Window window) {
        long drawn = 0;
        for (int cell = 0; cell < grid.cells(); cell++) {
            Window.PixelBox box = window.box(grid, cell);
            if (count(box.left(), box.top(), box.right(), box.bottom()) > 0) {
                drawn += inside(box.left(), box.right(), width) * inside(box.top(), box.bottom(), height);
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
                window, window.left(), width, grid.width(), left -> new Window(left, window.top(), window.side()));
        return refined(
                across, window.top(), height, grid.height(), top -> new Window(across.left(), top, window.side()));
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
        int from = Math.max(0, Math.min(width, left));
        int to = Math.max(0, Math.min(width, right));
        long count = 0;
        for (int y = Math.max(0, top); y < Math.min(height, bottom); y++) {
            int at = y * (width + 1);
            count += before[at + to] - before[at + from];
        }
        return count;
    }
}
