package dev.oar.layout;

import dev.oar.config.KnownKinds;
import dev.oar.config.RecordTexts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Tells layouts by their names, and by what lies on disk. */
public final class DataLayouts {
    private static final String FOLDER = "folder";

    private DataLayouts() {}

    /**
     * A layout with the defaults of a recipe.
     *
     * @param layout chosen by its name
     */
    public record Chosen(DataLayout layout) {}

    /**
     * What a set was taken for.
     *
     * @param layout with the defaults of a recipe
     * @param reason what was found there, or what was looked for
     */
    public record Recognised(DataLayout layout, String reason) {}

    /** What shows that a set is of a layout. */
    private record Sign(String layout, String found) {}

    /** The names of all layouts. */
    public static Set<String> names() {
        return KnownKinds.names(DataLayout.class);
    }

    /**
     * The layout of a name, with the defaults of a recipe.
     *
     * @param asker what names it, for errors
     * @throws dev.oar.config.ConfigException if there is none
     */
    public static DataLayout named(String asker, String name) {
        return RecordTexts.read(asker, Map.of("layout", name), Chosen.class).layout();
    }

    /**
     * The layout of a set, by the names of its files alone. What shows signs of several layouts or of none is a folder, and so is what has
     * a table of images at its top.
     */
    public static Recognised recognise(ImageArchive source) {
        for (String table : DescribingFiles.TABLES) {
            if (source.files().containsKey(table)) {
                return of(FOLDER, "there is a " + table + " at the top");
            }
        }
        List<Sign> signs = new ArrayList<>();
        ImageNetLayout.sign(source).ifPresent(found -> signs.add(new Sign("imagenet", found)));
        FashionProductsLayout.sign(source).ifPresent(found -> signs.add(new Sign("fashion-products", found)));
        CelebaHqLayout.sign(source).ifPresent(found -> signs.add(new Sign("celeba-hq", found)));
        // ImageNet comes in tars, too.
        if (signs.isEmpty()) {
            WebDatasetLayout.sign(source).ifPresent(found -> signs.add(new Sign("webdataset", found)));
        }
        if (signs.size() == 1) {
            return of(signs.get(0).layout(), "there is " + signs.get(0).found());
        }
        if (signs.isEmpty()) {
            return of(
                    FOLDER,
                    "there is neither a table of images, nor a folder such as n01440764 (imagenet), nor a styles.csv beside"
                            + " images/ (fashion-products), nor CelebA-HQ-img/ or celeba-caption/ (celeba-hq), nor a tar (webdataset)");
        }
        return of(
                FOLDER,
                "it may be more than one of the others: "
                        + String.join(
                                ", ",
                                signs.stream()
                                        .map(sign -> sign.layout() + " has " + sign.found())
                                        .toList()));
    }

    private static Recognised of(String layout, String reason) {
        return new Recognised(named("the layout", layout), reason);
    }

    /** The first file for which something holds. */
    static Optional<String> first(ImageArchive source, Predicate<String> holds) {
        return source.files().keySet().stream().filter(holds).findFirst();
    }
}
