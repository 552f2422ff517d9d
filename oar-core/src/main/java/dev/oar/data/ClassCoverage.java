package dev.oar.data;

import dev.oar.layout.LeftOut;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a data set has images of.
 *
 * @param classes the classes of the model
 * @param images all images
 * @param testFamilies the names of the families that are tested
 * @param tested whether any should be
 */
record ClassCoverage(List<String> classes, List<ImageEntry> images, Set<String> testFamilies, boolean tested) {
    /**
     * What is to be said of classes without images, one sentence for each kind.
     *
     * @param unreadable classes none of whose images could be read
     */
    List<String> notes(List<String> unreadable) {
        List<String> notes = new ArrayList<>();
        if (!unreadable.isEmpty()) {
            notes.add("classes left out, since none of their images can be read: " + LeftOut.some(unreadable));
        }
        List<String> untrained = without(image -> true);
        if (!untrained.isEmpty()) {
            notes.add("classes of the model without images, which are not trained further: " + some(untrained));
        }
        List<String> untested = new ArrayList<>(without(image -> testFamilies.contains(image.group())));
        untested.removeAll(untrained);
        if (tested && !untested.isEmpty()) {
            notes.add("classes without test images, since they have too few images or families of images: "
                    + some(untested));
        }
        return notes;
    }

    private String some(List<String> names) {
        return LeftOut.some(names) + " (" + names.size() + " of " + classes.size() + " classes)";
    }

    private List<String> without(Predicate<ImageEntry> counted) {
        Set<Integer> covered =
                images.stream().filter(counted).map(ImageEntry::classIndex).collect(Collectors.toSet());
        return IntStream.range(0, classes.size())
                .filter(index -> !covered.contains(index))
                .mapToObj(classes::get)
                .toList();
    }
}
