package dev.oar.hub;

import static dev.oar.hub.HubFixture.MODEL;
import static dev.oar.hub.LocalHub.COMMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.hub.LocalHub.Request;
import dev.oar.hub.LocalHub.Server;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubClientTests {
    private static final int SIZE = 300_000;
    private static final String OTHER_COMMIT = "f".repeat(40);

    @TempDir
    Path directory;

    private HubFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new HubFixture(directory.resolve("hub"), SIZE);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aFileLiesInTheLayoutThatAllToolsOfTheHubShare() throws Exception {
        HubFile file = fixture.fetch();
        Path repository = fixture.repository();
        Path snapshot = repository.resolve("snapshots").resolve(COMMIT).resolve("model.safetensors");
        assertThat(file).isEqualTo(new HubFile(snapshot, COMMIT, fixture.etag, SIZE));
        assertThat(snapshot).hasBinaryContent(fixture.content).isSymbolicLink();
        assertThat(Files.readSymbolicLink(snapshot)).isEqualTo(Path.of("../../blobs/" + fixture.etag));
        assertThat(repository.resolve("blobs").resolve(fixture.etag)).hasBinaryContent(fixture.content);
        assertThat(repository.resolve("refs/main")).hasContent(COMMIT);
        assertThat(fixture.cachedNames()).hasSize(3);
    }

    @Test
    void aSmallFileInAFolderIsCheckedByItsGitHash() throws Exception {
        byte[] bytes = "{\"depth\": 3}".getBytes(StandardCharsets.UTF_8);
        fixture.hub.putSmall("vq model/ü/config.json", bytes);
        HubFile file = fixture.client().fetch(new HubReference("owner", "repo", "vq model/ü/config.json"), fixture);
        assertThat(file.etag()).isEqualTo(LocalHub.gitHash(bytes));
        assertThat(file.path()).hasBinaryContent(bytes).endsWithRaw(Path.of(COMMIT, "vq model", "ü", "config.json"));
        assertThat(Files.readSymbolicLink(file.path())).isEqualTo(Path.of("../../../../blobs/" + file.etag()));
        assertThat(fixture.hub.requests(Server.HUB, "GET"))
                .extracting(Request::target)
                .containsExactly("/owner/repo/resolve/" + COMMIT + "/vq%20model/%C3%BC/config.json");
    }

    @Test
    void anEmptyFileIsAFile() throws Exception {
        fixture.hub.putSmall("empty", new byte[0]);
        HubFile file = fixture.client().fetch(new HubReference("owner", "repo", "empty"), fixture);
        assertThat(file.path()).isEmptyFile();
        assertThat(file.etag()).isEqualTo("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    }

    @Test
    void progressCountsFromNothingToTheWholeSize() throws Exception {
        fixture.fetch();
        assertThat(fixture.progress).startsWith(0L).endsWith((long) SIZE).isSorted();
        assertThat(fixture.notes).isEmpty();
    }

    @Test
    void theTokenGoesToTheHubAndNowhereElse() throws Exception {
        fixture.withToken("hf_abc").fetch(MODEL, fixture);
        assertThat(fixture.hub.requests(Server.HUB, "HEAD"))
                .extracting(Request::authorization)
                .containsExactly("Bearer hf_abc");
        assertThat(fixture.hub.requests(Server.HUB, "GET"))
                .extracting(Request::authorization)
                .containsExactly("Bearer hf_abc");
        assertThat(fixture.hub.requests(Server.STORAGE, "GET"))
                .extracting(Request::authorization)
                .containsOnlyNulls()
                .hasSize(1);
    }

    @Test
    void withoutATokenNoneIsSent() throws Exception {
        fixture.fetch();
        assertThat(fixture.hub.requests()).extracting(Request::authorization).containsOnlyNulls();
    }

    @Test
    void aRenamedRepositoryIsFollowed() throws Exception {
        fixture.hub.script(
                Server.HUB,
                "HEAD",
                LocalHub.status(307, "Location", "/new/name/resolve/main/model.safetensors?x=%2Fy&etag=%22z%22"));
        fixture.withToken("hf_abc").fetch(MODEL, fixture);
        assertThat(fixture.hub.requests(Server.HUB, "HEAD"))
                .extracting(Request::target)
                .containsExactly(
                        "/owner/repo/resolve/main/model.safetensors", "/new/name/resolve/main/model.safetensors");
        assertThat(fixture.hub.requests(Server.HUB, "HEAD"))
                .extracting(Request::authorization)
                .containsOnly("Bearer hf_abc");
    }

    @Test
    void whatIsInTheCacheIsNotDownloadedAgain() throws Exception {
        HubFile first = fixture.fetch();
        HubFile second = fixture.fetch();
        assertThat(second).isEqualTo(first);
        assertThat(fixture.hub.requests(Server.HUB, "HEAD")).hasSize(2);
        assertThat(fixture.hub.downloads()).isEqualTo(1);
    }

    @Test
    void aCommitInTheCacheIsNotEvenAskedFor() throws Exception {
        HubReference pinned = new HubReference("owner", "repo", COMMIT, MODEL.path());
        HubFile first = fixture.client().fetch(pinned, fixture);
        int asked = fixture.hub.requests().size();
        assertThat(fixture.client().fetch(pinned, fixture)).isEqualTo(first);
        assertThat(fixture.hub.requests()).hasSize(asked);
        assertThat(fixture.repository().resolve("refs")).doesNotExist();
    }

    @Test
    void aRevisionIsNotedWithTheCommitItWasSeenAt() throws Exception {
        HubReference reference = new HubReference("owner", "repo", "refs/pr/1", MODEL.path());
        fixture.client().fetch(reference, fixture);
        assertThat(fixture.hub.requests(Server.HUB, "HEAD"))
                .extracting(Request::target)
                .containsExactly("/owner/repo/resolve/refs%2Fpr%2F1/model.safetensors");
        assertThat(fixture.repository().resolve("refs/refs/pr/1")).hasContent(COMMIT);
    }

    @Test
    void aBranchThatMovedIsSeenAtItsNewCommitAndEqualContentIsLinked() throws Exception {
        HubFile first = fixture.fetch();
        fixture.hub.moveTo(OTHER_COMMIT);
        HubFile second = fixture.fetch();
        assertThat(second.commit()).isEqualTo(OTHER_COMMIT);
        assertThat(second.path()).isNotEqualTo(first.path()).hasBinaryContent(fixture.content);
        assertThat(first.path()).hasBinaryContent(fixture.content);
        assertThat(fixture.repository().resolve("refs/main")).hasContent(OTHER_COMMIT);
        assertThat(fixture.hub.downloads()).isEqualTo(1);
    }

    @Test
    void aCachedContentOfAnotherSizeIsReplaced() throws Exception {
        fixture.fetch();
        Files.write(fixture.blob(), new byte[10]);
        assertThat(fixture.fetch().path()).hasBinaryContent(fixture.content);
        assertThat(fixture.hub.downloads()).isEqualTo(2);
    }

    @Test
    void offlineTheCacheIsUsedAndNothingIsAsked() throws Exception {
        HubFile fetched = fixture.fetch();
        int asked = fixture.hub.requests().size();
        assertThat(fixture.offline().fetch(MODEL, fixture)).isEqualTo(fetched);
        assertThat(fixture.hub.requests()).hasSize(asked);
    }

    @Test
    void offlineAMissingFileIsNamedWithTheWayOut() {
        assertThatThrownBy(() -> fixture.offline().fetch(MODEL, fixture))
                .isInstanceOf(IOException.class)
                .hasMessage("HF_HUB_OFFLINE allows cached files only, but hf://owner/repo/model.safetensors is not in "
                        + fixture.cache + "; unset it, or give the path of a local file in its place");
        assertThat(fixture.hub.requests()).isEmpty();
    }

    @Test
    void aFileThatAnotherToolCachedIsFound() throws Exception {
        Path blob = fixture.blob();
        Path snapshot = fixture.repository().resolve("snapshots/" + COMMIT + "/model.safetensors");
        Files.createDirectories(fixture.repository().resolve("blobs"));
        Files.createDirectories(fixture.repository().resolve("snapshots/" + COMMIT));
        Files.createDirectories(fixture.repository().resolve("refs"));
        Files.write(blob, fixture.content);
        Files.createSymbolicLink(snapshot, Path.of("../../blobs/" + fixture.etag));
        Files.writeString(fixture.repository().resolve("refs/main"), COMMIT);
        HubFile expected = new HubFile(snapshot, COMMIT, fixture.etag, SIZE);
        assertThat(fixture.offline().fetch(MODEL, fixture)).isEqualTo(expected);
        assertThat(fixture.fetch()).isEqualTo(expected);
        assertThat(fixture.hub.downloads()).isZero();
    }

    @Test
    void aHubOutOfReachIsReplacedByTheCache() throws Exception {
        HubFile fetched = fixture.fetch();
        fixture.hub.close();
        assertThat(fixture.fetch()).isEqualTo(fetched);
        assertThat(fixture.waits).isEmpty();
        assertThat(fixture.notes).singleElement().asString().contains("commit " + COMMIT, "cannot be reached");
    }

    @Test
    void aHubOutOfReachIsTriedAFewTimesForAFileThatIsNotCached() {
        fixture.hub.close();
        assertThatThrownBy(fixture::fetch)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(MODEL + " could not be fetched in 4 attempts")
                .hasMessageContaining("127.0.0.1 cannot be reached")
                .hasMessageContaining("local file");
        assertThat(fixture.waits).hasSize(HubFixture.ATTEMPTS - 1);
    }

    @Test
    void aFileThatIsGoneFromTheHubIsNotTakenFromTheCache() throws Exception {
        fixture.fetch();
        fixture.hub.script(Server.HUB, "HEAD", LocalHub.status(404, "X-Error-Code", "EntryNotFound"));
        assertThatThrownBy(fixture::fetch).isInstanceOf(FileNotFoundException.class);
    }

    @Test
    void fetchesOfOneFileAtATimeDownloadItOnce() throws Exception {
        int count = 4;
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Callable<HubFile>> fetches = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                fetches.add(() -> fixture.client().fetch(MODEL, HubListener.silent()));
            }
            for (Future<HubFile> fetched : threads.invokeAll(fetches)) {
                assertThat(result(fetched).path()).hasBinaryContent(fixture.content);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(fixture.hub.downloads()).isEqualTo(1);
        assertThat(fixture.cachedNames()).hasSize(3);
    }

    private static HubFile result(Future<HubFile> fetched) throws InterruptedException, ExecutionException {
        return fetched.get();
    }
}
