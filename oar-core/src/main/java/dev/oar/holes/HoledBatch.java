package dev.oar.holes;

import dev.oar.edit.HolePainter;
import dev.oar.edit.PixelMask;
import dev.oar.image.RgbImage;
import java.util.ArrayList;
import java.util.List;

/**
 * A batch of images with a hole.
 *
 * @param size rows that count; those behind repeat the last
 * @param hole what is hidden
 * @param pictures the images, nothing hidden
 * @param truth {@code [rows][cells]} their tokens, nothing hidden
 * @param known {@code [rows][cells]} the tokens of what can be seen; those of the hole's cells do not matter
 * @param conditions the class of each row
 * @param indices the index of each row, which chooses its random numbers
 */
record HoledBatch(
        int size, Hole hole, List<RgbImage> pictures, int[][] truth, int[][] known, int[] conditions, long[] indices) {

    /** The images with the hole's pixels taken from others, row by row. */
    List<RgbImage> completed(List<RgbImage> drawn) {
        List<RgbImage> completed = new ArrayList<>();
        for (int row = 0; row < pictures.size(); row++) {
            completed.add(composite(pictures.get(row), drawn.get(row), hole.mask()));
        }
        return completed;
    }

    /** The images as a model sees them ({@link HolePainter#hidden}). */
    static List<RgbImage> hidden(List<RgbImage> pictures, PixelMask mask) {
        return pictures.stream()
                .map(picture -> HolePainter.hidden(picture, mask))
                .toList();
    }

    /** An image with the masked pixels of another of its size. */
    static RgbImage composite(RgbImage image, RgbImage drawn, PixelMask mask) {
        byte[] rgb = image.rgb().clone();
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                if (mask.marks(x, y)) {
                    int at = 3 * (y * image.width() + x);
                    System.arraycopy(drawn.rgb(), at, rgb, at, 3);
                }
            }
        }
        return new RgbImage(image.width(), image.height(), rgb);
    }

    /** Tokens as they are known, with those of the hole's cells taken from others, row by row. */
    int[][] withHole(int[][] drawn) {
        int[][] tokens = new int[known.length][];
        for (int row = 0; row < known.length; row++) {
            tokens[row] = known[row].clone();
            for (int cell = hole.cells().nextSetBit(0);
                    cell >= 0;
                    cell = hole.cells().nextSetBit(cell + 1)) {
                tokens[row][cell] = drawn[row][cell];
            }
        }
        return tokens;
    }
}
