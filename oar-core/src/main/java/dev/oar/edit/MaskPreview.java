package dev.oar.edit;

import dev.oar.image.ContactSheet;
import dev.oar.image.Rgb;
import dev.oar.image.RgbImage;
import dev.oar.order.TokenGrid;
import java.util.BitSet;

/** A picture of what an edit would draw: marked pixels red, the rest of the cells they touch blue, with the borders of cells. */
public final class MaskPreview {
    private static final int LONG_SIDE = 512;
    private static final int[] MARKED = {214, 39, 40};
    private static final int[] TOUCHED = {31, 119, 180};
    private static final int[] BORDER = {90, 90, 90};

    private final EditRequest request;
    private final TokenGrid grid;
    private final RgbImage image;
    private final int scale;
    private final byte[] rgb;

    private MaskPreview(EditRequest request, TokenGrid grid) {
        this.request = request;
        this.grid = grid;
        this.image = request.image().composedOn(Rgb.WHITE);
        this.scale = Math.max(1, LONG_SIDE / Math.max(image.width(), image.height()));
        this.rgb = ContactSheet.enlarged(image, scale).rgb().clone();
    }

    /**
     * The preview of a request.
     *
     * @param grid the model's grid
     * @param modelSize width and height of the model's images in pixels
     */
    public static RgbImage of(EditRequest request, TokenGrid grid, int modelSize) {
        MaskPreview preview = new MaskPreview(request, grid);
        PixelMask hidden = request.mask();
        for (PlannedWindow planned : WindowPlan.of(request.mask(), request.windowSide(), grid, modelSize)) {
            PixelMask painted = hidden.within(planned.window());
            preview.draw(planned, painted);
            hidden = hidden.without(painted);
        }
        return new RgbImage(preview.image.width() * preview.scale, preview.image.height() * preview.scale, preview.rgb);
    }

    private void draw(PlannedWindow planned, PixelMask painted) {
        BitSet hole = planned.hole();
        for (int cell = hole.nextSetBit(0); cell >= 0; cell = hole.nextSetBit(cell + 1)) {
            Window.PixelBox box = planned.window().box(grid, cell);
            int left = Math.max(0, box.left());
            int top = Math.max(0, box.top());
            int right = Math.min(image.width(), box.right());
            int bottom = Math.min(image.height(), box.bottom());
            for (int y = top; y < bottom; y++) {
                for (int x = left; x < right; x++) {
                    if (painted.marks(x, y)) {
                        tint(x, y, MARKED);
                    } else if (!request.mask().marks(x, y)) {
                        tint(x, y, TOUCHED);
                    }
                }
            }
            outline(left * scale, top * scale, right * scale - 1, bottom * scale - 1);
        }
    }

    /** Tints all that shows a pixel of the image, from its own colour, however often it is called. */
    private void tint(int x, int y, int[] colour) {
        for (int down = 0; down < scale; down++) {
            for (int across = 0; across < scale; across++) {
                int to = 3 * ((y * scale + down) * image.width() * scale + x * scale + across);
                for (int channel = 0; channel < 3; channel++) {
                    int own = image.rgb()[3 * (y * image.width() + x) + channel] & 255;
                    rgb[to + channel] = (byte) ((own + colour[channel]) / 2);
                }
            }
        }
    }

    private void outline(int left, int top, int right, int bottom) {
        for (int x = left; x <= right; x++) {
            dot(x, top);
            dot(x, bottom);
        }
        for (int y = top; y <= bottom; y++) {
            dot(left, y);
            dot(right, y);
        }
    }

    private void dot(int x, int y) {
        int at = 3 * (y * image.width() * scale + x);
        for (int channel = 0; channel < 3; channel++) {
            rgb[at + channel] = (byte) BORDER[channel];
        }
    }
}
