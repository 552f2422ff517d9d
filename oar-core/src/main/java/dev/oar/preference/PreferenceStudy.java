package dev.oar.preference;

import dev.oar.config.Require;
import dev.oar.file.BoundedFile;
import dev.oar.file.FolderLock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * A blind study that takes votes. One process at a time holds it; within that, any number of threads may call it.
 *
 * <p>A vote or an undoing is acknowledged by returning, and is on disk by then: a process that is killed at any instant loses none.
 * Nothing that is given to a rater tells which arm an image is of, nor which pairs are catch trials.
 *
 * <pre>{@code
 * try (PreferenceStudy study = PreferenceStudy.open(folder)) {
 *     Optional<PreferenceStudy.Shown> next = study.nextFor("k3vq7m");
 *     study.vote("k3vq7m", next.get().place(), VoteChoice.LEFT);
 * }
 * }</pre>
 */
public final class PreferenceStudy implements AutoCloseable {
    private static final int MOST_IMAGE_BYTES = 64 << 20;

    private final StudyFiles files;
    private final FolderLock lock;
    private final Clock clock;
    private final long dropped;
    private final RaterVotes votes;
    private final VotesFile file;
    private boolean begun;
    private int lines;

    /**
     * What a rater sees.
     *
     * @param place of the trial in the rater's sequence, from 1
     * @param count trials of the rater
     * @param subject the class or caption that both images show; empty if it is not known
     * @param left name of the image on the left
     * @param right name of the image on the right
     */
    public record Shown(int place, int count, String subject, String left, String right) {}

    /**
     * How far a rater has come.
     *
     * @param rater the code
     * @param done votes that stand
     * @param count trials of the rater
     */
    public record Progress(String rater, int done, int count) {
        /** Whether all trials are done. */
        public boolean complete() {
            return done == count;
        }
    }

    private PreferenceStudy(
            StudyFiles files,
            FolderLock lock,
            Clock clock,
            VotesFile.Content content,
            RaterVotes votes,
            VotesFile file) {
        this.files = files;
        this.lock = lock;
        this.clock = clock;
        this.dropped = content.torn();
        this.votes = votes;
        this.file = file;
        this.begun = content.header().isPresent();
        this.lines = content.entries().size();
    }

    /**
     * Opens a study and holds it until it is closed.
     *
     * @throws IOException in one sentence, if there is none, a file of it was changed or is damaged, or another process holds it
     */
    public static PreferenceStudy open(Path folder) throws IOException {
        return open(folder, Clock.systemUTC());
    }

    static PreferenceStudy open(Path folder, Clock clock) throws IOException {
        StudyFiles files = StudyFiles.read(folder);
        FolderLock lock = FolderLock.tryTake(folder)
                .orElseThrow(
                        () -> new IOException("only one program at a time takes votes of a study, but another holds "
                                + folder + "; end that one first"));
        try {
            files.requireImages();
            VotesFile.Content content = files.readVotes();
            RaterVotes votes = RaterVotes.of(files, content.entries());
            return new PreferenceStudy(files, lock, clock, content, votes, VotesFile.open(files.votes(), content));
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** What is fixed of the study. */
    public PreferenceProtocol protocol() {
        return files.protocol();
    }

    /** Bytes of a torn last line, which was never acknowledged, that opening the study has dropped; usually 0. */
    public long dropped() {
        return dropped;
    }

    /**
     * The file of an image that raters are shown.
     *
     * @param name as {@link Shown} has it
     * @throws IllegalArgumentException if the study has no image of this name
     */
    public Path image(String name) {
        Require.that(
                files.trials().images().containsKey(name),
                "the study has no image '%s'; ask for one that is shown",
                name);
        return files.image(name);
    }

    /**
     * All bytes of an image that raters are shown.
     *
     * @param name as {@link Shown} has it
     * @throws IllegalArgumentException if the study has no image of this name
     * @throws IOException in one sentence, if it cannot be read
     */
    public byte[] imageBytes(String name) throws IOException {
        return BoundedFile.read(image(name), MOST_IMAGE_BYTES, "copy the study again");
    }

    /**
     * What a rater is to be shown next; empty when all is done. Asking again gives the same.
     *
     * @throws IllegalArgumentException if there is no rater of this code
     */
    public synchronized Optional<Shown> nextFor(String rater) {
        RaterSequence sequence = votes.sequence(rater);
        int place = votes.of(rater).size();
        if (place == sequence.count()) {
            return Optional.empty();
        }
        int trial = sequence.trial(place);
        RaterSequence.Sides sides = sequence.sides(files.trials(), trial);
        return Optional.of(
                new Shown(place + 1, sequence.count(), files.trials().subject(trial), sides.left(), sides.right()));
    }

    /**
     * Takes a vote. Repeating the last vote of a rater word by word, as a page does that has not heard of its success, changes nothing.
     *
     * @param place the place of what was shown, as {@link Shown} has it
     * @return how far the rater has come
     * @throws IllegalArgumentException if there is no rater of this code, or the place is not the rater's next
     * @throws IOException in one sentence, if the vote could not be kept; it does not count then
     */
    public synchronized Progress vote(String rater, int place, VoteChoice choice) throws IOException {
        RaterSequence sequence = votes.sequence(rater);
        List<VoteEntry> own = votes.of(rater);
        boolean repeated =
                place == own.size() && place > 0 && own.get(place - 1).chosen() == choice;
        if (repeated) {
            return progress(rater);
        }
        Require.that(
                place == own.size() + 1 && place <= sequence.count(),
                "a vote is on the pair that is shown, but %s has voted on %s of %s pairs and the vote is on number %s; load the page again",
                rater,
                own.size(),
                sequence.count(),
                place);
        int trial = sequence.trial(place - 1);
        RaterSequence.Sides sides = sequence.sides(files.trials(), trial);
        write(VoteEntry.vote(lines + 1, rater, now(), trial, sides, choice));
        return progress(rater);
    }

    /**
     * Takes back the last vote of a rater that stands, which is shown again then.
     *
     * @return how far the rater has come
     * @throws IllegalArgumentException if there is no rater of this code, or no vote to take back
     * @throws IOException in one sentence, if that could not be kept; the vote counts on then
     */
    public synchronized Progress undo(String rater) throws IOException {
        List<VoteEntry> own = votes.of(rater);
        Require.that(!own.isEmpty(), "a vote can be taken back once it was cast, but %s has cast none", rater);
        write(VoteEntry.undo(lines + 1, rater, now(), own.get(own.size() - 1).number()));
        return progress(rater);
    }

    private void write(VoteEntry entry) throws IOException {
        if (!begun) {
            file.append(new VotesFile.Header(VotesFile.FORMAT, VotesFile.VERSION, files.fingerprint()));
            begun = true;
        }
        file.append(entry);
        votes.add(entry);
        lines++;
    }

    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /**
     * How far a rater has come.
     *
     * @throws IllegalArgumentException if there is no rater of this code
     */
    public synchronized Progress progress(String rater) {
        return new Progress(rater, votes.of(rater).size(), votes.sequence(rater).count());
    }

    /** How far every rater has come, in the sequence of the protocol. */
    public synchronized List<Progress> progress() {
        return protocol().raters().stream().map(this::progress).toList();
    }

    /** Closes the files and lets others open the study. */
    @Override
    public synchronized void close() throws IOException {
        try (lock) {
            file.close();
        }
    }
}
