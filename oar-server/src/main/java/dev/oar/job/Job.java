package dev.oar.job;

import dev.oar.message.JobEvent;
import dev.oar.message.JobImage;
import dev.oar.message.JobState;
import dev.oar.message.JobStatus;
import dev.oar.message.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a client has asked for: its state, its events and its results. Safe for use by several threads; who waits for an event costs no
 * more than a thread.
 */
public final class Job {
    /** Partial images of an image at most, where the request does not say. */
    private static final int PREVIEWS = 16;

    private final String id;
    private final String client;
    private final String kind;
    private final String model;
    private final Work.Telling telling;
    private final Map<Integer, byte[]> pictures = new HashMap<>();
    private final @Nullable JobImage[] images;
    private final int[] done;
    private final int[] total;
    private final long[] previewAt;
    private final int[] previewDone;
    private final int[] previews;
    private final boolean[] unseen;
    private final TreeMap<Long, JobEvent> events = new TreeMap<>();
    private JobState state = JobState.QUEUED;
    private OptionalInt place = OptionalInt.empty();
    private long nextEvent = 1;
    private int finished;
    private int watchers;
    private long candidateBytes;
    private final long asked = System.nanoTime();
    private long begun;
    private int allowed;
    private Optional<String> latestPreview = Optional.empty();
    private @Nullable Problem problem;

    /**
     * A job that waits.
     *
     * @param id its name
     * @param client for whom
     * @param kind the word of its kind
     * @param model the model's name
     * @param count how many images
     * @param telling what its events tell
     */
    Job(String id, String client, String kind, String model, int count, Work.Telling telling) {
        this.id = id;
        this.client = client;
        this.kind = kind;
        this.model = model;
        this.telling = telling;
        this.images = new JobImage[count];
        this.done = new int[count];
        this.total = new int[count];
        this.previewAt = new long[count];
        this.previewDone = new int[count];
        this.previews = new int[count];
        this.unseen = new boolean[count];
    }

    /** Its name. */
    public String id() {
        return id;
    }

    /** For whom it is. */
    String client() {
        return client;
    }

    /** What its events tell. */
    Work.Telling telling() {
        return telling;
    }

    /** Where it is. */
    public synchronized JobState state() {
        return state;
    }

    /** How it stands. */
    public synchronized JobStatus status() {
        double share = 0;
        for (int image = 0; image < done.length; image++) {
            share += images[image] != null ? 1 : total[image] == 0 ? 0 : (double) done[image] / total[image];
        }
        List<JobImage> ready = new ArrayList<>();
        for (JobImage image : images) {
            if (image != null) {
                ready.add(image);
            }
        }
        return new JobStatus(
                id,
                kind,
                model,
                state,
                place.isPresent() ? Optional.of(place.getAsInt()) : Optional.empty(),
                done.length,
                share / done.length,
                ready,
                Optional.ofNullable(problem));
    }

    /** A result as a PNG file, if it is done. */
    public synchronized Optional<byte[]> picture(int image) {
        return Optional.ofNullable(pictures.get(image));
    }

    /** Bytes of the results, and of what events tell beside them. */
    synchronized long bytes() {
        return pictures.values().stream().mapToLong(picture -> picture.length).sum() + candidateBytes;
    }

    /** The latest partial image, in base64, if there is one. */
    public synchronized Optional<String> latestPreview() {
        Arrays.fill(unseen, false);
        return latestPreview;
    }

    /**
     * An event and its number.
     *
     * @param number rises from event to event
     */
    public record Numbered(long number, JobEvent event) {}

    /**
     * The next event behind a number.
     *
     * @param after the number of the event before it; 0 for the first one
     * @param patience how long to wait for it
     * @return nothing if there was none in that time
     */
    public synchronized Optional<Numbered> next(long after, Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (true) {
            Map.Entry<Long, JobEvent> entry = events.higherEntry(after);
            if (entry != null) {
                if (entry.getValue() instanceof JobEvent.Preview preview) {
                    unseen[preview.image()] = false;
                }
                return Optional.of(new Numbered(entry.getKey(), entry.getValue()));
            }
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0 || state.ended()) {
                return Optional.empty();
            }
            wait(left);
        }
    }

    /**
     * Waits until it has ended.
     *
     * @return whether it has
     */
    public synchronized boolean awaitEnd(Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (!state.ended()) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /** Partial images are made while somebody watches: close what is returned at the end. */
    public synchronized Watch watch() {
        watchers++;
        return () -> {
            synchronized (this) {
                watchers--;
            }
        };
    }

    /** Somebody looks at partial images. */
    @FunctionalInterface
    public interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /** Cancels it, unless it has ended; what is being drawn of it ends within a step. */
    public synchronized void cancel() {
        end(JobState.CANCELLED, new JobEvent.Cancelled());
    }

    synchronized void fail(Problem why) {
        if (!state.ended()) {
            problem = why;
            end(JobState.FAILED, new JobEvent.Failed(why));
        }
    }

    private void end(JobState ended, JobEvent event) {
        if (!state.ended()) {
            state = ended;
            place = OptionalInt.empty();
            tell(event);
        }
    }

    synchronized void queued(int at) {
        if (state == JobState.QUEUED && (place.isEmpty() || place.getAsInt() != at)) {
            place = OptionalInt.of(at);
            tell(new JobEvent.Queued(at));
        }
    }

    /**
     * Notes that its images are begun.
     *
     * @param seconds how long it may take
     * @return how many seconds it has waited, if this is its first image
     */
    synchronized OptionalDouble started(int seconds) {
        if (state != JobState.QUEUED) {
            return OptionalDouble.empty();
        }
        long now = System.nanoTime();
        state = JobState.RUNNING;
        place = OptionalInt.empty();
        allowed = seconds;
        begun = now;
        tell(new JobEvent.Started());
        return OptionalDouble.of((now - asked) * 1e-9);
    }

    /** Gives it up if it has been drawn for longer than it may. */
    synchronized void failIfOverdue() {
        if (state == JobState.RUNNING && System.nanoTime() - begun > allowed * 1_000_000_000L) {
            fail(Problem.of(
                    Problem.UNAVAILABLE,
                    "a job may be drawn for " + allowed
                            + " seconds, but this one took longer; ask for fewer images or steps"));
        }
    }

    /** Whether the request asks for partial images after a step, numbered from 0, and somebody watches. */
    synchronized boolean mustPreview(int step) {
        int every = telling.previewEvery().orElse(0);
        return !state.ended() && watchers > 0 && every > 0 && (step + 1) % every == 0;
    }

    /**
     * Whether somebody watches who would see more in a partial image than in the latest, and has had that one. Not where the request
     * says after which steps there are some.
     */
    synchronized boolean mayPreview(int image) {
        return !state.ended()
                && watchers > 0
                && telling.previewEvery().isEmpty()
                && !unseen[image]
                && PREVIEWS * (done[image] - previewDone[image]) >= total[image];
    }

    /** How many partial images there have been of an image. */
    synchronized int previews(int image) {
        return previews[image];
    }

    synchronized void stepped(JobEvent.Step step) {
        if (!state.ended()) {
            done[step.image()] = step.done();
            total[step.image()] = step.total();
            candidateBytes += step.candidateConfidences()
                    .map(told -> told.levels().length())
                    .orElse(0);
            tell(step);
        }
    }

    synchronized void previewed(int image, byte[] png) {
        if (!state.ended()) {
            events.remove(previewAt[image]);
            previewAt[image] = nextEvent;
            previewDone[image] = done[image];
            previews[image]++;
            unseen[image] = true;
            String base64 = Base64.getEncoder().encodeToString(png);
            latestPreview = Optional.of(base64);
            tell(new JobEvent.Preview(image, done[image], total[image], base64));
        }
    }

    synchronized void drawn(int image, byte[] png, long seed, long index) {
        if (state.ended()) {
            return;
        }
        events.remove(previewAt[image]);
        JobImage ready = new JobImage(image, "/v1/jobs/" + id + "/images/" + image, seed, index);
        pictures.put(image, png);
        images[image] = ready;
        tell(new JobEvent.Image(ready));
        finished++;
        if (finished == images.length) {
            end(JobState.DONE, new JobEvent.Done());
        }
    }

    private void tell(JobEvent event) {
        events.put(nextEvent++, event);
        notifyAll();
    }
}
