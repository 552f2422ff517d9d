package dev.oar.train;

import dev.oar.data.FamilySampler;
import dev.oar.data.ImageFolder;
import dev.oar.data.PreparationTimes;
import dev.oar.data.ReadAhead;
import dev.oar.image.RgbImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The pictures that the networks of images are trained on: those of the training split, families drawn equally often, and those that may
 * be flipped flipped where chance says so.
 */
final class TrainingPictures {
    private final ImageFolder images;
    private final TrainingConfig config;
    private final LongPredicate flips;
    private final int[] indices;
    private final FamilySampler sampler;
    private @Nullable PicturesAhead ahead;

    /**
     * A picture with its class.
     *
     * @param pixels at most flipped
     * @param classIndex its class
     * @param place its place in the data set
     */
    record Picture(RgbImage pixels, long classIndex, int place) {}

    /**
     * Pictures with their classes.
     *
     * @param pictures at most flipped
     * @param classes the class of each
     * @param places the place of each in the data set
     */
    record Batch(List<RgbImage> pictures, long[] classes, int[] places) {}

    /**
     * Pictures of a training.
     *
     * @param flips whether a sample is flipped if it may be, by its number since training began
     */
    TrainingPictures(ImageFolder images, TrainingConfig config, LongPredicate flips) {
        this(images, images.trainIndices(), config, flips);
    }

    /**
     * Pictures of some of the images, whatever the split.
     *
     * @param indices their places
     */
    TrainingPictures(ImageFolder images, int[] indices, TrainingConfig config, LongPredicate flips) {
        this.images = images;
        this.config = config;
        this.flips = flips;
        this.indices = indices;
        this.sampler = new FamilySampler(images.familiesOf(indices), config.seed());
    }

    /** Samples {@code first .. first + count - 1} of a step's batch. */
    Batch batch(long step, int first, int count) {
        List<RgbImage> pictures = new ArrayList<>(count);
        long[] classes = new long[count];
        int[] places = new int[count];
        for (int i = 0; i < count; i++) {
            Picture picture = taken(step * config.batchSize() + first + i);
            pictures.add(picture.pixels());
            classes[i] = picture.classIndex();
            places[i] = picture.place();
        }
        return new Batch(pictures, classes, places);
    }

    /**
     * Makes the pictures of a step and of those after it ready in background threads, until what is returned is closed. They are the same with and
     * without.
     */
    TrainingInput readAhead(long step) {
        return readAhead(step, ReadAhead.threads());
    }

    /** As the shorter form, in this many threads. */
    TrainingInput readAhead(long step, int threads) {
        PicturesAhead begun = PicturesAhead.begin(this, config, images.config().imageSize(), step, threads);
        ahead = begun;
        return new TrainingInput() {
            @Override
            public Times times() {
                return begun.times();
            }

            @Override
            public void close() {
                ahead = null;
                begun.close();
            }
        };
    }

    /** Makes the picture of a draw; safe in several threads. */
    Picture picture(long draw, PreparationTimes times) throws IOException {
        int index = indices[sampler.image(draw)];
        int classIndex = images.images().get(index).classIndex();
        RgbImage picture = images.pixels(index, times);
        RgbImage seen = images.mayFlip(classIndex) && flips.test(draw)
                ? times.measured(PreparationTimes.Part.AUGMENTATION, picture::mirrored)
                : picture;
        return new Picture(seen, classIndex, index);
    }

    private Picture taken(long draw) {
        PicturesAhead from = ahead;
        try {
            return from == null ? picture(draw, new PreparationTimes()) : from.take(draw);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** The first test images, or the first training images where there are none. */
    List<RgbImage> examples(int most) {
        int[] test = images.testIndices();
        return IntStream.of(test.length > 0 ? test : indices)
                .limit(most)
                .mapToObj(this::pixels)
                .toList();
    }

    private RgbImage pixels(int index) {
        try {
            return images.pixels(index);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }
}
