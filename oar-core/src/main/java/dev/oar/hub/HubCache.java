package dev.oar.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One repository in the cache that all tools of the hub share
 * (<a href="https://huggingface.co/docs/huggingface_hub/guides/manage-cache">its layout</a>):
 *
 * <pre>
 *   models--OWNER--REPO/
 *     blobs/ETAG                  a content
 *     blobs/ETAG.incomplete       the first part of one
 *     snapshots/COMMIT/PATH       relative link to the blob
 *     refs/REVISION               the commit that a branch or tag was last seen at
 *   .locks/models--OWNER--REPO/ETAG.lock
 * </pre>
 *
 * Files appear under their names complete or not at all.
 */
final class HubCache {
    private static final int LARGEST_REF = 128;

    /** Ways to let a snapshot show a blob, in the order in which they are tried. */
    enum Link {
        SYMBOLIC {
            @Override
            void make(Path link, Path blob, Path folder) throws IOException {
                Files.createSymbolicLink(link, folder.relativize(blob));
            }
        },
        HARD {
            @Override
            void make(Path link, Path blob, Path folder) throws IOException {
                Files.createLink(link, blob);
            }
        },
        COPY {
            @Override
            void make(Path link, Path blob, Path folder) throws IOException {
                Files.copy(blob, link);
            }
        };

        /**
         * Makes a link.
         *
         * @param folder where the link will stand in the end
         * @throws UnsupportedOperationException if the file system has none of this kind
         */
        abstract void make(Path link, Path blob, Path folder) throws IOException;
    }

    private final HubReference reference;
    private final Path repository;
    private final Path locks;
    private final List<Link> links;

    HubCache(Path root, HubReference reference) {
        this(root, reference, List.of(Link.values()));
    }

    HubCache(Path root, HubReference reference, List<Link> links) {
        String folder = "models--" + reference.owner() + "--" + reference.repo();
        this.reference = reference;
        this.repository = root.toAbsolutePath().resolve(folder);
        this.locks = repository.resolveSibling(".locks").resolve(folder);
        this.links = links;
    }

    /** The file as it was last seen at the reference's revision, if it is there. */
    Optional<HubFile> find() throws IOException {
        Optional<String> commit = reference.pinned() ? Optional.of(reference.revision()) : seenCommit();
        if (commit.isEmpty() || !Files.isRegularFile(snapshot(commit.get()))) {
            return Optional.empty();
        }
        Path path = snapshot(commit.get());
        return Optional.of(new HubFile(path, commit.get(), etag(path), Files.size(path)));
    }

    /** Where contents lie. */
    Path blobs() {
        return repository.resolve("blobs");
    }

    /** Where a content lies. */
    Path blob(String etag) {
        return blobs().resolve(etag);
    }

    /** Where the first part of a content lies. */
    Path incomplete(String etag) {
        return blobs().resolve(etag + ".incomplete");
    }

    /** Waits for the right to download a content; the runnable is called if another has it. */
    BlobLock lock(String etag, Runnable waiting) throws IOException, InterruptedException {
        return BlobLock.take(locks, etag + ".lock", waiting);
    }

    /** Where the reference's file lies at a commit. */
    Path snapshot(String commit) {
        return repository.resolve("snapshots").resolve(commit).resolve(reference.path());
    }

    /** Whether a blob or a snapshot is there in full; one of another size has been damaged. */
    static boolean holds(Path path, long size) throws IOException {
        return Files.isRegularFile(path) && Files.size(path) == size;
    }

    /** Lets the snapshot of a commit show a blob that is there. */
    void link(RemoteFile remote) throws IOException {
        Path snapshot = snapshot(remote.commit());
        if (!holds(snapshot, remote.size())) {
            Path folder = folder(snapshot);
            Files.createDirectories(folder);
            appear(snapshot, temporary -> link(temporary, blob(remote.etag()), folder));
        }
    }

    /** Notes the commit that the reference's revision was seen at. */
    void remember(String commit) throws IOException {
        if (reference.pinned() || seenCommit().filter(commit::equals).isPresent()) {
            return;
        }
        Files.createDirectories(folder(ref()));
        appear(ref(), temporary -> Files.writeString(temporary, commit));
    }

    private Optional<String> seenCommit() throws IOException {
        if (!Files.isRegularFile(ref()) || Files.size(ref()) > LARGEST_REF) {
            return Optional.empty();
        }
        return Optional.of(Files.readString(ref()).strip()).filter(HubReference::isCommit);
    }

    private static Path folder(Path file) {
        return Objects.requireNonNull(file.getParent(), "all names in the cache are within a folder");
    }

    private Path ref() {
        return repository.resolve("refs").resolve(reference.revision());
    }

    private void link(Path link, Path blob, Path folder) throws IOException {
        IOException problem = new IOException("no way to link files is allowed in " + repository + "; allow copies");
        for (Link kind : links) {
            try {
                kind.make(link, blob, folder);
                return;
            } catch (UnsupportedOperationException e) {
                problem.addSuppressed(e);
            } catch (IOException e) {
                Files.deleteIfExists(link);
                e.addSuppressed(problem);
                problem = e;
            }
        }
        throw problem;
    }

    /** Fills a file under a name that only this call knows, and renames it. */
    private void appear(Path target, Filling filling) throws IOException {
        Path temporary = repository.resolve("." + UUID.randomUUID() + ".part");
        try {
            filling.fill(temporary);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static @Nullable String etag(Path snapshot) throws IOException {
        if (!Files.isSymbolicLink(snapshot)) {
            return null;
        }
        String name = String.valueOf(Files.readSymbolicLink(snapshot).getFileName());
        return RemoteFile.isEtag(name) ? name : null;
    }

    @FunctionalInterface
    private interface Filling {
        void fill(Path temporary) throws IOException;
    }
}
