package dev.oar.image;

/**
 * Smooths the edges of blocks (RFC 6386, section 15).
 *
 * @param plane what is smoothed
 * @param simple whether only the two samples at an edge change
 */
record Vp8LoopFilter(Vp8Plane plane, boolean simple) {
    /**
     * How strongly a block is smoothed.
     *
     * @param limit the least difference across an edge that is taken for one of the picture
     * @param interior the same beside an edge
     * @param variance the difference beside an edge from on which less is changed
     */
    record Strength(int limit, int interior, int variance) {
        /** The strength of a level from 1 to 63 and a sharpness from 0 to 7. */
        static Strength of(int level, int sharpness) {
            int interior = level;
            if (sharpness > 0) {
                interior = Math.min(interior >> (sharpness > 4 ? 2 : 1), 9 - sharpness);
            }
            interior = Math.max(interior, 1);
            return new Strength(2 * level + interior, interior, level >= 40 ? 2 : level >= 15 ? 1 : 0);
        }
    }

    /** The edges of a block of {@code size x size}, and those of the blocks of 4 x 4 in it. */
    void block(int left, int top, int size, Strength strength, boolean inner) {
        if (left > 0) {
            edge(plane.index(left, top), 1, plane.stride(), size, strength, true);
        }
        for (int x = 4; inner && x < size; x += 4) {
            edge(plane.index(left + x, top), 1, plane.stride(), size, strength, false);
        }
        if (top > 0) {
            edge(plane.index(left, top), plane.stride(), 1, size, strength, true);
        }
        for (int y = 4; inner && y < size; y += 4) {
            edge(plane.index(left, top + y), plane.stride(), 1, size, strength, false);
        }
    }

    private void edge(int start, int across, int along, int size, Strength strength, boolean outer) {
        int limit = 2 * (strength.limit() + (outer ? 4 : 0)) + 1;
        for (int i = 0; i < size; i++) {
            int at = start + i * along;
            if (differs(at - across, at) * 4 + differs(at - 2 * across, at + across) > limit) {
                continue;
            }
            if (simple) {
                two(at, across);
            } else if (isSmooth(at, across, strength.interior())) {
                smooth(at, across, strength, outer);
            }
        }
    }

    private void smooth(int at, int across, Strength strength, boolean outer) {
        boolean rough = differs(at - 2 * across, at - across) > strength.variance()
                || differs(at + across, at) > strength.variance();
        if (rough) {
            two(at, across);
        } else if (outer) {
            six(at, across);
        } else {
            four(at, across);
        }
    }

    private boolean isSmooth(int at, int across, int interior) {
        return differs(at - 4 * across, at - 3 * across) <= interior
                && differs(at - 3 * across, at - 2 * across) <= interior
                && differs(at - 2 * across, at - across) <= interior
                && differs(at + 3 * across, at + 2 * across) <= interior
                && differs(at + 2 * across, at + across) <= interior
                && differs(at + across, at) <= interior;
    }

    private int differs(int one, int other) {
        return Math.abs(plane.at(one) - plane.at(other));
    }

    private void two(int at, int across) {
        int step =
                3 * (plane.at(at) - plane.at(at - across)) + signed(plane.at(at - 2 * across) - plane.at(at + across));
        move(at - across, signed(step + 3) >> 3);
        move(at, -(signed(step + 4) >> 3));
    }

    private void four(int at, int across) {
        int step = 3 * (plane.at(at) - plane.at(at - across));
        int near = signed(step + 4) >> 3;
        int far = near + 1 >> 1;
        move(at - 2 * across, far);
        move(at - across, signed(step + 3) >> 3);
        move(at, -near);
        move(at + across, -far);
    }

    private void six(int at, int across) {
        int step = signed(
                3 * (plane.at(at) - plane.at(at - across)) + signed(plane.at(at - 2 * across) - plane.at(at + across)));
        for (int i = 0; i < 3; i++) {
            int change = 9 * (3 - i) * step + 63 >> 7;
            move(at - (i + 1) * across, change);
            move(at + i * across, -change);
        }
    }

    private void move(int at, int change) {
        plane.put(at, plane.at(at) + change);
    }

    private static int signed(int value) {
        return Math.max(-128, Math.min(127, value));
    }
}
