package dev.oar.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A local hub with one large file, a cache, and a client that does not really wait between attempts. */
final class HubFixture implements HubListener, AutoCloseable {
    static final HubReference MODEL = new HubReference("owner", "repo", "model.safetensors");
    static final int ATTEMPTS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final LocalHub hub = new LocalHub();
    final byte[] content;
    final String etag;
    final Path cache;
    final List<Duration> waits = new ArrayList<>();
    final List<String> notes = new ArrayList<>();
    final List<Long> progress = new ArrayList<>();

    HubFixture(Path cache, int bytes) throws IOException {
        this.cache = cache;
        this.content = bytes(1, bytes);
        this.etag = LocalHub.sha256(content);
        hub.putLarge(MODEL.path(), content);
    }

    static byte[] bytes(int seed, int count) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    HubClient client() {
        return client(null, false, PATIENCE);
    }

    HubClient client(@Nullable String token, boolean offline, Duration downloadTimeout) {
        return new HubClient(environment(token, offline, downloadTimeout), backOff());
    }

    HubEnvironment environment(@Nullable String token, boolean offline, Duration downloadTimeout) {
        return new HubEnvironment(hub.endpoint(), cache, token, offline, PATIENCE, downloadTimeout);
    }

    HubClient offline() {
        return client(null, true, PATIENCE);
    }

    HubClient withToken(String token) {
        return client(token, false, PATIENCE);
    }

    BackOff backOff() {
        return new BackOff(ATTEMPTS, Duration.ofSeconds(1), Duration.ofSeconds(3), waits::add);
    }

    HubFile fetch() throws IOException, InterruptedException {
        return client().fetch(MODEL, this);
    }

    Path repository() {
        return cache.resolve("models--owner--repo");
    }

    Path blob() {
        return repository().resolve("blobs").resolve(etag);
    }

    Path incomplete() {
        return repository().resolve("blobs").resolve(etag + ".incomplete");
    }

    /** Leaves the first part of a download, as one that was killed does. */
    void leave(byte[] part) throws IOException {
        Files.createDirectories(repository().resolve("blobs"));
        Files.write(incomplete(), part);
    }

    /** All files and links of the cache but the lock files. */
    List<String> cachedNames() throws IOException {
        if (!Files.exists(cache)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(cache)) {
            return paths.filter(path -> !Files.isDirectory(path))
                    .map(path -> cache.relativize(path).toString().replace('\\', '/'))
                    .filter(name -> !name.startsWith(".locks/"))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void progress(HubReference reference, long done, long total) {
        progress.add(done);
    }

    @Override
    public void note(String line) {
        notes.add(line);
    }

    @Override
    public void close() {
        hub.close();
    }
}
