package dev.oar.hub;

import dev.oar.file.CorruptFileException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.Optional;

/**
 * Fetches single files of model repositories into the cache that all tools of the hub share.
 *
 * <p>A file at a commit that is in the cache is not asked for again. A branch or tag is asked for where it stands (one small
 * request), and downloaded if that content is not there. If the hub is out of reach, the cached file at the commit last seen is
 * used, and the listener is told. Broken downloads resume where they stopped. Size and hash of what was downloaded are checked.
 *
 * <p>Several threads and processes may fetch at the same time; each content is downloaded once. A proxy is used as the Java system
 * properties say ({@code https.proxyHost}).
 */
public final class HubClient {
    private final HubEnvironment environment;
    private final BackOff backOff;
    private final Transport transport;

    /** A client of the hub and the cache of an environment. */
    public HubClient(HubEnvironment environment) {
        this(environment, BackOff.standard());
    }

    HubClient(HubEnvironment environment, BackOff backOff) {
        this.environment = environment;
        this.backOff = backOff;
        this.transport = new Transport(environment);
    }

    /**
     * Gives a file, from the cache or else from the hub.
     *
     * @throws FileNotFoundException if the hub has no such repository, revision or file
     * @throws CorruptFileException if what came has not the size or hash that the hub declares; it is removed
     * @throws IOException if the hub refuses, cannot be reached and the cache has no such file, or if the disk cannot take the file
     * @throws InterruptedException if the thread is interrupted; what has come is kept, and the next call resumes from there
     */
    public HubFile fetch(HubReference reference, HubListener listener) throws IOException, InterruptedException {
        try {
            return fetchInterruptibly(reference, listener);
        } catch (ClosedByInterruptException e) {
            var unused = Thread.interrupted(); // The exception below says it now.
            throw new InterruptedException("fetching " + reference + " was interrupted");
        }
    }

    private HubFile fetchInterruptibly(HubReference reference, HubListener listener)
            throws IOException, InterruptedException {
        HubCache cache = new HubCache(environment.cache(), reference);
        Optional<HubFile> cached = cache.find();
        if (cached.isPresent() && (reference.pinned() || environment.offline())) {
            return cached.get();
        }
        if (environment.offline()) {
            throw Refusals.offline(reference, environment);
        }
        BackOff patience = cached.isPresent() ? backOff.once() : backOff;
        Outcome<RemoteFile> asked =
                patience.retry(() -> ask(reference), line -> listener.note(reference + ": " + line));
        if (asked instanceof Outcome.Done<RemoteFile> done) {
            return download(reference, done.value(), cache, listener);
        }
        Outcome.Failed<RemoteFile> failed = (Outcome.Failed<RemoteFile>) asked;
        HubFile substitute = cached.orElseThrow(() -> Refusals.failed(reference, patience, failed));
        listener.note(reference + " is used as it was last seen, at commit " + substitute.commit() + ", because "
                + failed.reason());
        return substitute;
    }

    private Outcome<RemoteFile> ask(HubReference reference) throws IOException, InterruptedException {
        Outcome<List<HttpResponse<BodyPieces>>> asked = transport.head(reference);
        if (!(asked instanceof Outcome.Done<List<HttpResponse<BodyPieces>>> done)) {
            return ((Outcome.Failed<List<HttpResponse<BodyPieces>>>) asked).as();
        }
        List<HttpResponse<BodyPieces>> answers = done.value();
        HttpResponse<BodyPieces> last = answers.get(answers.size() - 1);
        if (Refusals.mayPass(last.statusCode())) {
            return new Outcome.Failed<>(Refusals.reason(last));
        }
        if (last.statusCode() >= 400) {
            throw Refusals.refused(reference, environment, last);
        }
        List<HttpHeaders> headers = answers.stream().map(HttpResponse::headers).toList();
        return new Outcome.Done<>(RemoteFile.of(reference, headers));
    }

    private HubFile download(HubReference reference, RemoteFile remote, HubCache cache, HubListener listener)
            throws IOException, InterruptedException {
        if (!HubCache.holds(cache.snapshot(remote.commit()), remote.size())) {
            Runnable waiting = () -> listener.note("waiting for another download of " + reference);
            try (BlobLock lock = cache.lock(remote.etag(), waiting)) {
                if (!HubCache.holds(cache.blob(remote.etag()), remote.size())) {
                    new BlobDownload(reference, environment, remote, cache, transport, listener).run(backOff);
                }
                cache.link(remote);
            }
        }
        cache.remember(remote.commit());
        return new HubFile(cache.snapshot(remote.commit()), remote.commit(), remote.etag(), remote.size());
    }
}
