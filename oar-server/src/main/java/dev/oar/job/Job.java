package dev.oar.job;

import dev.oar.message.JobEvent;
import dev.oar.message.JobImage;
import dev.oar.message.JobState;
import dev.oar.message.JobStatus;
import dev.oar.message.Problem;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a client has asked for: its state, its events and its results. Safe for use by several threads; who waits for an event costs no
 * more than a thread.
 */
public final class Job {
    /** Partial images of an image at most, where the request does not say. */
    private static final int PREVIEWS = 16;

    /** About what an event of a step takes on the heap, and of each of its cells with its confidence. */
    private static final int STEP_BYTES = 320;

    private static final int CELL_BYTES = 48;

    private static final int MOST_EVENTS = 256;

    private final String id;
    private final String client;
    private final String kind;
    private final String model;
    private final Work.Telling telling;
    private final JobListener listener;
    private final List<Image> images;
    private final TreeMap<Long, JobEvent> events = new TreeMap<>();
    private JobState state = JobState.QUEUED;
    private OptionalInt place = OptionalInt.empty();
    private long nextEvent = 1;
    private int watchers;
    private long eventBytes;
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
     * @param listener is told when it ends
     */
    Job(String id, String client, String kind, String model, int count, Work.Telling telling, JobListener listener) {
        this.id = id;
        this.client = client;
        this.kind = kind;
        this.model = model;
        this.telling = telling;
        this.listener = listener;
        this.images = Stream.generate(Image::new).limit(count).toList();
    }

    /** How one of its images stands. */
    private static final class Image {
        private int done;
        private int total;
        private Optional<JobImage> ready = Optional.empty();
        private byte[] png = {};

        /** The number of the event that tells the latest partial image, and how much was done then. */
        private long preview;

        private int previewDone;
        private int previewSteps;
        private int previews;
        private boolean unseen;

        double share() {
            return ready.isPresent() ? 1 : total == 0 ? 0 : (double) done / total;
        }
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
        return new JobStatus(
                id,
                kind,
                model,
                state,
                place.isPresent() ? Optional.of(place.getAsInt()) : Optional.empty(),
                images.size(),
                images.stream().mapToDouble(Image::share).average().orElse(0),
                images.stream().flatMap(image -> image.ready.stream()).toList(),
                Optional.ofNullable(problem));
    }

    /** A result as a PNG file, if it is done. */
    public synchronized Optional<byte[]> picture(int image) {
        return image < images.size() && images.get(image).ready.isPresent()
                ? Optional.of(images.get(image).png)
                : Optional.empty();
    }

    /** Bytes of the results, and of what events tell beside them. */
    synchronized long bytes() {
        return images.stream().mapToLong(image -> image.png.length).sum() + eventBytes;
    }

    /** The latest partial image, in base64, if there is one. */
    public synchronized Optional<String> latestPreview() {
        images.forEach(image -> image.unseen = false);
        return latestPreview;
    }

    /**
     * An event and its number.
     *
     * @param number rises from event to event
     */
    public record Numbered(long number, JobEvent event) {}

    /**
     * The events behind a number, at most {@value #MOST_EVENTS} at a time.
     *
     * @param after the number of the event before them; 0 for the first ones
     * @param patience how long to wait for one
     * @return none if there was none in that time
     */
    public synchronized List<Numbered> next(long after, Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (true) {
            List<Numbered> next = events.tailMap(after, false).entrySet().stream()
                    .limit(MOST_EVENTS)
                    .map(entry -> new Numbered(entry.getKey(), entry.getValue()))
                    .toList();
            for (Numbered event : next) {
                if (event.event() instanceof JobEvent.Preview preview) {
                    images.get(preview.image()).unseen = false;
                }
            }
            long left = (until - System.nanoTime()) / 1_000_000;
            if (!next.isEmpty() || left <= 0 || state.ended()) {
                return next;
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
            images.forEach(image -> events.remove(image.preview));
            latestPreview = Optional.empty();
            tell(event);
            listener.ended(model, ended);
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

    /**
     * Whether somebody watches, and the request asks for a partial image that there has not been.
     *
     * @param step the number of the latest step, from 0
     */
    synchronized boolean previewDue(int image, int step) {
        int every = telling.previewEvery().orElse(0);
        return !state.ended()
                && watchers > 0
                && every > 0
                && (step + 1) / every > images.get(image).previewSteps / every;
    }

    /**
     * Whether somebody watches who would see more in a partial image than in the latest, and has had that one. Not where the request
     * says after which steps there are some.
     */
    synchronized boolean mayPreview(int number) {
        Image image = images.get(number);
        return !state.ended()
                && watchers > 0
                && telling.previewEvery().isEmpty()
                && !image.unseen
                && PREVIEWS * (image.done - image.previewDone) >= image.total;
    }

    /** How many partial images there have been of an image. */
    synchronized int previews(int image) {
        return images.get(image).previews;
    }

    /** Tells of what has been drawn of some of its images at the same time. */
    synchronized void stepped(List<JobEvent.Step> steps) {
        if (state.ended()) {
            return;
        }
        for (JobEvent.Step step : steps) {
            Image image = images.get(step.image());
            image.done = step.done();
            image.total = step.total();
            eventBytes += STEP_BYTES
                    + CELL_BYTES * step.cells().size()
                    + step.candidateConfidences()
                            .map(told -> told.levels().length())
                            .orElse(0);
            tell(step);
        }
    }

    synchronized void previewed(int number, int step, byte[] png) {
        if (!state.ended()) {
            Image image = images.get(number);
            events.remove(image.preview);
            image.preview = nextEvent;
            image.previewDone = image.done;
            image.previewSteps = step + 1;
            image.previews++;
            image.unseen = true;
            String base64 = Base64.getEncoder().encodeToString(png);
            latestPreview = Optional.of(base64);
            tell(new JobEvent.Preview(number, image.done, image.total, base64));
        }
    }

    synchronized void drawn(int number, byte[] png, long seed, long index) {
        if (state.ended()) {
            return;
        }
        Image image = images.get(number);
        events.remove(image.preview);
        JobImage ready = new JobImage(number, "/v1/jobs/" + id + "/images/" + number, seed, index);
        image.png = png;
        image.ready = Optional.of(ready);
        tell(new JobEvent.Image(ready));
        if (images.stream().allMatch(each -> each.ready.isPresent())) {
            end(JobState.DONE, new JobEvent.Done());
        }
    }

    private void tell(JobEvent event) {
        events.put(nextEvent++, event);
        notifyAll();
    }
}
