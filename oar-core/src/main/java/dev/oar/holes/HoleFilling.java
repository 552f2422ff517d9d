package dev.oar.holes;

import dev.oar.decode.DecodingListener;
import dev.oar.decode.KnownTokens;
import dev.oar.edit.HolePainter;
import dev.oar.edit.PixelMask;
import dev.oar.evaluate.UnigramBaseline;
import dev.oar.generate.Drawing;
import dev.oar.image.RgbImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a hole is filled with: a model's drawing, or something that a model must beat. Used from several threads. */
@FunctionalInterface
interface HoleFilling {
    /**
     * What stands in the holes of a batch.
     *
     * @param tokens {@code [rows][cells]}, if it is made of tokens
     * @param pictures whole pictures, of which only the hole matters
     */
    record Filled(Optional<int[][]> tokens, List<RgbImage> pictures) {}

    /** Fills the holes of a batch. */
    Filled fill(HoledBatch batch) throws IOException;

    /**
     * What a model draws.
     *
     * @throws IOException if the order stands in a file that cannot be read
     */
    static HoleFilling drawn(HolePainter painter, Drawing drawing, long seed) throws IOException {
        HolePainter.Brush brush = painter.brush(drawing);
        return batch -> {
            KnownTokens known = new KnownTokens(batch.hole().known(batch.known()[0].length), batch.known());
            HolePainter.Rows rows = new HolePainter.Rows(batch.conditions(), batch.indices(), seed, brush);
            return ofTokens(
                    painter, painter.paint(known, rows, DecodingListener.NONE).tokens());
        };
    }

    /** The image's own tokens: what a model that guesses every token would reach. */
    static HoleFilling truth(HolePainter painter) {
        return batch -> ofTokens(painter, batch.withHole(batch.truth()));
    }

    /** The token that each cell has most often. */
    static HoleFilling mostFrequent(HolePainter painter, UnigramBaseline unigram) {
        return batch -> {
            int[] guess = new int[batch.known()[0].length];
            Arrays.setAll(guess, unigram::mostFrequent);
            int[][] rows = new int[batch.known().length][];
            Arrays.fill(rows, guess);
            return ofTokens(painter, batch.withHole(rows));
        };
    }

    /** The mean colour of what is known of each image. */
    static HoleFilling meanColour() {
        return batch -> new Filled(
                Optional.empty(),
                batch.pictures().stream()
                        .map(picture -> meanColour(picture, batch.hole().mask()))
                        .toList());
    }

    /** The smooth continuation of what is known of each image ({@link HolePainter#hidden}). */
    static HoleFilling continuation() {
        return batch -> new Filled(
                Optional.empty(),
                HoledBatch.hidden(batch.pictures(), batch.hole().mask()));
    }

    private static Filled ofTokens(HolePainter painter, int[][] tokens) {
        return new Filled(Optional.of(tokens), painter.decode(tokens));
    }

    /** A picture of one colour: the mean of the pixels that a mask leaves. */
    private static RgbImage meanColour(RgbImage picture, PixelMask mask) {
        long[] sums = new long[3];
        int known = picture.width() * picture.height() - mask.count();
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                for (int channel = 0; channel < 3 && !mask.marks(x, y); channel++) {
                    sums[channel] += picture.rgb()[3 * (y * picture.width() + x) + channel] & 255;
                }
            }
        }
        byte[] rgb = new byte[picture.rgb().length];
        for (int at = 0; at < rgb.length; at++) {
            rgb[at] = (byte) Math.round((double) sums[at % 3] / Math.max(1, known));
        }
        return new RgbImage(picture.width(), picture.height(), rgb);
    }
}
