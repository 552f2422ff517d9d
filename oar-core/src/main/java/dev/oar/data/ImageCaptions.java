package dev.oar.data;

import dev.oar.config.Require;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The captions of some images, each different one once: what a model that draws from captions has in place of classes.
 *
 * @param captions the different captions, in the order in which images have them first
 * @param ofImage the place of each image's caption
 * @param furtherOfImage the places of each image's further captions
 */
public record ImageCaptions(List<String> captions, List<Integer> ofImage, List<List<Integer>> furtherOfImage) {
    /** Copies the lists. */
    public ImageCaptions {
        captions = List.copyOf(captions);
        ofImage = List.copyOf(ofImage);
        furtherOfImage = List.copyOf(furtherOfImage);
    }

    /**
     * The captions of images of a set.
     *
     * @param indices places in {@link ImageFolder#images()}
     * @throws IllegalArgumentException if an image has none
     */
    public static ImageCaptions of(ImageFolder images, int[] indices) {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        List<Integer> ofImage = new ArrayList<>();
        List<List<Integer>> furtherOfImage = new ArrayList<>();
        for (int index : indices) {
            ImageEntry image = images.images().get(index);
            Require.that(
                    !image.caption().isBlank(),
                    "every image of a model that draws from captions needs one, but %s has none; fill in the column"
                            + " '%s' of its metadata, or leave the image out",
                    image.fileName(),
                    images.config().captionColumn());
            ofImage.add(numbers.computeIfAbsent(image.caption(), unused -> numbers.size()));
            furtherOfImage.add(image.furtherCaptions().stream()
                    .map(caption -> numbers.computeIfAbsent(caption, unused -> numbers.size()))
                    .toList());
        }
        return new ImageCaptions(new ArrayList<>(numbers.keySet()), ofImage, furtherOfImage);
    }
}
