package dev.oar.layout;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/** How images, their classes, captions and split lie on disk; recipes choose it by {@code data.layout}. */
public sealed interface DataLayout
        permits CelebaHqLayout, FashionProductsLayout, FolderLayout, ImageNetLayout, WebDatasetLayout {
    /**
     * Lists a set, without looking at its pixels.
     *
     * @param source the folder, zip or tar
     * @param columns what the columns of a table of images are called, where the layout has one
     * @throws IOException in one sentence, if something of the layout is missing, or contradicts another part of it
     */
    default Listing list(ImageArchive source, TableColumns columns) throws IOException {
        return list(source, columns, Problems.REFUSED);
    }

    /**
     * Lists what can be listed of a set.
     *
     * @param problems hears of what cannot be
     * @throws IOException in one sentence, if the set cannot be listed at all, or a problem is refused
     */
    Listing list(ImageArchive source, TableColumns columns, Problems problems) throws IOException;

    /**
     * Classes in the order of their numbers: by name, but names that are all numbers by their values, so that folders named 0 to 999 are
     * classes 0 to 999.
     */
    static List<String> inOrder(List<String> names) {
        Pattern number = Pattern.compile("\\d{1,9}");
        List<String> sorted = names.stream().distinct().sorted().toList();
        if (!sorted.stream().allMatch(name -> number.matcher(name).matches())) {
            return sorted;
        }
        // The sort is stable, so that 7 and 007 stay in the order of their names.
        return sorted.stream()
                .sorted((one, other) -> Integer.compare(Integer.parseInt(one), Integer.parseInt(other)))
                .toList();
    }
}
