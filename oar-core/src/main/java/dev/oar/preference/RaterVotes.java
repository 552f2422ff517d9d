package dev.oar.preference;

import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The votes of every rater that stand, in the sequence in which trials were shown. Not safe for use by several threads. */
final class RaterVotes {
    private final StudyFiles files;
    private final Map<String, RaterSequence> sequences = new LinkedHashMap<>();
    private final Map<String, List<VoteEntry>> standing = new LinkedHashMap<>();

    private RaterVotes(StudyFiles files) {
        this.files = files;
        for (String rater : files.protocol().raters()) {
            sequences.put(rater, RaterSequence.of(files.protocol(), files.trials(), rater));
            standing.put(rater, new ArrayList<>());
        }
    }

    /**
     * The votes that stand after all lines of a file.
     *
     * @throws CorruptFileException if a line is of no rater of the study, or of a trial that was not the rater's next
     */
    static RaterVotes of(StudyFiles files, List<VoteEntry> entries) throws IOException {
        RaterVotes votes = new RaterVotes(files);
        for (VoteEntry entry : entries) {
            String problem = votes.problem(entry);
            if (!problem.isEmpty()) {
                throw VotesFile.damaged(files.votes(), entry.number(), problem, null);
            }
            votes.add(entry);
        }
        return votes;
    }

    private String problem(VoteEntry entry) {
        List<VoteEntry> own = standing.get(entry.rater());
        RaterSequence sequence = sequences.get(entry.rater());
        if (own == null || sequence == null) {
            return "there is no rater " + entry.rater();
        }
        if (entry.undo().isPresent()) {
            boolean last = !own.isEmpty()
                    && own.get(own.size() - 1).number() == entry.undo().get();
            return last ? "" : "it undoes " + entry.undo().get() + ", which is not the rater's last vote";
        }
        if (own.size() >= sequence.count() || sequence.trial(own.size()) != entry.shown()) {
            return "trial " + entry.shown() + " was not the rater's next";
        }
        RaterSequence.Sides sides = sequence.sides(files.trials(), entry.shown());
        boolean same =
                entry.left().equals(Optional.of(sides.left())) && entry.right().equals(Optional.of(sides.right()));
        return same ? "" : "its images are not those of trial " + entry.shown();
    }

    /** Adds what has been written. */
    void add(VoteEntry entry) {
        List<VoteEntry> own = own(entry.rater());
        if (entry.undo().isPresent()) {
            own.remove(own.size() - 1);
        } else {
            own.add(entry);
        }
    }

    /** What a rater is shown. */
    RaterSequence sequence(String rater) {
        RaterSequence sequence = sequences.get(rater);
        if (sequence == null) {
            throw unknown(rater);
        }
        return sequence;
    }

    /** The votes of a rater that stand, in their sequence. */
    List<VoteEntry> of(String rater) {
        return Collections.unmodifiableList(own(rater));
    }

    private List<VoteEntry> own(String rater) {
        List<VoteEntry> own = standing.get(rater);
        if (own == null) {
            throw unknown(rater);
        }
        return own;
    }

    private static IllegalArgumentException unknown(String rater) {
        return new IllegalArgumentException(
                "a rater votes under a code of this study, but '" + rater + "' is none; check the code");
    }
}
