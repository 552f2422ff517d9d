package dev.oar.tar;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member of a tar, to be read as any file: {@link java.nio.file.Files#newInputStream}, {@link java.nio.file.Files#size}. Its text is that of
 * the tar, a slash and the member's name.
 *
 * <p>It is absolute and leads nowhere else: other paths are not made from it.
 */
public final class TarPath implements Path {
    /** For a start: the path is only a name. */
    private static final long NOTHING = -1;

    private final TarFileSystem system;
    private final String name;
    private final long offset;
    private final long size;

    TarPath(TarFileSystem system, String name, long offset, long size) {
        this.system = system;
        this.name = name;
        this.offset = offset;
        this.size = size;
    }

    /** The member's name in its tar, with slashes. */
    public String name() {
        return name;
    }

    /** Whether there is content behind the name. */
    boolean isMember() {
        return offset != NOTHING;
    }

    /** Where the content begins in the file on disk. */
    long start() {
        return system.start() + offset;
    }

    /** Bytes of the content. */
    long size() {
        return size;
    }

    @Override
    public TarFileSystem getFileSystem() {
        return system;
    }

    @Override
    public boolean isAbsolute() {
        return isMember();
    }

    @Override
    public @Nullable Path getRoot() {
        return null;
    }

    @Override
    public Path getFileName() {
        return named(name.substring(name.lastIndexOf('/') + 1));
    }

    @Override
    public @Nullable Path getParent() {
        int slash = name.lastIndexOf('/');
        return slash < 0 ? null : named(name.substring(0, slash));
    }

    private TarPath named(String part) {
        return new TarPath(system, part, NOTHING, 0);
    }

    private List<String> parts() {
        return List.of(name.split("/"));
    }

    @Override
    public int getNameCount() {
        return parts().size();
    }

    @Override
    public Path getName(int index) {
        return named(parts().get(index));
    }

    @Override
    public Path subpath(int beginIndex, int endIndex) {
        return named(String.join("/", parts().subList(beginIndex, endIndex)));
    }

    @Override
    public boolean startsWith(Path other) {
        return other instanceof TarPath path && path.system == system && (name + "/").startsWith(path.name + "/");
    }

    @Override
    public boolean endsWith(Path other) {
        return other instanceof TarPath path && path.system == system && ("/" + name).endsWith("/" + path.name);
    }

    @Override
    public Path normalize() {
        return this;
    }

    @Override
    public Path resolve(Path other) {
        throw new InvalidPathException(other.toString(), "no path lies below the member of a tar " + this);
    }

    @Override
    public Path relativize(Path other) {
        throw new InvalidPathException(other.toString(), "no path leads on from the member of a tar " + this);
    }

    @Override
    public URI toUri() {
        try {
            return new URI(TarProvider.SCHEME, system.tar().toUri() + "!/" + name, null);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a URI of three parts is always one: " + this, e);
        }
    }

    @Override
    public Path toAbsolutePath() {
        return this;
    }

    @Override
    public Path toRealPath(LinkOption... options) {
        return this;
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException("a tar is not watched");
    }

    @Override
    public int compareTo(Path other) {
        if (!(other instanceof TarPath)) {
            throw new ProviderMismatchException(other + " is no member of a tar");
        }
        return toString().compareTo(other.toString());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TarPath path
                && path.name.equals(name)
                && path.offset == offset
                && path.system.tar().equals(system.tar());
    }

    @Override
    public int hashCode() {
        return 31 * system.tar().hashCode() + name.hashCode();
    }

    @Override
    public String toString() {
        return isMember() ? system.tar() + "/" + name : name;
    }
}
