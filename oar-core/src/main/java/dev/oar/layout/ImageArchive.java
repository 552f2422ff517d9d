package dev.oar.layout;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.FullPath;
import dev.oar.tar.TarDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the images of a data set lie: a folder, or a zip or an uncompressed tar, read in place.
 *
 * <p>Files are known by their names relative to the set, with slashes on every platform. Hidden files and what desktops leave behind
 * are not seen.
 */
public final class ImageArchive implements AutoCloseable {
    /** What Java decodes bytes to that are no letter. */
    private static final char UNDECODED = '\uFFFD';

    private static final String ZIP = ".zip";
    private static final String TAR = ".tar";
    private static final Set<String> DESKTOP_FILES = Set.of("thumbs.db", "desktop.ini");

    private final Path path;
    private final String title;
    private final SortedMap<String, Path> files;
    private final SortedSet<String> folders;
    private final List<String> notes;
    private final @Nullable FileSystem zip;

    private ImageArchive(Path path, String title, Packed files, List<String> notes, @Nullable FileSystem zip) {
        this.path = path;
        this.title = title;
        this.files = Collections.unmodifiableSortedMap(files.files());
        this.folders = Collections.unmodifiableSortedSet(files.folders());
        this.notes = List.copyOf(notes);
        this.zip = zip;
    }

    /**
     * Opens a folder, a zip or a tar and lists it.
     *
     * @throws IOException in one sentence, if there is none, or it cannot be listed
     */
    public static ImageArchive open(Path path) throws IOException {
        Path full = FullPath.of(path);
        String name = String.valueOf(full.getFileName());
        if (Files.isDirectory(full)) {
            return folder(full, name);
        }
        if (!Files.isRegularFile(full)) {
            throw new IOException("there is no folder, zip or tar of images at " + path + "; correct the path");
        }
        ParquetFiles.requireNot(full);
        String ending =
                name.substring(Math.max(0, name.length() - ZIP.length())).toLowerCase(Locale.ROOT);
        String title = name.substring(0, name.length() - ending.length());
        if (ending.equals(ZIP)) {
            ZipListing listing = ZipListing.open(full);
            return new ImageArchive(full, title, listing.packed(), List.of(), listing.fileSystem());
        }
        if (ending.equals(TAR)) {
            TarDirectory tar = TarDirectory.read(full);
            return new ImageArchive(full, title, Packed.of(tar).unwrapped(), linksOf(full, tar), null);
        }
        throw new IOException("images must lie in a folder, a .zip or an uncompressed .tar, but " + path
                + " is none of these; correct the path, or unpack it");
    }

    /** What is said of the links in a tar, which are not followed. */
    static List<String> linksOf(Path path, TarDirectory tar) {
        return Listing.note(path, "links, which are not followed", tar.links());
    }

    private static ImageArchive folder(Path root, String name) throws IOException {
        SortedMap<String, Path> files = new TreeMap<>();
        SortedSet<String> folders = new TreeSet<>();
        try (Stream<Path> walk = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
            for (Path found : (Iterable<Path>) walk::iterator) {
                String relative = name(root.relativize(found));
                if (relative.isEmpty() || !isVisible(relative)) {
                    continue;
                }
                if (Files.isRegularFile(found)) {
                    requireDecoded(root, relative);
                    files.put(relative, found);
                } else if (!relative.contains("/") && Files.isDirectory(found)) {
                    folders.add(relative);
                }
            }
        } catch (UncheckedIOException e) {
            throw new IOException(
                    "the images of " + root + " cannot be listed (" + e.getCause() + "); check the folder", e);
        }
        return new ImageArchive(root, name, new Packed(files, folders), List.of(), null);
    }

    private static String name(Path relative) {
        StringBuilder name = new StringBuilder();
        for (Path part : relative) {
            name.append(name.isEmpty() ? "" : "/").append(part);
        }
        return name.toString();
    }

    /** Letters that Java cannot decode all become the same one, and names that differ become equal. */
    private static void requireDecoded(Path root, String name) throws IOException {
        if (name.indexOf(UNDECODED) >= 0) {
            throw new IOException("names of files must be readable in the locale of the process, but " + name + " in "
                    + root + " is not; set LC_ALL=C.UTF-8 before Java starts, or rename it");
        }
    }

    /** Whether neither the file nor a folder above it is hidden or a desktop's own. */
    static boolean isVisible(String name) {
        for (String part : name.split("/")) {
            if (part.startsWith(".") || part.startsWith("__MACOSX")) {
                return false;
            }
        }
        return !DESKTOP_FILES.contains(name.substring(name.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT));
    }

    /** The folder, zip or tar, by its full path. */
    public Path path() {
        return path;
    }

    /** The name of the folder, zip or tar without ending. */
    public String title() {
        return title;
    }

    /** All files at any depth, by name. */
    public SortedMap<String, Path> files() {
        return files;
    }

    /** The folders at the top, by name, empty ones too. */
    public SortedSet<String> folders() {
        return folders;
    }

    /** What a user should know of how it was packed, each in one sentence. */
    public List<String> notes() {
        return notes;
    }

    /** Whether it is a tar. */
    boolean isTar() {
        return isTar(path.toString()) && !isFolder();
    }

    /** Whether a file is called as tars are. */
    static boolean isTar(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(TAR);
    }

    private boolean isFolder() {
        return Files.isDirectory(path);
    }

    /** The file of a name, if there is one. */
    public Optional<Path> file(String name) {
        return Optional.ofNullable(files.get(name));
    }

    /** A file as errors name it. */
    public String place(String name) {
        return isFolder() ? path.resolve(name).toString() : name + " in " + path;
    }

    /** What to give in place of this set to read one of its folders alone: the words that complete "give ...". */
    String alone(String folder) {
        String packing = zip == null ? "a tar of " : "a zip of ";
        return isFolder() ? path.resolve(folder).toString() : packing + folder + " alone";
    }

    /** What changes when a file's content does: size and checksum, which a zip holds, or else the content itself. */
    public String version(Path file) throws IOException {
        return zip == null ? Fingerprint.ofFile(file) : Files.size(file) + " " + Files.getAttribute(file, "zip:crc");
    }

    @Override
    public void close() throws IOException {
        if (zip != null) {
            zip.close();
        }
    }
}
