package dev.oar.layout;

import dev.oar.config.ConfigException;
import dev.oar.file.CorruptFileException;
import dev.oar.tar.TarDirectory;
import dev.oar.tar.TarPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Gathers the images of a WebDataset, shard by shard. */
final class WebDatasetReading {
    private final ImageArchive source;
    private final TableColumns columns;
    private final Problems problems;
    private final FamilyNames families = new FamilyNames();
    private final List<FoundImage> images = new ArrayList<>();
    private final List<String> withoutImage = new ArrayList<>();
    private final List<String> withoutClass = new ArrayList<>();
    private final List<String> others = new ArrayList<>();
    private final List<String> links = new ArrayList<>();
    private final Set<String> keysOfJson = new LinkedHashSet<>();

    WebDatasetReading(ImageArchive source, TableColumns columns, Problems problems) {
        this.source = source;
        this.columns = columns;
        this.problems = problems;
    }

    /**
     * Adds the samples of a shard.
     *
     * @param shard its name in the set; empty if it is the set
     * @return the names of its images
     */
    List<String> add(String shard, Path path) throws IOException {
        String prefix = shard.isEmpty() ? "" : shard + "/";
        TarDirectory tar = TarDirectory.read(path);
        tar.links().forEach(link -> links.add(prefix + link));
        int before = images.size();
        Set<String> keys = new HashSet<>();
        Optional<WebDatasetSample> open = Optional.empty();
        for (TarPath file : tar.files()) {
            if (!ImageArchive.isVisible(file.name()) || isMetadata(file.name())) {
                continue;
            }
            int dot = file.name().indexOf('.', file.name().lastIndexOf('/') + 1);
            if (dot < 0) {
                others.add(prefix + file.name());
                continue;
            }
            String key = file.name().substring(0, dot);
            if (open.isEmpty() || !open.get().key().equals(key)) {
                close(prefix, open);
                open = Optional.of(new WebDatasetSample(key, path, keys.add(key)));
            }
            open.get().add(file.name().substring(dot + 1).toLowerCase(Locale.ROOT), file);
        }
        close(prefix, open);
        return images.subList(before, images.size()).stream()
                .map(FoundImage::fileName)
                .toList();
    }

    private static boolean isMetadata(String name) {
        return name.startsWith("__") && name.endsWith("__");
    }

    private void close(String prefix, Optional<WebDatasetSample> closed) throws IOException {
        if (closed.isPresent()) {
            try {
                addImage(prefix, closed.get());
            } catch (CorruptFileException e) {
                problems.found(
                        ListingProblem.BROKEN_SAMPLE, prefix + closed.get().key(), e);
            }
        }
    }

    private void addImage(String prefix, WebDatasetSample sample) throws IOException {
        sample.others().forEach(name -> others.add(prefix + name));
        Optional<TarPath> image = sample.image();
        if (image.isEmpty()) {
            withoutImage.add(prefix + sample.key());
            return;
        }
        String name = prefix + image.get().name();
        WebDatasetSample.Words words = sample.words(columns, keysOfJson);
        if (words.className().isEmpty()) {
            withoutClass.add(name);
        }
        String key = families.key(words.groupKey(), name);
        families.tie(key, words.group());
        images.add(new FoundImage(image.get(), name, words.className(), words.caption(), key, words.attributes()));
    }

    /** All images, sorted by name. */
    List<FoundImage> images() throws IOException {
        requireColumns();
        boolean oneClass = withoutClass.size() == images.size();
        if (!oneClass) {
            for (String name : withoutClass) {
                problems.found(
                        ListingProblem.NO_CLASS,
                        name,
                        new CorruptFileException("every sample has a class, or none has, but of " + images.size() + " "
                                + withoutClass.size() + " have none in " + source.path() + ", the first "
                                + withoutClass.get(0) + "; add a cls to each"));
            }
        }
        Set<String> left = oneClass ? Set.of() : Set.copyOf(withoutClass);
        return images.stream()
                .filter(image -> !left.contains(image.fileName()))
                .map(image -> new FoundImage(
                        image.path(),
                        image.fileName(),
                        oneClass ? source.title() : image.className(),
                        image.caption(),
                        families.family(image.group()),
                        image.attributes()))
                .sorted(Comparator.comparing(FoundImage::fileName))
                .toList();
    }

    /** A key may be missing everywhere only if the recipe leaves its name at the default. */
    private void requireColumns() {
        requireColumn("class-column", columns.className(), TableColumns.DEFAULT_CLASS);
        requireColumn("caption-column", columns.caption(), TableColumns.DEFAULT_CAPTION);
        requireColumn("group-column", columns.group(), TableColumns.DEFAULT_GROUP);
        columns.groupKey().ifPresent(key -> requireColumn("group-key-column", key, ""));
        columns.attributes().forEach(column -> requireColumn("attribute-columns", column, ""));
    }

    private void requireColumn(String setting, String name, String mayBeMissing) {
        if (!keysOfJson.contains(name) && !name.equals(mayBeMissing)) {
            throw new ConfigException("the recipe's " + setting + " is '" + name + "', but the json of samples in "
                    + source.path() + " has only the keys " + keysOfJson + "; name one of these");
        }
    }

    /** Members that belong to no image, or say nothing that is read. */
    List<String> others() {
        return others;
    }

    /** What a user should know of the shards, each in one sentence. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        notes.addAll(Listing.note(source.path(), "samples without an image, which are left out", withoutImage));
        notes.addAll(Listing.note(source.path(), "links in shards, which are not followed", links));
        return notes;
    }
}
