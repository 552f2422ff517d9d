package dev.oar.image;

import java.awt.image.IndexColorModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Up to 255 colours for a set of images; the last index of a byte stays free for transparency.
 *
 * <p>Where the images hold no more colours, all are kept. Otherwise the most frequent ones are kept exactly, and the rest is
 * divided by median cut (Heckbert, "Color image quantization for frame buffer display", SIGGRAPH 1982): the box of
 * colours with the largest range, weighted by the number of its pixels, is cut at its median along that range.
 */
final class Palette {
    /** The index that stands for no colour. */
    static final int TRANSPARENT = 255;

    private static final int SIZE = 255;

    /** So many of the most frequent colours are kept exactly when not all can be. */
    private static final int EXACT = 32;

    private final int[] colours;
    private final Map<Integer, Byte> indices = new HashMap<>();

    private Palette(int[] colours) {
        this.colours = colours;
        for (int index = 0; index < colours.length; index++) {
            indices.putIfAbsent(colours[index], (byte) index);
        }
    }

    static Palette of(List<RgbImage> images) {
        List<Count> counts = counts(images);
        if (counts.size() <= SIZE) {
            return new Palette(counts.stream().mapToInt(Count::colour).toArray());
        }
        int[] colours = new int[SIZE];
        for (int index = 0; index < EXACT; index++) {
            colours[index] = counts.get(index).colour;
        }
        List<Box> boxes = cut(new Box(counts.subList(EXACT, counts.size())), SIZE - EXACT);
        for (int index = 0; index < boxes.size(); index++) {
            colours[EXACT + index] = boxes.get(index).mean();
        }
        return new Palette(Arrays.copyOf(colours, EXACT + boxes.size()));
    }

    IndexColorModel colours() {
        byte[] table = new byte[3 * (SIZE + 1)];
        for (int index = 0; index < colours.length; index++) {
            table[3 * index] = (byte) (colours[index] >> 16);
            table[3 * index + 1] = (byte) (colours[index] >> 8);
            table[3 * index + 2] = (byte) colours[index];
        }
        return new IndexColorModel(8, SIZE + 1, table, 0, false, TRANSPARENT);
    }

    /** The index of the nearest colour of every pixel. */
    byte[] indices(RgbImage image) {
        byte[] result = new byte[image.width() * image.height()];
        for (int pixel = 0; pixel < result.length; pixel++) {
            int colour = Pixels.colour(image, pixel % image.width(), pixel / image.width());
            result[pixel] = indices.computeIfAbsent(colour, this::nearest);
        }
        return result;
    }

    private Byte nearest(int colour) {
        int best = 0;
        int smallest = Integer.MAX_VALUE;
        for (int index = 0; index < colours.length; index++) {
            int distance = 0;
            for (int shift = 0; shift <= 16; shift += 8) {
                int difference = (colour >> shift & 255) - (colours[index] >> shift & 255);
                distance += difference * difference;
            }
            if (distance < smallest) {
                smallest = distance;
                best = index;
            }
        }
        return (byte) best;
    }

    /** The colours of the images, most frequent first, ties by colour. */
    private static List<Count> counts(List<RgbImage> images) {
        Map<Integer, Integer> pixels = new HashMap<>();
        for (RgbImage image : images) {
            for (int y = 0; y < image.height(); y++) {
                for (int x = 0; x < image.width(); x++) {
                    pixels.merge(Pixels.colour(image, x, y), 1, Integer::sum);
                }
            }
        }
        List<Count> counts = new ArrayList<>();
        pixels.forEach((colour, count) -> counts.add(new Count(colour, count)));
        counts.sort(Comparator.comparingInt(Count::pixels).reversed().thenComparingInt(Count::colour));
        return counts;
    }

    private static List<Box> cut(Box all, int parts) {
        PriorityQueue<Box> open = new PriorityQueue<>(
                Comparator.comparingDouble(Box::weight).reversed().thenComparingInt(Box::mean));
        open.add(all);
        while (open.size() < parts && open.element().counts.size() > 1) {
            open.addAll(open.remove().halves());
        }
        return new ArrayList<>(open);
    }

    private record Count(int colour, int pixels) {
        private int channel(int shift) {
            return colour >> shift & 255;
        }
    }

    private record Box(List<Count> counts, int widest, int range, long pixels) {
        private Box(List<Count> counts) {
            this(counts, widest(counts), range(counts, widest(counts)), total(counts));
        }

        /** Which box is cut next; boxes of one colour come last. */
        private double weight() {
            return range * Math.sqrt(pixels);
        }

        private List<Box> halves() {
            List<Count> sorted = new ArrayList<>(counts);
            sorted.sort(Comparator.<Count>comparingInt(count -> count.channel(widest))
                    .thenComparingInt(Count::colour));
            long below = 0;
            int end = 0;
            while (end < sorted.size() - 1 && (end == 0 || 2 * below < pixels)) {
                below += sorted.get(end++).pixels;
            }
            return List.of(new Box(sorted.subList(0, end)), new Box(sorted.subList(end, sorted.size())));
        }

        private int mean() {
            int mean = 0;
            for (int shift = 16; shift >= 0; shift -= 8) {
                long sum = 0;
                for (Count count : counts) {
                    sum += (long) count.channel(shift) * count.pixels;
                }
                mean |= (int) ((sum + pixels / 2) / pixels) << shift;
            }
            return mean;
        }

        private static int widest(List<Count> counts) {
            int red = range(counts, 16);
            int green = range(counts, 8);
            int blue = range(counts, 0);
            return green >= red && green >= blue ? 8 : red >= blue ? 16 : 0;
        }

        private static int range(List<Count> counts, int shift) {
            int low = 255;
            int high = 0;
            for (Count count : counts) {
                low = Math.min(low, count.channel(shift));
                high = Math.max(high, count.channel(shift));
            }
            return high - low;
        }

        private static long total(List<Count> counts) {
            return counts.stream().mapToLong(Count::pixels).sum();
        }
    }
}
