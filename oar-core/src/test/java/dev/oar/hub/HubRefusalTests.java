package dev.oar.hub;

import static dev.oar.hub.HubFixture.MODEL;
import static dev.oar.hub.LocalHub.COMMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.file.CorruptFileException;
import dev.oar.hub.LocalHub.Answer;
import dev.oar.hub.LocalHub.Server;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubRefusalTests {
    private static final int SIZE = 300_000;

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
    void anotherContentThanDeclaredIsRemoved() throws IOException {
        storage(LocalHub.whole(HubFixture.bytes(2, SIZE)));
        refused()
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining(MODEL + " must have the hash " + fixture.etag + ", but what came has ")
                .hasMessageContaining("removed");
        assertThat(fixture.cachedNames()).isEmpty();
        assertThat(fixture.hub.downloads()).isEqualTo(1);
    }

    @Test
    void aSmallFileOfAnotherContentIsRemoved() throws IOException {
        fixture.hub.putSmall(MODEL.path(), "right".getBytes(StandardCharsets.UTF_8));
        fixture.hub.script(Server.HUB, "GET", LocalHub.whole("wrong".getBytes(StandardCharsets.UTF_8)));
        refused()
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining(LocalHub.gitHash("right".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining(LocalHub.gitHash("wrong".getBytes(StandardCharsets.UTF_8)));
        assertThat(fixture.cachedNames()).isEmpty();
    }

    @Test
    void anEtagThatIsNoHashLeavesTheSizeToCheck() throws Exception {
        fixture.hub.declareEtag("some-name_1");
        assertThat(fixture.fetch().path()).hasBinaryContent(fixture.content);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, SIZE - 1, SIZE + 1})
    void anotherSizeThanDeclaredIsRefusedBeforeItIsWritten(int size) throws IOException {
        storage(LocalHub.whole(new byte[size]));
        refused()
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("must have the " + SIZE + " bytes")
                .hasMessageContaining(size > SIZE ? "more" : "only " + size);
        assertThat(fixture.cachedNames()).isEmpty();
    }

    @Test
    void moreBytesThanDeclaredAreNeverWritten() throws IOException {
        storage(LocalHub.chunked(Arrays.copyOf(fixture.content, 40 * SIZE)));
        refused().isInstanceOf(CorruptFileException.class).hasMessageContaining("more");
        assertThat(fixture.cachedNames()).isEmpty();
        assertThat(fixture.progress).allMatch(done -> done <= SIZE);
    }

    @Test
    void fewerBytesThanDeclaredAreNoFile() throws IOException {
        Answer shorter = LocalHub.chunked(Arrays.copyOf(fixture.content, 10));
        storage(Collections.nCopies(HubFixture.ATTEMPTS, shorter).toArray(Answer[]::new));
        refused().isInstanceOf(IOException.class).hasMessageContaining("the answer ended after 10 of 300000 bytes");
        assertThat(fixture.blob()).doesNotExist();
    }

    @Test
    void aPartOfAFileOfAnotherSizeIsRefused() throws IOException {
        fixture.leave(Arrays.copyOf(fixture.content, 10));
        storage(LocalHub.status(206, "Content-Range", "bytes 10-299999/400000"));
        refused().isInstanceOf(CorruptFileException.class).hasMessageContaining("more");
        assertThat(fixture.cachedNames()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../x",
                "..",
                ".",
                "",
                "a/b",
                "a\\b",
                "a:b",
                "a.incomplete",
                "-",
                " a",
                "CON ",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void anEtagThatIsNoNameIsRefused(String etag) throws IOException {
        fixture.hub.declareEtag(etag);
        refused().isInstanceOf(IOException.class).hasMessageContaining("ETag");
        assertNothingWasTried();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../x", "main", "0123456789ABCDEF0123456789ABCDEF01234567", "."})
    void aCommitThatIsNoneIsRefused(String commit) throws IOException {
        fixture.hub.moveTo(commit);
        refused().isInstanceOf(IOException.class).hasMessageContaining("X-Repo-Commit");
        assertNothingWasTried();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1e9", "", "many", "9223372036854775808"})
    void aSizeThatIsNoneIsRefused(String size) throws IOException {
        fixture.hub.declareSize(size);
        refused().isInstanceOf(IOException.class).hasMessageContaining("Content-Length");
        assertNothingWasTried();
    }

    @Test
    void aHubThatNamesNoCommitIsNone() throws IOException {
        fixture.hub.script(Server.HUB, "HEAD", LocalHub.status(200, "ETag", "\"x\"", "Content-Length", "5"));
        refused().isInstanceOf(IOException.class).hasMessageContaining("HF_ENDPOINT");
        assertNothingWasTried();
    }

    @Test
    void aFileLargerThanTheDiskIsRefusedBeforeAnyDownload() throws IOException {
        fixture.hub.declareSize("900000000000000000");
        refused()
                .isInstanceOf(IOException.class)
                .hasMessageContaining("needs 900000000000000000 more bytes")
                .hasMessageContaining("HF_HUB_CACHE");
        assertNothingWasTried();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aDiskThatFillsUpIsNamedAndNotTriedAgain() throws IOException {
        fixture.leave(new byte[0]);
        Files.delete(fixture.incomplete());
        Files.createSymbolicLink(fixture.incomplete(), Path.of("/dev/full"));
        refused()
                .isInstanceOf(IOException.class)
                .hasMessageContaining("writing " + fixture.incomplete() + " failed")
                .hasMessageContaining("HF_HUB_CACHE");
        assertThat(fixture.hub.downloads()).isEqualTo(1);
        assertThat(fixture.blob()).doesNotExist();
        Files.delete(fixture.incomplete());
    }

    @ParameterizedTest
    @CsvSource({"401,RepoNotFound", "401,GatedRepo", "403,GatedRepo"})
    void aGatedModelNamesTokenAndLicence(int status, String code) throws IOException {
        fixture.hub.script(Server.HUB, "HEAD", LocalHub.status(status, "X-Error-Code", code));
        refused()
                .isInstanceOf(IOException.class)
                .hasMessageContaining(MODEL + " can be read only by those")
                .hasMessageContaining("answered " + status + " (" + code + ") to a request without a token")
                .hasMessageContaining("licence on " + fixture.hub.endpoint() + "/owner/repo ")
                .hasMessageContaining("HF_TOKEN");
        assertNothingWasTried();
    }

    @Test
    void aRefusedTokenIsNamedButNotShown() {
        fixture.hub.script(Server.HUB, "HEAD", LocalHub.status(403, "X-Error-Code", "bad code; <b>"));
        assertThatThrownBy(() -> fixture.withToken("hf_secret").fetch(MODEL, fixture))
                .hasMessageContaining("answered 403 to a request with the token that is set")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aMissingFileIsNamedWithRepositoryAndRevision() {
        HubReference missing = new HubReference("owner", "repo", "v1", "folder/missing.pt");
        assertThatThrownBy(() -> fixture.client().fetch(missing, fixture))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessage(
                        "'folder/missing.pt' must be a file of repository 'owner/repo' at revision 'v1', but the hub"
                                + " answered 404 (EntryNotFound); look on " + fixture.hub.endpoint()
                                + "/owner/repo/tree/v1 for what is there");
        assertThat(fixture.waits).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 503})
    void aFaultThatPassesIsWaitedFor(int status) throws Exception {
        Answer fault = LocalHub.status(status);
        fixture.hub.script(Server.HUB, "HEAD", fault, fault);
        fixture.hub.script(Server.HUB, "GET", fault);
        storage(fault);
        assertThat(fixture.fetch().path()).hasBinaryContent(fixture.content);
        Duration first = Duration.ofSeconds(1);
        Duration second = Duration.ofSeconds(2);
        assertThat(fixture.waits).containsExactly(first, second, first, second);
    }

    @Test
    void aFaultThatDoesNotPassIsGivenUp() throws IOException {
        Answer fault = LocalHub.status(502);
        fixture.hub.script(Server.HUB, "HEAD", Collections.nCopies(50, fault).toArray(Answer[]::new));
        refused()
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in 4 attempts in a row, because 127.0.0.1 answered 502");
        assertThat(fixture.hub.requests()).hasSize(HubFixture.ATTEMPTS);
        assertThat(fixture.waits).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3));
    }

    @Test
    void storageThatRefusesIsNotTakenForAGatedModel() throws IOException {
        storage(LocalHub.status(403));
        refused()
                .isInstanceOf(IOException.class)
                .hasMessageContaining("answered 403")
                .hasMessageNotContaining("licence");
    }

    @Test
    void redirectsInACircleEnd() throws IOException {
        Answer circle = LocalHub.status(302, "Location", "/owner/repo/resolve/main/model.safetensors");
        fixture.hub.script(Server.HUB, "HEAD", Collections.nCopies(50, circle).toArray(Answer[]::new));
        refused().isInstanceOf(IOException.class).hasMessageContaining("may redirect 10 times");
        assertNothingWasTried();
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "ftp://127.0.0.1/x", "http:///x", "http://a b/", "mailto:x", ""})
    void redirectsElsewhereThanTheWebAreRefused(String location) throws IOException {
        fixture.hub.script(Server.HUB, "HEAD", LocalHub.status(302, "Location", location));
        refused().isInstanceOf(IOException.class).hasMessageContaining("a redirect must lead to a web address");
        assertNothingWasTried();
    }

    @ParameterizedTest
    @CsvSource({
        "https://hub.example/a/b, https://cdn.example/c, https://cdn.example/c",
        "https://hub.example/a/b, /c?d=%2F, https://hub.example/c?d=%2F",
        "http://hub.example/a/b, c, http://hub.example/a/c",
        "http://hub.example/a/b, http://cdn.example/c, http://cdn.example/c",
        "http://hub.example/a/b, https://cdn.example/c, https://cdn.example/c"
    })
    void redirectsWithinTheWebAreFollowed(URI from, String location, URI target) throws IOException {
        assertThat(Transport.target(MODEL, from, location)).isEqualTo(target);
    }

    @Test
    void aRedirectFromASecureAddressToAnInsecureOneIsRefused() {
        assertThatThrownBy(() -> Transport.target(MODEL, URI.create("https://hub.example/a"), "http://hub.example/b"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("from https to https only");
    }

    @Test
    void anotherCommitThanAskedForIsRefused() {
        HubReference pinned = new HubReference("owner", "repo", "a".repeat(40), MODEL.path());
        assertThatThrownBy(() -> fixture.client().fetch(pinned, fixture))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("answers with commit " + COMMIT);
    }

    private AbstractThrowableAssert<?, ?> refused() {
        return assertThatThrownBy(fixture::fetch).hasMessageNotContaining("\n");
    }

    private void assertNothingWasTried() throws IOException {
        assertThat(fixture.hub.downloads()).isZero();
        assertThat(fixture.cachedNames()).isEmpty();
        try (var siblings = Files.list(directory)) {
            assertThat(siblings.map(path -> path.getFileName().toString())).isSubsetOf("hub");
        }
    }

    private void storage(Answer... answers) {
        fixture.hub.script(Server.STORAGE, "GET", answers);
    }
}
