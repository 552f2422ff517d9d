package dev.oar.preference;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.RecipeReader;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The folder of a study:
 *
 * <pre>
 * study.yaml      {@link PreferenceProtocol}; written last, so that a folder with one is complete
 * trials.json     what is shown, and of which arm it is
 * images/         N.png: what raters see; names, sizes and texts tell nothing of arms
 * votes.jsonl     the votes, from the first one on
 * report/         what they say
 * </pre>
 *
 * @param folder the folder
 * @param protocol what was fixed beforehand
 * @param trials what is shown
 * @param fingerprint SHA-256 of the protocol's file
 */
record StudyFiles(Path folder, PreferenceProtocol protocol, TrialList trials, String fingerprint) {
    static final String PROTOCOL = "study.yaml";
    static final String TRIALS = "trials.json";
    static final String IMAGES = "images";
    static final String VOTES = "votes.jsonl";
    static final String REPORT = "report";

    /**
     * Reads a study without its votes.
     *
     * @throws CorruptFileException if there is none, or one of its files is not the one that the protocol names
     */
    static StudyFiles read(Path folder) throws IOException {
        Path file = folder.resolve(PROTOCOL);
        if (!Files.isRegularFile(file)) {
            throw new CorruptFileException("a study is a folder with a " + PROTOCOL + ", but " + folder
                    + " has none; make one by `oar preference`");
        }
        PreferenceProtocol protocol = RecipeReader.read(file, PreferenceProtocol.class);
        Path list = folder.resolve(TRIALS);
        if (!Files.isRegularFile(list) || !Fingerprint.ofFile(list).equals(protocol.trials())) {
            throw changed(list);
        }
        TrialList trials = TrialList.read(list);
        if (trials.pairs().size() != protocol.pairs()
                || trials.catches().size() < protocol.catchTrials().perRater()) {
            throw new CorruptFileException("a study shows as many pairs and catch trials as its " + PROTOCOL
                    + " says, but that asks for " + protocol.pairs() + " and "
                    + protocol.catchTrials().perRater() + " and there are "
                    + trials.pairs().size() + " and "
                    + trials.catches().size() + "; put the file back as it was made");
        }
        return new StudyFiles(folder, protocol, trials, Fingerprint.ofFile(file));
    }

    /** Checks that every image is the one that was put there. */
    void requireImages() throws IOException {
        for (Map.Entry<String, String> image : trials.images().entrySet()) {
            Path file = image(image.getKey());
            if (!Files.isRegularFile(file) || !Fingerprint.ofFile(file).equals(image.getValue())) {
                throw changed(file);
            }
        }
    }

    /** The file of an image of the study. */
    Path image(String name) {
        return folder.resolve(IMAGES).resolve(name + ".png");
    }

    /** The file of the votes. */
    Path votes() {
        return folder.resolve(VOTES);
    }

    /**
     * The votes, read without disturbing a program that takes some.
     *
     * @throws CorruptFileException if they are damaged, or were cast under another protocol
     */
    VotesFile.Content readVotes() throws IOException {
        VotesFile.Content content = VotesFile.read(votes());
        Optional<String> cast = content.header().map(VotesFile.Header::protocol);
        if (cast.isPresent() && !cast.get().equals(fingerprint)) {
            throw new CorruptFileException("the protocol of a study is fixed from the first vote on, but "
                    + folder.resolve(PROTOCOL) + " was changed since; put it back as it was, or begin another study");
        }
        return content;
    }

    private static CorruptFileException changed(Path file) {
        return new CorruptFileException("files of a study stay as they were made, but " + file
                + " is missing or was changed; copy the whole study again, or make another");
    }
}
