package dev.oar.layout;

import dev.oar.config.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * WebDataset (github.com/webdataset/webdataset): a folder of uncompressed {@code .tar} shards at any depth, or one of them, read in place.
 *
 * <p>Members whose names are equal up to the first dot behind the last slash, and stand one behind the other, are a sample; the rest of the
 * name, in small letters, says what each is: one image ({@code jpg}, {@code jpeg}, {@code png}, {@code webp}, {@code gif} or {@code bmp}; without any of
 * these an array of bytes, {@code npy}), its
 * class as a whole number ({@code cls}), its caption ({@code txt}), and {@code json}, an object from which the columns of the recipe are
 * read: its class is taken instead of that of {@code cls}, its caption where there is no {@code txt}. Samples without an image, and members
 * that are none of these, are counted and left out; metadata of shards ({@code __NAME__}) is not seen. A set without any classes is one class,
 * called as its folder is.
 *
 * <p>Shards that have {@code train} in their own name or in that of a folder, beside others with {@code test}, {@code val}, {@code valid} or
 * {@code validation}, are the split of the set: all but the first are tested.
 */
@Kind("webdataset")
public record WebDatasetLayout() implements DataLayout {
    @Override
    public Listing list(ImageArchive source, TableColumns columns, Problems problems) throws IOException {
        SortedMap<String, Path> shards = shards(source);
        LayoutFiles.require(
                !shards.isEmpty(),
                "a WebDataset lies in .tar shards, uncompressed, but %s has none; give the folder that holds them",
                source.path());
        Set<String> testShards = NamedSides.tested(shards.keySet(), source.path());
        WebDatasetReading reading = new WebDatasetReading(source, columns, problems);
        Set<String> testFiles = new TreeSet<>();
        for (Map.Entry<String, Path> shard : shards.entrySet()) {
            List<String> images = reading.add(shard.getKey(), shard.getValue());
            if (testShards.contains(shard.getKey())) {
                testFiles.addAll(images);
            }
        }
        Set<String> others = new TreeSet<>(reading.others());
        if (!source.isTar()) {
            others.addAll(source.files().keySet());
            others.removeAll(shards.keySet());
        }
        List<String> all = List.copyOf(others);
        List<String> notes = new ArrayList<>(reading.notes());
        notes.addAll(Listing.passedOver(source.path(), all));
        return new Listing(
                reading.images(),
                new LeftOut(all),
                notes,
                testShards.isEmpty() ? Optional.empty() : Optional.of(Set.copyOf(testFiles)));
    }

    /** A shard, if there is one. */
    static Optional<String> sign(ImageArchive source) {
        return source.isTar()
                ? Optional.of(source.title() + ".tar")
                : DataLayouts.first(source, name -> name.endsWith(".tar"));
    }

    /** The shards by their names; a single one needs none. */
    private static SortedMap<String, Path> shards(ImageArchive source) {
        SortedMap<String, Path> shards = new TreeMap<>();
        if (source.isTar()) {
            shards.put("", source.path());
            return shards;
        }
        source.files().forEach((name, path) -> {
            if (ImageArchive.isTar(name)) {
                shards.put(name, path);
            }
        });
        return shards;
    }
}
