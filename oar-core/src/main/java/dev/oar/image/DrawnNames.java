package dev.oar.image;

import java.util.regex.Pattern;

/**
 * The names of the files that drawing and editing leave in a folder: who writes them and who tells them from images of the set ask here.
 *
 * <pre>
 * S-I.png             an image: seed, which may be negative, and index
 * S-A-B-sheet.png     the images from index A to B side by side
 * S-A-B-order.png     when cells were filled on average in them
 * S-I-animation.gif   an image appearing cell by cell
 * mask-preview.png    what an edit would paint
 * </pre>
 */
public final class DrawnNames {
    /** The name of a preview of a mask. */
    public static final String MASK_PREVIEW = "mask-preview.png";

    private static final String SHEET = "sheet.png";
    private static final String ORDER = "order.png";
    private static final String ANIMATION = "animation.gif";
    private static final Pattern BESIDE = Pattern.compile("(?:.*/)?(?:-?\\d{1,19}-\\d{1,19}-(?:\\d{1,19}-(?:"
            + Pattern.quote(SHEET) + "|" + Pattern.quote(ORDER) + ")|" + Pattern.quote(ANIMATION) + ")|"
            + Pattern.quote(MASK_PREVIEW) + ")");

    private DrawnNames() {}

    /** An image. */
    public static String image(long seed, long index) {
        return seed + "-" + index + ".png";
    }

    /** A contact sheet of the images from the first to the last index. */
    public static String sheet(long seed, long first, long last) {
        return ofRange(seed, first, last, SHEET);
    }

    /** A map of when cells were filled in the images from the first to the last index. */
    public static String orderMap(long seed, long first, long last) {
        return ofRange(seed, first, last, ORDER);
    }

    /** An image appearing cell by cell. */
    public static String animation(long seed, long index) {
        return seed + "-" + index + "-" + ANIMATION;
    }

    /**
     * Whether a picture stands beside drawn images without being one: a sheet, an order map, an animation, a preview.
     *
     * @param name of the file; folders before it, with slashes, do not matter
     */
    public static boolean isBesideImages(String name) {
        return BESIDE.matcher(name).matches();
    }

    private static String ofRange(long seed, long first, long last, String what) {
        return seed + "-" + first + "-" + last + "-" + what;
    }
}
