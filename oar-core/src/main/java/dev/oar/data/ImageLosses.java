package dev.oar.data;

import dev.oar.image.ImageLoss;
import dev.oar.layout.LeftOut;
import dev.oar.layout.Listing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * Images of a set of which reading leaves something out, by what it leaves out.
 *
 * @param images their files, in the order of their names; no entry where there is none
 */
public record ImageLosses(Map<ImageLoss, LeftOut> images) {
    /** Nothing is left out of any image. */
    public static final ImageLosses NONE = new ImageLosses(Map.of());

    /** Keeps a copy. */
    public ImageLosses {
        Map<ImageLoss, LeftOut> copy = new EnumMap<>(ImageLoss.class);
        copy.putAll(images);
        images = Collections.unmodifiableMap(copy);
    }

    /** Of what each file loses. */
    static ImageLosses of(SortedMap<String, Set<ImageLoss>> files) {
        Map<ImageLoss, List<String>> names = new EnumMap<>(ImageLoss.class);
        files.forEach((name, losses) -> losses.forEach(
                loss -> names.computeIfAbsent(loss, none -> new ArrayList<>()).add(name)));
        Map<ImageLoss, LeftOut> images = new EnumMap<>(ImageLoss.class);
        names.forEach((loss, those) -> images.put(loss, new LeftOut(those)));
        return new ImageLosses(images);
    }

    /** One sentence for each kind of loss: how many images, and the first of them. */
    public List<String> notes(Path set) {
        return images.entrySet().stream()
                .flatMap(entry -> Listing.note(
                        set, entry.getKey().images(), entry.getValue().names())
                        .stream())
                .toList();
    }
}
