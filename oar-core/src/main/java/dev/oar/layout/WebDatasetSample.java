package dev.oar.layout;

import dev.oar.file.BoundedFile;
import dev.oar.file.CorruptFileException;
import dev.oar.tar.TarPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** The members of a shard that have one key: an image, and what is said of it. */
final class WebDatasetSample {
    private static final Set<String> IMAGES = Set.of("jpg", "jpeg", "png", "webp", "gif", "bmp");
    /** The image where there is none of those; beside one it is something else, such as a feature. */
    private static final String ARRAY = "npy";

    private static final String CLASS = "cls";
    private static final String CAPTION = "txt";
    private static final String JSON = "json";
    private static final Set<String> WORDS = Set.of(CLASS, CAPTION, JSON);
    private static final int MOST_BYTES = 1 << 20;

    private final String key;
    private final Path shard;
    private final boolean together;
    private final Set<String> twice = new TreeSet<>();
    private final SortedMap<String, TarPath> members = new TreeMap<>();

    /**
     * A sample without members.
     *
     * @param together whether no others of its members stood before in the shard
     */
    WebDatasetSample(String key, Path shard, boolean together) {
        this.key = key;
        this.shard = shard;
        this.together = together;
    }

    /** What is said of an image; empty texts where nothing is. */
    record Words(String className, String caption, String group, String groupKey, List<String> attributes) {}

    /** The name of all members up to the first dot of the last part. */
    String key() {
        return key;
    }

    /**
     * Adds a member.
     *
     * @param suffix the rest of its name, in small letters
     */
    void add(String suffix, TarPath member) {
        if (members.put(suffix, member) != null) {
            twice.add(suffix);
        }
    }

    /**
     * The image, if there is one.
     *
     * @throws CorruptFileException in one sentence, if there are two, or members that stand twice or apart
     */
    Optional<TarPath> image() throws CorruptFileException {
        LayoutFiles.require(
                together,
                "the members of a sample stand together, but %s has some of %s again behind those of another; pack it in the"
                        + " order of the names, with 'tar --sort=name'",
                shard,
                key);
        LayoutFiles.require(
                twice.isEmpty(),
                "a sample has each suffix once, but %s in %s has '%s' twice; pack it anew with one of them",
                key,
                shard,
                String.join(", ", twice));
        List<String> suffixes = members.keySet().stream().filter(this::isImage).toList();
        LayoutFiles.require(
                suffixes.size() <= 1,
                "a sample has one image, but %s in %s has %s; pack it anew with one of them",
                key,
                shard,
                suffixes);
        return suffixes.isEmpty() ? Optional.empty() : Optional.ofNullable(members.get(suffixes.get(0)));
    }

    private boolean isImage(String suffix) {
        return IMAGES.contains(suffix)
                || suffix.equals(ARRAY) && members.keySet().stream().noneMatch(IMAGES::contains);
    }

    /** Members that are not read; all of them, if there is no image. */
    List<String> others() {
        boolean hasImage = members.keySet().stream().anyMatch(this::isImage);
        return members.entrySet().stream()
                .filter(member -> !hasImage || !isImage(member.getKey()) && !WORDS.contains(member.getKey()))
                .map(member -> member.getValue().name())
                .toList();
    }

    /**
     * What is said of the image.
     *
     * @param keys receives all keys of the json
     * @throws CorruptFileException in one sentence, if a class is no number, the json is none, or lacks an attribute
     */
    Words words(TableColumns columns, Set<String> keys) throws IOException {
        Map<String, String> json = json(columns, keys);
        String className = json.getOrDefault(columns.className(), "");
        String caption = text(CAPTION);
        List<String> attributes = new ArrayList<>();
        for (String column : columns.attributes()) {
            String value = json.getOrDefault(column, "");
            LayoutFiles.require(
                    !value.isEmpty(),
                    "every sample has a value of the attribute '%s' in its json, but %s in %s has none; write one, such as"
                            + " 'no' where there is nothing",
                    column,
                    key,
                    shard);
            attributes.add(value);
        }
        return new Words(
                className.isEmpty() ? number() : className,
                caption.isEmpty() ? json.getOrDefault(columns.caption(), "") : caption,
                json.getOrDefault(columns.group(), ""),
                columns.groupKey().map(name -> json.getOrDefault(name, "")).orElse(""),
                attributes);
    }

    private Map<String, String> json(TableColumns columns, Set<String> keys) throws IOException {
        TarPath member = members.get(JSON);
        if (member == null) {
            return Map.of();
        }
        Set<String> wanted = new HashSet<>(columns.attributes());
        wanted.addAll(List.of(columns.className(), columns.caption(), columns.group()));
        columns.groupKey().ifPresent(wanted::add);
        return JsonLinesTable.fields(member.toString(), "write one such object", text(JSON), wanted, keys);
    }

    /** The number of the class without leading zeros; empty if there is none. */
    private String number() throws IOException {
        String text = text(CLASS);
        LayoutFiles.require(
                !members.containsKey(CLASS) || text.matches("\\d{1,9}"),
                "cls must be the number of a class, but is '%s' for %s in %s; write names of classes to json, under class",
                text,
                key,
                shard);
        return text.isEmpty() ? "" : Integer.toString(Integer.parseInt(text));
    }

    private String text(String suffix) throws IOException {
        TarPath member = members.get(suffix);
        return member == null
                ? ""
                : BoundedFile.text(member, MOST_BYTES, "a sample's words are shorter")
                        .strip();
    }
}
