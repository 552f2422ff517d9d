package dev.oar.measure;

import dev.oar.order.CounterRandom;
import java.util.BitSet;

/** Strokes of a round brush, a fifth of the image wide, along bent lines; as many as it takes. */
final class RandomStrokes {
    private static final int SEGMENTS = 4;
    private static final double SHORTEST = 0.1;
    private static final double LONGEST = 0.4;
    private static final int SIDES_PER_RADIUS = 10;

    private final int side;
    private final int target;
    private final int radius;
    private final BitSet pixels;

    private RandomStrokes(int side, int target) {
        this.side = side;
        this.target = target;
        this.radius = Math.max(1, side / SIDES_PER_RADIUS);
        this.pixels = new BitSet(side * side);
    }

    /**
     * Painted pixels in row-major order, exactly as many as asked for. More pixels are the same strokes continued.
     *
     * @param side width and height of the image
     * @param target how many pixels to paint, at most all
     * @param random where strokes begin and lead
     */
    static BitSet pixels(int side, int target, CounterRandom random) {
        RandomStrokes strokes = new RandomStrokes(side, target);
        for (int stroke = 0; !strokes.isDone(); stroke++) {
            strokes.stroke(random.derive(stroke));
        }
        return strokes.pixels;
    }

    private boolean isDone() {
        return pixels.cardinality() >= target;
    }

    private void stroke(CounterRandom random) {
        double x = random.uniform(0) * side;
        double y = random.uniform(1) * side;
        double heading = random.uniform(2) * 2 * Math.PI;
        for (int segment = 0; segment < SEGMENTS; segment++) {
            CounterRandom ofSegment = random.derive(segment);
            heading += (ofSegment.uniform(0) - 0.5) * Math.PI;
            double length = side * (SHORTEST + (LONGEST - SHORTEST) * ofSegment.uniform(1));
            for (int step = 0; step < length && !isDone(); step++) {
                x = Math.max(0, Math.min(side - 1, x + Math.cos(heading)));
                y = Math.max(0, Math.min(side - 1, y + Math.sin(heading)));
                dab((int) x, (int) y);
            }
        }
    }

    private void dab(int centreX, int centreY) {
        int missing = target - pixels.cardinality();
        for (int y = Math.max(0, centreY - radius); y <= Math.min(side - 1, centreY + radius); y++) {
            for (int x = Math.max(0, centreX - radius); x <= Math.min(side - 1, centreX + radius); x++) {
                int pixel = y * side + x;
                boolean inside = (x - centreX) * (x - centreX) + (y - centreY) * (y - centreY) <= radius * radius;
                if (inside && missing > 0 && !pixels.get(pixel)) {
                    pixels.set(pixel);
                    missing--;
                }
            }
        }
    }
}
