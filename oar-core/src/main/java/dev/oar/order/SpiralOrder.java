package dev.oar.order;

/** The orders along a spiral between the top left corner and the middle of a grid. */
public final class SpiralOrder {
    private SpiralOrder() {}

    /** Clockwise from the top left corner to the middle. */
    public static GenerationOrder inwards(TokenGrid grid) {
        int[] order = new int[grid.cells()];
        int next = 0;
        int top = 0;
        int left = 0;
        int bottom = grid.height() - 1;
        int right = grid.width() - 1;
        while (top <= bottom && left <= right) {
            for (int column = left; column <= right; column++) {
                order[next++] = grid.cell(top, column);
            }
            for (int row = top + 1; row <= bottom; row++) {
                order[next++] = grid.cell(row, right);
            }
            for (int column = right - 1; top < bottom && column >= left; column--) {
                order[next++] = grid.cell(bottom, column);
            }
            for (int row = bottom - 1; left < right && row > top; row--) {
                order[next++] = grid.cell(row, left);
            }
            top++;
            left++;
            bottom--;
            right--;
        }
        return GenerationOrder.of(order);
    }

    /** From the middle to the top left corner: {@link #inwards} in reverse, and so counterclockwise. */
    public static GenerationOrder outwards(TokenGrid grid) {
        return inwards(grid).reversed();
    }
}
