package dev.oar.holes;

import dev.oar.data.ImageSource;
import dev.oar.edit.HolePainter;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.feature.FeatureNetwork;
import dev.oar.image.RgbImage;
import dev.oar.measure.HoleKind;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/** Held-out images with the holes of one family and coverage, one hole for each batch. */
final class HoledImages {
    private final String label;
    private final HeldOutImages images;
    private final List<Hole> holes;
    private final int[][] known;

    private HoledImages(String label, HeldOutImages images, List<Hole> holes, int[][] known) {
        this.label = label;
        this.images = images;
        this.holes = holes;
        this.known = known;
    }

    /**
     * Hides holes and encodes what is left.
     *
     * @param side width and height of the images in pixels
     * @throws IllegalArgumentException if a hole would leave no cell known
     */
    static HoledImages of(
            HeldOutImages images,
            HoleKind family,
            double coverage,
            TokenGrid grid,
            int side,
            long seed,
            HolePainter painter,
            IntConsumer progress)
            throws IOException {
        List<Hole> holes = new ArrayList<>();
        int[][] known = new int[images.count()][];
        for (int batch = 0; batch < images.batches(); batch++) {
            Hole hole = Hole.of(family, coverage, grid, side, seed, batch);
            int[][] tokens = painter.encode(HoledBatch.hidden(images.pictures(batch), hole.mask()));
            int first = images.places(batch)[0];
            System.arraycopy(tokens, 0, known, first, images.size(batch));
            holes.add(hole);
            progress.accept(first + images.size(batch));
        }
        return new HoledImages(Hole.label(family, coverage), images, holes, known);
    }

    /** Family and coverage in words. */
    String label() {
        return label;
    }

    /** The images. */
    HeldOutImages images() {
        return images;
    }

    /** The hole of a batch. */
    Hole hole(int batch) {
        return holes.get(batch);
    }

    /** How many cells are drawn per image, on average. */
    double meanCells() {
        double sum = 0;
        for (int batch = 0; batch < holes.size(); batch++) {
            sum += (double) images.size(batch) * holes.get(batch).cells().cardinality();
        }
        return sum / images.count();
    }

    /** A batch with its pixels and tokens. */
    HoledBatch batch(int number) throws IOException {
        int[] places = images.places(number);
        int[][] truth = new int[places.length][];
        int[][] knownTokens = new int[places.length][];
        int[] conditions = new int[places.length];
        long[] indices = new long[places.length];
        for (int row = 0; row < places.length; row++) {
            truth[row] = images.tokens().tokens(places[row]);
            knownTokens[row] = known[places[row]];
            conditions[row] = images.tokens().condition(places[row]);
            indices[row] = (long) number * places.length + row;
        }
        return new HoledBatch(
                images.size(number),
                holes.get(number),
                images.pictures(number),
                truth,
                knownTokens,
                conditions,
                indices);
    }

    /**
     * Tokens as they are known, with the image's own in the hole: what a model predicts of a hole.
     *
     * @param image its place, from 0
     * @param hole the hole of its batch
     */
    int[] tokens(int image, Hole hole) {
        int[] truth = images.tokens().tokens(image);
        int[] tokens = known[image].clone();
        hole.cells().stream().forEach(cell -> tokens[cell] = truth[cell]);
        return tokens;
    }

    /** Fills the holes, batches side by side, and scores what came out. */
    HoleScores scored(HoleFilling filling, FeatureNetwork network, Workers workers, IntConsumer progress)
            throws IOException {
        HoleScores scores = new HoleScores(images.families(), network.width());
        try {
            for (int from = 0; from < images.batches(); from += workers.count()) {
                int first = from;
                int count = Math.min(workers.count(), images.batches() - from);
                List<BatchScores> done = workers.run(count, i -> score(first + i, filling, network));
                for (BatchScores ofBatch : done) {
                    scores.add(ofBatch);
                }
                progress.accept(scores.count());
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return scores;
    }

    private BatchScores score(int number, HoleFilling filling, FeatureNetwork network) {
        try {
            HoledBatch batch = batch(number);
            HoleFilling.Filled filled = filling.fill(batch);
            List<RgbImage> completed = batch.completed(filled.pictures());
            float[] features = FeatureExtraction.of(network, ImageSource.of(completed), completed.size())
                    .values();
            return BatchScores.of(
                    batch, filled.tokens(), completed, Arrays.copyOf(features, batch.size() * network.width()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
