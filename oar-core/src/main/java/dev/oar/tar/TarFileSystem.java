package dev.oar.tar;

import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Set;

/**
 * The members of one tar as paths that can be read. It keeps nothing open: a member is a range of the tar's file, which is opened when the
 * member is read, so that there is nothing to close, and members of tars within tars are ranges of the same file.
 */
final class TarFileSystem extends FileSystem {
    private static final String SEPARATOR = "/";

    private final Path tar;
    private final Path file;
    private final long start;

    private TarFileSystem(Path tar, Path file, long start) {
        this.tar = tar;
        this.file = file;
        this.start = start;
    }

    /**
     * The members of a tar on disk or within another tar.
     *
     * @throws CorruptFileException if the tar lies elsewhere, such as in a zip
     */
    static TarFileSystem of(Path tar) throws CorruptFileException {
        if (tar instanceof TarPath member) {
            return new TarFileSystem(tar, member.getFileSystem().file, member.start());
        }
        if (tar.getFileSystem() != FileSystems.getDefault()) {
            throw new CorruptFileException(
                    "members are read in place of a tar on disk, but " + tar + " lies in a zip; unpack the zip");
        }
        return new TarFileSystem(tar, tar.toAbsolutePath(), 0);
    }

    /** The tar. */
    Path tar() {
        return tar;
    }

    /** The file on disk that holds the bytes: the tar itself, or the outermost tar around it. */
    Path file() {
        return file;
    }

    /** Where the tar begins in that file. */
    long start() {
        return start;
    }

    @Override
    public FileSystemProvider provider() {
        return TarProvider.INSTANCE;
    }

    @Override
    public void close() {
        // Nothing is open.
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    @Override
    public String getSeparator() {
        return SEPARATOR;
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of();
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic");
    }

    @Override
    public Path getPath(String first, String... more) {
        throw new UnsupportedOperationException("members of a tar are found by listing it");
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        throw new UnsupportedOperationException("members of a tar are found by listing it");
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException("owners of members of a tar are not read");
    }

    @Override
    public WatchService newWatchService() throws IOException {
        throw new UnsupportedOperationException("a tar is not watched");
    }
}
