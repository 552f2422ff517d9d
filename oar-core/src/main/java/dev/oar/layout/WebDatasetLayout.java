package dev.oar.layout;

import dev.oar.config.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * WebDataset (github.com/webdataset/webdataset): a folder of uncompressed {@code .tar} shards at any depth, or one of them, read in place.
 *
 * <p>Members whose names are equal up to the first dot behind the last slash, and stand one behind the other, are a sample; the rest of the
 * name, in small letters, says what each is: one image ({@code jpg}, {@code jpeg}, {@code png}, {@code webp}, {@code gif} or {@code bmp}), its
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
    private static final Set<String> TRAINING = Set.of("train", "training");
    private static final Set<String> TEST = Set.of("test", "val", "valid", "validation");

    /** Which side a shard is of. */
    private enum Side {
        TRAINING,
        TEST,
        NONE
    }

    @Override
    public Listing list(ImageArchive source, TableColumns columns, Problems problems) throws IOException {
        SortedMap<String, Path> shards = shards(source);
        LayoutFiles.require(
                !shards.isEmpty(),
                "a WebDataset lies in .tar shards, uncompressed, but %s has none; give the folder that holds them",
                source.path());
        Set<String> testShards = testShards(source, shards.keySet());
        WebDatasetReading reading = new WebDatasetReading(source, columns);
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

    /** The shards that are tested; none unless there are others to train on. */
    private static Set<String> testShards(ImageArchive source, Set<String> shards) throws IOException {
        Set<Side> sides = shards.stream().map(WebDatasetLayout::side).collect(Collectors.toSet());
        if (!sides.contains(Side.TRAINING) || !sides.contains(Side.TEST)) {
            return Set.of();
        }
        for (String shard : shards) {
            LayoutFiles.require(
                    side(shard) != Side.NONE,
                    "where some shards are named for training and others for testing, all are, but %s in %s is not; put"
                            + " 'train' or 'test' into its name, or move it away",
                    shard,
                    source.path());
        }
        return shards.stream().filter(shard -> side(shard) == Side.TEST).collect(Collectors.toSet());
    }

    /** The last word of a name that tells it, so that a shard's own name counts before its folder's. */
    private static Side side(String shard) {
        Side side = Side.NONE;
        for (String word : shard.toLowerCase(Locale.ROOT).split("[^a-z]+")) {
            if (TRAINING.contains(word)) {
                side = Side.TRAINING;
            } else if (TEST.contains(word)) {
                side = Side.TEST;
            }
        }
        return side;
    }
}
