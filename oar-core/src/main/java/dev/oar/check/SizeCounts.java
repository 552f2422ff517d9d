package dev.oar.check;

import dev.oar.image.ImageSize;
import dev.oar.layout.FoundImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * The sizes of the readable images, ordered by their numbers of pixels.
 *
 * @param smallest size of the smallest image
 * @param smallestName its name
 * @param median half of the images have no more pixels
 * @param largest size of the largest image
 * @param largestName its name
 * @param distinct how many different sizes there are
 * @param below64 images whose shorter side is below 64 pixels, which are enlarged to be trained on at that size
 * @param below256 images whose shorter side is below 256 pixels
 */
public record SizeCounts(
        String smallest,
        String smallestName,
        String median,
        String largest,
        String largestName,
        int distinct,
        int below64,
        int below256) {
    /** An image and its size. */
    private record Sized(ImageSize size, String name) {
        long pixels() {
            return (long) size.width() * size.height();
        }

        int shorterSide() {
            return Math.min(size.width(), size.height());
        }
    }

    /** Of readable images; none of none. */
    static Optional<SizeCounts> of(List<FoundImage> images, List<ScannedImage> scanned) {
        List<Sized> sized = new ArrayList<>();
        for (int i = 0; i < scanned.size(); i++) {
            sized.add(new Sized(scanned.get(i).size(), images.get(i).fileName()));
        }
        if (sized.isEmpty()) {
            return Optional.empty();
        }
        sized.sort(Comparator.comparingLong(Sized::pixels));
        Sized smallest = sized.get(0);
        Sized largest = sized.get(sized.size() - 1);
        HashSet<ImageSize> distinct = new HashSet<>();
        sized.forEach(image -> distinct.add(image.size()));
        return Optional.of(new SizeCounts(
                smallest.size().toString(),
                smallest.name(),
                sized.get((sized.size() - 1) / 2).size().toString(),
                largest.size().toString(),
                largest.name(),
                distinct.size(),
                below(sized, 64),
                below(sized, 256)));
    }

    private static int below(List<Sized> sized, int side) {
        return (int) sized.stream().filter(image -> image.shorterSide() < side).count();
    }
}
