package dev.oar.generate;

import dev.oar.image.PngFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps images from taking the place of images that were made with other settings: their names hold seed and index alone, and what else
 * they depend on stands inside ({@link ImageOrigin}).
 */
public final class ReplacedImages {
    /** What an image tells that is certain only once it is drawn. */
    private static final Set<String> KNOWN_LATE = Set.of("index", "windows", GenerationParameters.ORDER_CELLS);

    private static final int LONGEST_VALUE = 40;
    private static final JsonMapper JSON = new JsonMapper();

    private ReplacedImages() {}

    /**
     * Checks, before anything is drawn, that an image may be written.
     *
     * @param file where to; nothing need be there
     * @param shared what the image will tell, but for what is known late
     * @throws IllegalArgumentException in one sentence, if an image of other settings, or none of ours, is there
     */
    public static void requireReplaceable(Path file, Map<String, String> shared) throws IOException {
        if (Files.exists(file)) {
            Map<String, String> there = new TreeMap<>(told(file));
            Map<String, String> here = new TreeMap<>(shared);
            there.keySet().removeAll(KNOWN_LATE);
            here.keySet().removeAll(KNOWN_LATE);
            requireEqual(file, there, here);
        }
    }

    /**
     * Checks, when an image is drawn, that it may be written.
     *
     * @param file where to; nothing need be there
     * @param text all that the image tells
     * @throws IllegalArgumentException in one sentence, if an image of other settings, or none of ours, is there
     */
    public static void requireSame(Path file, Map<String, String> text) throws IOException {
        if (Files.exists(file)) {
            requireEqual(file, told(file), text);
        }
    }

    /**
     * Checks that a picture of several images, such as a sheet, may be written.
     *
     * @param file where to; nothing need be there
     * @param line what the picture says of its images
     * @throws IllegalArgumentException in one sentence, if a picture that says something else is there
     */
    public static void requireSameLine(Path file, String line) throws IOException {
        if (Files.exists(file)) {
            String there = text(file).get(PngFile.PARAMETERS);
            if (there != null && !there.equals(line)) {
                throw new IllegalArgumentException("a picture takes the place only of one of images made alike, but "
                        + file + " shows images made with other settings; choose another folder, seed or first index");
            }
        }
    }

    private static Map<String, String> told(Path file) throws IOException {
        String json = text(file).get(PngFile.OAR);
        try {
            Map<String, String> told = json == null ? null : JSON.readValue(json, new TypeReference<>() {});
            if (told != null) {
                return told;
            }
        } catch (JacksonException e) {
            throw foreign(file, e);
        }
        throw foreign(file, null);
    }

    private static Map<String, String> text(Path file) throws IOException {
        try {
            return PngFile.text(file);
        } catch (IOException e) {
            throw foreign(file, e);
        }
    }

    private static IllegalArgumentException foreign(Path file, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "an image takes the place only of one made alike, but " + file
                        + " does not tell how it was made; choose another folder, seed or first index",
                cause);
    }

    private static void requireEqual(Path file, Map<String, String> there, Map<String, String> here) {
        Set<String> keys = new LinkedHashSet<>(here.keySet());
        keys.addAll(there.keySet());
        for (String key : keys) {
            if (!Objects.equals(there.get(key), here.get(key))) {
                throw new IllegalArgumentException("an image takes the place only of one made alike, but " + file
                        + " was made with " + described(key, there.get(key)) + " and is to be made with "
                        + described(key, here.get(key)) + "; choose another folder, seed or first index");
            }
        }
    }

    private static String described(String key, @Nullable String value) {
        if (value == null) {
            return "no " + key;
        }
        return value.length() <= LONGEST_VALUE ? key + " " + value : "another " + key;
    }
}
