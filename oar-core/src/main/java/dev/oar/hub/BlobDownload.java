package dev.oar.hub;

import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One download of a content to the cache. What has come stands in {@code ETAG.incomplete}, whose length says where to go on, by a
 * range request (<a href="https://www.rfc-editor.org/rfc/rfc9110#name-range-requests">RFC 9110, section 14</a>), after a broken
 * connection, an interruption or a kill. It gets its final name when it has the declared size and hash, and never has more bytes
 * than were declared.
 */
final class BlobDownload {
    /** What must be gained for a broken connection not to count as one more failure in a row. */
    private static final long ADVANCE = 1 << 20;

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

    private final HubReference reference;
    private final HubEnvironment environment;
    private final RemoteFile remote;
    private final Path blob;
    private final Path blobs;
    private final Path incomplete;
    private final Transport transport;
    private final HubListener listener;
    private long furthest;

    BlobDownload(
            HubReference reference,
            HubEnvironment environment,
            RemoteFile remote,
            HubCache cache,
            Transport transport,
            HubListener listener) {
        this.reference = reference;
        this.environment = environment;
        this.remote = remote;
        this.blob = cache.blob(remote.etag());
        this.blobs = cache.blobs();
        this.incomplete = cache.incomplete(remote.etag());
        this.transport = transport;
        this.listener = listener;
    }

    /**
     * Downloads what is missing, checks it and gives it its name. The lock of the blob must be held.
     *
     * @throws CorruptFileException if size or hash are not those declared; what came is removed
     * @throws IOException if the hub fails too often, refuses, or the disk cannot take the file
     */
    void run(BackOff backOff) throws IOException, InterruptedException {
        Files.createDirectories(blobs);
        boolean leftover = length() > 0;
        fill(backOff);
        Optional<String> mismatch = mismatch();
        if (mismatch.isPresent() && leftover) {
            listener.note("what an earlier download left of " + reference + " was damaged; starting again");
            Files.delete(incomplete);
            fill(backOff);
            mismatch = mismatch();
        }
        if (mismatch.isPresent()) {
            throw corrupt(mismatch.get());
        }
        Files.move(incomplete, blob, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void fill(BackOff backOff) throws IOException, InterruptedException {
        if (length() > remote.size()) {
            Files.delete(incomplete);
        }
        furthest = length();
        requireRoom(remote.size() - furthest);
        if (furthest == remote.size() && Files.exists(incomplete)) {
            return;
        }
        Outcome<Path> outcome = backOff.retry(this::attempt, line -> listener.note(reference + ": " + line));
        if (outcome instanceof Outcome.Failed<Path> failed) {
            throw Refusals.failed(reference, backOff, failed);
        }
    }

    private Outcome<Path> attempt() throws IOException, InterruptedException {
        long from = length();
        Outcome<HttpResponse<BodyPieces>> asked = transport.get(reference, remote.commit(), from);
        if (!(asked instanceof Outcome.Done<HttpResponse<BodyPieces>> done)) {
            return ((Outcome.Failed<HttpResponse<BodyPieces>>) asked).as();
        }
        HttpResponse<BodyPieces> answer = done.value();
        try (BodyPieces body = answer.body()) {
            int status = answer.statusCode();
            if (status == 200) {
                requireSize(RemoteFile.contentLength(answer));
                return receive(body, 0);
            }
            if (from > 0 && status == 206 && continues(answer, from)) {
                return receive(body, from);
            }
            if (from > 0 && (status == 206 || status == 416)) {
                Files.delete(incomplete);
                return new Outcome.Failed<>(answer.uri().getHost() + " does not resume at byte " + from);
            }
            if (Refusals.mayPass(status)) {
                return new Outcome.Failed<>(Refusals.reason(answer));
            }
            throw Refusals.refused(reference, environment, answer);
        }
    }

    /** Whether a partial answer begins where it was asked to; one of another whole is of another file. */
    private boolean continues(HttpResponse<?> answer, long from) throws IOException {
        Matcher range = CONTENT_RANGE.matcher(
                answer.headers().firstValue("Content-Range").orElse(""));
        if (!range.matches()) {
            return false;
        }
        requireSize(
                Optional.of(range.group(3)).filter(whole -> !whole.equals("*")).map(Long::valueOf));
        return Long.parseLong(range.group(1)) == from;
    }

    private Outcome<Path> receive(BodyPieces body, long from) throws IOException, InterruptedException {
        try (FileChannel file = FileChannel.open(incomplete, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.truncate(from).position(from);
            long done = from;
            while (true) {
                listener.progress(reference, done, remote.size());
                List<ByteBuffer> piece;
                try {
                    piece = body.next(environment.downloadTimeout());
                } catch (IOException e) {
                    return broken(done, "the connection broke off (" + Transport.described(e) + ")", e);
                }
                if (piece == null) {
                    file.force(true);
                    return done == remote.size()
                            ? new Outcome.Done<>(incomplete)
                            : broken(done, "the answer ended", null);
                }
                done += piece.stream().mapToLong(ByteBuffer::remaining).sum();
                requireSize(done > remote.size() ? Optional.of(done) : Optional.empty());
                write(file, piece);
            }
        }
    }

    private Outcome<Path> broken(long done, String what, @Nullable IOException cause) {
        boolean advanced = done - furthest >= ADVANCE;
        furthest = Math.max(furthest, done);
        return new Outcome.Failed<>(what + " after " + done + " of " + remote.size() + " bytes", cause, advanced);
    }

    private void write(FileChannel file, List<ByteBuffer> piece) throws IOException {
        try {
            for (ByteBuffer buffer : piece) {
                while (buffer.hasRemaining()) {
                    file.write(buffer);
                }
            }
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(
                    "writing " + incomplete + " failed (" + e.getMessage()
                            + "); make room or set HF_HUB_CACHE to a folder that has it, and run again to resume",
                    e);
        }
    }

    private void requireRoom(long missing) throws IOException {
        long usable = blobs.toFile().getUsableSpace(); // 0 if unknown
        if (usable > 0 && usable < missing) {
            throw new IOException(reference + " needs " + missing + " more bytes, but " + blobs + " has room for "
                    + usable + "; make room, or set HF_HUB_CACHE to a folder that has it");
        }
    }

    private void requireSize(Optional<Long> actual) throws IOException {
        if (actual.isPresent() && actual.get() != remote.size()) {
            throw corrupt("must have the " + remote.size() + " bytes that the hub declares, but what came has "
                    + (actual.get() > remote.size() ? "more" : "only " + actual.get()));
        }
    }

    private Optional<String> mismatch() throws IOException {
        if (length() != remote.size()) {
            return Optional.of("must have " + remote.size() + " bytes, but what lies on disk has " + length());
        }
        return ContentHash.mismatch(incomplete, remote.etag());
    }

    private CorruptFileException corrupt(String mismatch) throws IOException {
        Files.deleteIfExists(incomplete);
        return new CorruptFileException(reference + " " + mismatch
                + "; it was removed, so run again, or give the path of a local file in its place");
    }

    private long length() throws IOException {
        return Files.exists(incomplete) ? Files.size(incomplete) : 0;
    }
}
