package dev.oar.layout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a zip holds, by names as packers mean them.
 *
 * <p>Names are UTF-8; one that is not is in code page 437, the zip format's own (APPNOTE.TXT, appendix D). Backslashes, which some
 * packers write, separate folders as slashes do.
 *
 * @param packed the files
 * @param fileSystem the zip; close it after use
 */
record ZipListing(Packed packed, FileSystem fileSystem) {
    private static final Charset CODE_PAGE_437 = Charset.forName("IBM437");

    /** Opens and lists a zip. */
    static ZipListing open(Path zip) throws IOException {
        FileSystem system = fileSystem(zip);
        try {
            return new ZipListing(listed(zip, system).unwrapped(), system);
        } catch (IOException | RuntimeException e) {
            system.close();
            throw e;
        }
    }

    private static FileSystem fileSystem(Path zip) throws IOException {
        try {
            // In Latin-1 every byte is a character, so that names come as they are stored and are decoded here.
            return FileSystems.newFileSystem(zip, Map.of("encoding", StandardCharsets.ISO_8859_1.name()));
        } catch (IOException | ProviderNotFoundException | IllegalArgumentException e) {
            String reason = String.valueOf(e.getMessage());
            throw new IOException(
                    reason.contains("encrypted")
                            ? zip + " is protected by a password; pack it without one"
                            : zip + " cannot be opened as a zip (" + reason + "); pack or download it anew",
                    e);
        }
    }

    private static Packed listed(Path zip, FileSystem system) throws IOException {
        SortedMap<String, Path> files = new TreeMap<>();
        SortedSet<String> folders = new TreeSet<>();
        try (Stream<Path> walk = Files.walk(system.getPath("/"))) {
            for (Path found : (Iterable<Path>) walk::iterator) {
                String name = name(found);
                if (name.isEmpty() || !ImageArchive.isVisible(name)) {
                    continue;
                }
                if (name.contains("/") || Files.isDirectory(found)) {
                    folders.add(name.substring(0, (name + "/").indexOf('/')));
                }
                if (!name.endsWith("/") && Files.isRegularFile(found) && files.put(name, found) != null) {
                    throw new IOException(
                            "a zip may hold a file once, but " + zip + " holds " + name + " twice; pack it anew");
                }
            }
        } catch (UncheckedIOException e) {
            throw new IOException("the images of " + zip + " cannot be listed (" + e.getCause() + "); pack it anew", e);
        }
        return new Packed(files, folders);
    }

    private static String name(Path found) {
        byte[] stored = found.toString().getBytes(StandardCharsets.ISO_8859_1);
        return decoded(stored).replace('\\', '/').replaceAll("^/+|(?<=/)/+", "");
    }

    private static String decoded(byte[] stored) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(stored))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(stored, CODE_PAGE_437);
        }
    }
}
