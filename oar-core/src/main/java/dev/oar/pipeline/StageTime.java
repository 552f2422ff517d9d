package dev.oar.pipeline;

import dev.oar.file.AtomicFile;
import dev.oar.file.BoundedFile;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * How long a stage has been worked on, all attempts together. Until the stage is complete {@code time.json} in its folder says so,
 * renewed every {@value #RENEWED_AFTER_SECONDS} seconds of progress: a kill loses no more of the time than that.
 */
final class StageTime implements AutoCloseable {
    static final String FILE = "time.json";

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_BYTES = 1 << 12;
    private static final int RENEWED_AFTER_SECONDS = 5;

    /**
     * Time spent.
     *
     * @param seconds of all attempts that were timed
     * @param attempts how often the work was begun; null if some attempt was not timed, as those of earlier versions were not
     */
    record Spent(double seconds, @Nullable Integer attempts) {}

    private final Path file;
    private final LongSupplier nanoTime;
    private final Spent before;
    private final long began;
    private long written;
    private boolean complete;

    private StageTime(Path file, LongSupplier nanoTime, Spent before) {
        this.file = file;
        this.nanoTime = nanoTime;
        this.before = before;
        this.began = nanoTime.getAsLong();
    }

    /**
     * Begins an attempt.
     *
     * @param directory the stage's folder; made if missing
     * @param nanoTime a clock as {@link System#nanoTime()} is one
     */
    static StageTime begin(Path directory, LongSupplier nanoTime) throws IOException {
        Path file = directory.resolve(FILE);
        StageTime time = new StageTime(file, nanoTime, before(file));
        time.write();
        return time;
    }

    /** All attempts until now. */
    Spent spent() {
        double now = (nanoTime.getAsLong() - began) * 1e-9;
        Integer earlier = before.attempts();
        return new Spent(before.seconds() + now, earlier == null ? null : earlier + 1);
    }

    /** To be called now and then while the work goes on. */
    void note() {
        if (nanoTime.getAsLong() - written >= RENEWED_AFTER_SECONDS * 1_000_000_000L) {
            try {
                write();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The stage is complete and its mark tells the time from now on. */
    void complete() throws IOException {
        Files.deleteIfExists(file);
        complete = true;
    }

    /** Ends the attempt. */
    @Override
    public void close() throws IOException {
        if (!complete) {
            write();
        }
    }

    private static Spent before(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return new Spent(0, isWorkedOn(file) ? null : 0);
        }
        byte[] bytes = BoundedFile.read(file, MAX_BYTES, "delete it; the time until now is then unknown");
        try {
            Spent spent = JSON.readValue(bytes, Spent.class);
            if (spent != null && spent.seconds() >= 0 && (spent.attempts() == null || spent.attempts() >= 0)) {
                return spent;
            }
        } catch (JacksonException e) {
            throw unreadable(file, e);
        }
        throw unreadable(file, null);
    }

    private static CorruptFileException unreadable(Path file, @Nullable Exception cause) {
        String sentence = file + " cannot be read as the time spent on a stage; delete it, and the time is unknown";
        return cause == null ? new CorruptFileException(sentence) : new CorruptFileException(sentence, cause);
    }

    /** Whether an attempt that nobody timed has left something; a stage that is done anew begins anew. */
    private static boolean isWorkedOn(Path file) throws IOException {
        Path directory = file.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            return false;
        }
        if (Files.exists(directory.resolve(StageDirectory.MARKER))) {
            return false;
        }
        try (Stream<Path> files = Files.list(directory)) {
            // The first write of all is that of this very file; what it left when it was cut short is no work.
            return files.anyMatch(other -> !other.endsWith(FILE) && !AtomicFile.isUnfinished(other));
        }
    }

    private void write() throws IOException {
        written = nanoTime.getAsLong();
        AtomicFile.write(file, JSON.writeValueAsBytes(spent()));
    }
}
