package dev.oar.tensor;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * What was measured on this machine, kept for the next process: small files of {@code name=value} lines in the user's cache folder.
 *
 * <p>The folder is {@code oar} in {@code XDG_CACHE_HOME}, or in {@code .cache} of the {@linkplain UserHome home folder} where that is
 * not set or not absolute (XDG Base Directory Specification); the system property {@value #PROPERTY} names another. Every entry holds
 * the key that it was measured for, the whole of it, so that what belongs to another machine, is damaged or is of an older version
 * counts as absent and is measured anew. Files are written beside and renamed; two processes at once leave one of their two results.
 */
public final class UserCache {
    /** The system property that names the folder. */
    public static final String PROPERTY = "oar.cachedir";

    private static final String KEY = "key";
    private static final int LARGEST = 1 << 20;
    private static final int NAME_DIGITS = 16;

    private UserCache() {}

    /** The folder; it need not exist. */
    public static Path directory() {
        String given = System.getProperty(PROPERTY);
        if (given != null) {
            return Path.of(given);
        }
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path base = xdg != null && !xdg.isEmpty() && Path.of(xdg).isAbsolute()
                ? Path.of(xdg)
                : UserHome.directory().resolve(".cache");
        return base.resolve("oar");
    }

    /**
     * A folder of the cache for files of another kind, made if missing; where the cache cannot be written, one in the user's own folder
     * among temporary files.
     *
     * @param name one word
     * @throws IOException if neither can be written
     */
    public static Path writableFolder(String name) throws IOException {
        Path usual = directory().resolve(name);
        try {
            Files.createDirectories(usual);
            if (Files.isWritable(usual)) {
                return usual;
            }
        } catch (IOException e) {
            // A cache that cannot be written, as in the home folder of a service.
        }
        return UserHome.writable(".cache/oar/" + name);
    }

    /** The file of an entry, such as {@code blas-0123456789abcdef.properties}. */
    static Path file(String kind, String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            String name = HexFormat.of().formatHex(digest).substring(0, NAME_DIGITS);
            return directory().resolve(kind + "-" + name + ".properties");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256, but this one has none", e);
        }
    }

    /**
     * What was kept.
     *
     * @param kind what kind of thing, a word
     * @param key all that it depends on
     * @return names and values; empty if there is nothing, or nothing that can be read, for exactly this key
     */
    public static Optional<Map<String, String>> read(String kind, String key) {
        try {
            Path file = file(kind, key);
            if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
                return Optional.empty();
            }
            Properties properties = new Properties();
            properties.load(new StringReader(Files.readString(file)));
            Map<String, String> values = new TreeMap<>();
            properties.stringPropertyNames().forEach(name -> values.put(name, properties.getProperty(name)));
            return key.equals(values.remove(KEY)) ? Optional.of(values) : Optional.empty();
        } catch (IOException | UncheckedIOException | IllegalArgumentException | SecurityException e) {
            // Unreadable, not text, or an escape that is none: as good as absent.
            return Optional.empty();
        }
    }

    /**
     * Keeps something.
     *
     * @throws IOException if the folder cannot be written
     */
    public static void write(String kind, String key, Map<String, String> values) throws IOException {
        Path file = file(kind, key);
        StringBuilder text = new StringBuilder();
        append(text, KEY, key);
        new TreeMap<>(values).forEach((name, value) -> append(text, name, value));
        Files.createDirectories(file.getParent());
        Path temporary = Files.createTempFile(file.getParent(), "." + kind, ".part");
        try {
            Files.writeString(temporary, text);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void append(StringBuilder text, String name, String value) {
        text.append(name)
                .append('=')
                .append(value.replace("\\", "\\\\").replace("\n", "\\n"))
                .append('\n');
    }
}
