package dev.oar.hub;

import static dev.oar.hub.LocalHub.COMMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.hub.HubCache.Link;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubCacheTests {
    private static final HubReference REFERENCE = new HubReference("o", "r", "a/b.bin");
    private static final byte[] CONTENT = HubFixture.bytes(3, 1000);
    private static final RemoteFile REMOTE = new RemoteFile(COMMIT, "etag", CONTENT.length);

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void everyKindOfLinkShowsTheContent(Link link) throws IOException {
        HubCache cache = filled(directory, List.of(link));
        cache.link(REMOTE);
        cache.remember(COMMIT);
        HubFile found = cache.find().orElseThrow();
        assertThat(found.path()).isEqualTo(cache.snapshot(COMMIT)).hasBinaryContent(CONTENT);
        assertThat(found.commit()).isEqualTo(COMMIT);
        assertThat(found.etag()).isEqualTo(link == Link.SYMBOLIC ? "etag" : null);
        assertThat(found.size()).isEqualTo(CONTENT.length);
        assertNoTemporaries();
    }

    @ParameterizedTest
    @EnumSource
    void aDamagedSnapshotIsReplaced(Link link) throws IOException {
        HubCache cache = filled(directory, List.of(link));
        Files.createDirectories(cache.snapshot(COMMIT).resolveSibling("."));
        Files.write(cache.snapshot(COMMIT), new byte[5]);
        cache.link(REMOTE);
        assertThat(cache.snapshot(COMMIT)).hasBinaryContent(CONTENT);
        assertNoTemporaries();
    }

    @Test
    void whereNoLinksAreThereFilesAreCopied() throws IOException {
        try (FileSystem archive = FileSystems.newFileSystem(directory.resolve("a.zip"), Map.of("create", "true"))) {
            HubCache cache = filled(archive.getPath("/cache"), List.of(Link.values()));
            cache.link(REMOTE);
            cache.remember(COMMIT);
            HubFile found = cache.find().orElseThrow();
            assertThat(Files.readAllBytes(found.path())).isEqualTo(CONTENT);
            assertThat(found.etag()).isNull();
        }
    }

    @Test
    void aFailedLinkLeavesNothing() throws IOException {
        HubCache cache = new HubCache(directory, REFERENCE, List.of(Link.HARD, Link.COPY));
        Files.createDirectories(cache.blobs());
        assertThatThrownBy(() -> cache.link(REMOTE)).isInstanceOf(IOException.class);
        assertThat(cache.snapshot(COMMIT)).doesNotExist();
        assertNoTemporaries();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../../x", "0123", "0123456789abcdef0123456789abcdef012345678"})
    void aRefThatNamesNoCommitIsIgnored(String content) throws IOException {
        HubCache cache = filled(directory, List.of(Link.values()));
        cache.link(REMOTE);
        Path ref = directory.resolve("models--o--r/refs/main");
        Files.createDirectories(ref.resolveSibling("."));
        Files.writeString(ref, content);
        assertThat(cache.find()).isEmpty();
        cache.remember(COMMIT);
        assertThat(ref).hasContent(COMMIT);
        assertThat(cache.find()).isPresent();
    }

    @Test
    void aLinkToNowhereIsNoFile() throws IOException {
        HubCache cache = filled(directory, List.of(Link.SYMBOLIC));
        cache.link(REMOTE);
        cache.remember(COMMIT);
        Files.delete(cache.blob("etag"));
        assertThat(cache.find()).isEmpty();
        Files.write(cache.blob("etag"), CONTENT);
        assertThat(cache.find()).isPresent();
    }

    private static HubCache filled(Path root, List<Link> links) throws IOException {
        HubCache cache = new HubCache(root, REFERENCE, links);
        Files.createDirectories(cache.blobs());
        Files.write(cache.blob("etag"), CONTENT);
        return cache;
    }

    private void assertNoTemporaries() throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            assertThat(paths).noneMatch(path -> path.toString().endsWith(".part"));
        }
    }
}
