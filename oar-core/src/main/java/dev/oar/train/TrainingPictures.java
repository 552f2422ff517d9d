package dev.oar.train;

import dev.oar.data.FamilySampler;
import dev.oar.data.ImageFolder;
import dev.oar.image.RgbImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;

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
            long draw = step * config.batchSize() + first + i;
            int index = indices[sampler.image(draw)];
            int classIndex = images.images().get(index).classIndex();
            RgbImage picture = pixels(index);
            pictures.add(images.mayFlip(classIndex) && flips.test(draw) ? picture.mirrored() : picture);
            classes[i] = classIndex;
            places[i] = index;
        }
        return new Batch(pictures, classes, places);
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
