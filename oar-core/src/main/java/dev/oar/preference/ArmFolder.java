package dev.oar.preference;

import dev.oar.config.Require;
import dev.oar.data.ImageSet;
import dev.oar.generate.ImageOrigin;
import dev.oar.generate.Subject;
import dev.oar.image.ImageSize;
import dev.oar.image.PngFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Images of an arm that are there already: a folder, a zip or a NumPy batch ({@link ImageSet}). */
public final class ArmFolder implements ArmImages, AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final PreferenceProtocol.ComparedArm arm;
    private final ImageSet images;
    private final Map<MatchKey, Integer> bySettings;
    private final Map<MatchKey, Integer> byName;
    private final boolean tells;

    private ArmFolder(PreferenceProtocol.ComparedArm arm, ImageSet images) throws IOException {
        this.arm = arm;
        this.images = images;
        this.bySettings = new LinkedHashMap<>();
        this.byName = new LinkedHashMap<>();
        boolean all = true;
        for (int index = 0; index < images.count(); index++) {
            String name = images.name(index);
            put(byName, new MatchKey.FileName(withoutEnding(name)), index);
            Optional<MatchKey.Settings> settings = all ? settings(images.path(), name) : Optional.empty();
            all &= settings.isPresent();
            if (settings.isPresent()) {
                put(bySettings, settings.get(), index);
            }
        }
        this.tells = all;
    }

    /**
     * Opens the images of an arm; close it after use.
     *
     * @param side side in pixels of the squares that images are cropped to; empty: they are of one size
     * @throws IOException in one sentence, if they cannot be read or are of several sizes
     * @throws IllegalArgumentException if two images are of the same settings or name
     */
    public static ArmFolder open(PreferenceProtocol.ComparedArm arm, Path path, OptionalInt side) throws IOException {
        ImageSet images = side.isPresent() ? ImageSet.open(path, side.getAsInt()) : ImageSet.open(path);
        try {
            return new ArmFolder(arm, images);
        } catch (IOException | RuntimeException e) {
            images.close();
            throw e;
        }
    }

    private void put(Map<MatchKey, Integer> places, MatchKey key, int index) {
        Integer before = places.put(key, index);
        Require.that(
                before == null,
                "an image of an arm is known by its settings or its name, but in %s %s and %s share %s %s; take one away",
                images.path(),
                before == null ? "" : images.name(before),
                images.name(index),
                key.subject(),
                key.origin());
    }

    private static String withoutEnding(String name) {
        int end = name.lastIndexOf('.');
        return end > name.lastIndexOf('/') + 1 ? name.substring(0, end) : name;
    }

    /** What a PNG of a folder tells of its drawing; an edited image is of more than that. */
    private static Optional<MatchKey.Settings> settings(Path folder, String name) throws IOException {
        if (!Files.isDirectory(folder) || !name.toLowerCase(Locale.ROOT).endsWith(".png")) {
            return Optional.empty();
        }
        String json = PngFile.text(folder.resolve(name)).get(PngFile.OAR);
        if (json == null) {
            return Optional.empty();
        }
        try {
            Map<String, String> texts = JSON.readValue(json, new TypeReference<HashMap<String, String>>() {});
            if (texts == null || texts.containsKey(ImageOrigin.EDIT)) {
                return Optional.empty();
            }
            String seed = texts.get("seed");
            String index = texts.get("index");
            return seed == null || index == null
                    ? Optional.empty()
                    : Optional.of(
                            new MatchKey.Settings(Subject.taken(texts), Long.parseLong(seed), Long.parseLong(index)));
        } catch (JacksonException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * What the images of all folders share: class or caption, seed and index where every PNG tells them, else the names of their files.
     *
     * @param settingsNeeded whether other arms are to be drawn from the same settings
     * @return the matches, in the sequence of the first folder
     * @throws IllegalArgumentException in one sentence, if they cannot be paired
     */
    public static List<MatchKey> matches(List<ArmFolder> folders, boolean settingsNeeded) {
        Optional<ArmFolder> silent =
                folders.stream().filter(folder -> !folder.tells).findFirst();
        Require.that(
                !settingsNeeded || silent.isEmpty(),
                "an arm is drawn from the settings that the images of the others tell, but not every image of %s is a PNG that tells class or"
                        + " caption, seed and index; name images that `oar generate` has written, or a folder for every arm",
                silent.map(folder -> folder.images.path().toString()).orElse(""));
        List<MatchKey> shared =
                new ArrayList<>(folders.get(0).places(silent.isEmpty()).keySet());
        for (ArmFolder folder : folders) {
            shared.retainAll(folder.places(silent.isEmpty()).keySet());
        }
        Require.that(
                !shared.isEmpty(),
                "images of two arms are paired by %s, but %s share none; %s",
                silent.isEmpty()
                        ? "the class or caption, seed and index that their PNGs tell"
                        : "the names of their files",
                String.join(
                        " and ",
                        folders.stream()
                                .map(folder -> folder.images.path().toString())
                                .toList()),
                silent.isEmpty()
                        ? "draw the same classes or captions with the same seed in every arm"
                        : "give both images of a pair the same name");
        return shared;
    }

    private Map<MatchKey, Integer> places(boolean settings) {
        return settings ? bySettings : byName;
    }

    /** How many images there are. */
    public int count() {
        return images.count();
    }

    @Override
    public PreferenceProtocol.ComparedArm arm() {
        return arm;
    }

    @Override
    public ImageSize size() {
        return images.size();
    }

    @Override
    public void give(List<MatchKey> matches, Receiver receiver) throws IOException {
        for (int place = 0; place < matches.size(); place++) {
            MatchKey key = matches.get(place);
            Integer index = places(key instanceof MatchKey.Settings).get(key);
            Require.that(
                    index != null,
                    "every arm has an image of every match, but %s has none of %s %s; name another folder",
                    images.path(),
                    key.subject(),
                    key.origin());
            if (index != null) {
                receiver.accept(place, images.image(index));
            }
        }
    }

    @Override
    public void close() throws IOException {
        images.close();
    }
}
