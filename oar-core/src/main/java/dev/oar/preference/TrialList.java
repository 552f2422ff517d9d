package dev.oar.preference;

import dev.oar.checkpoint.StrictJson;
import dev.oar.config.Require;
import dev.oar.file.BoundedFile;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What raters are shown, and of which arm it is: the key of a blind study, as {@code trials.json} holds it. Trials are numbered from 0, pairs
 * first.
 *
 * @param format {@value #FORMAT}
 * @param version {@value #VERSION}
 * @param matches what the images of every arm have in common
 * @param pairs two images of one match
 * @param catches real images beside noise
 * @param images SHA-256 of every image by its name
 */
record TrialList(
        String format,
        int version,
        List<Match> matches,
        List<ImagePair> pairs,
        List<CatchTrial> catches,
        SortedMap<String, String> images) {
    static final String FORMAT = "oar-preference-trials";
    static final int VERSION = 1;

    private static final int MOST_BYTES = 256 << 20;
    private static final Pattern NAME = Pattern.compile("\\d{4,9}");
    private static final JsonMapper JSON = StrictJson.complete().build();

    /**
     * What the images of every arm have in common.
     *
     * @param subject the class or caption in words; empty if it is not known
     * @param origin seed and index, or the name of the file
     */
    record Match(String subject, String origin) {}

    /**
     * Two images of one match.
     *
     * @param match its number, from 0
     * @param first the arm of the first image: its number
     * @param second the arm of the second image, a larger number
     * @param firstImage name of the first image
     * @param secondImage name of the second image
     */
    record ImagePair(int match, int first, int second, String firstImage, String secondImage) {}

    /**
     * A real image beside noise.
     *
     * @param subject the class of the real image in words; empty if it is not known
     * @param real name of the real image
     * @param noise name of the other
     */
    record CatchTrial(String subject, String real, String noise) {}

    /** The two images of a trial in the sequence of the key. */
    record Images(String first, String second) {}

    TrialList {
        matches = List.copyOf(matches);
        pairs = List.copyOf(pairs);
        catches = List.copyOf(catches);
        images = Collections.unmodifiableSortedMap(new TreeMap<>(images));
        Require.that(
                format.equals(FORMAT) && version == VERSION,
                "it must be of the format %s %s, but is %s %s",
                FORMAT,
                VERSION,
                format,
                version);
        for (String name : images.keySet()) {
            Require.that(NAME.matcher(name).matches(), "images are named by digits, but one is '%s'", name);
        }
        for (ImagePair pair : pairs) {
            Require.that(
                    pair.match >= 0 && pair.match < matches.size() && pair.first >= 0 && pair.first < pair.second,
                    "a pair is of one match and of two arms, but one is %s",
                    pair);
        }
        for (int trial = 0; trial < pairs.size() + catches.size(); trial++) {
            Images shown = images(trial, pairs, catches);
            Require.that(
                    images.containsKey(shown.first) && images.containsKey(shown.second),
                    "every image shown is listed, but trial %s shows %s and %s",
                    trial,
                    shown.first,
                    shown.second);
        }
    }

    /** How many trials there are. */
    int count() {
        return pairs.size() + catches.size();
    }

    /** Whether a trial is a catch trial. */
    boolean isCatch(int trial) {
        return trial >= pairs.size();
    }

    /** The images of a trial. */
    Images images(int trial) {
        return images(trial, pairs, catches);
    }

    private static Images images(int trial, List<ImagePair> pairs, List<CatchTrial> catches) {
        if (trial < pairs.size()) {
            return new Images(pairs.get(trial).firstImage, pairs.get(trial).secondImage);
        }
        CatchTrial shown = catches.get(trial - pairs.size());
        return new Images(shown.real, shown.noise);
    }

    /** What the images of a trial show, in words. */
    String subject(int trial) {
        return trial < pairs.size()
                ? matches.get(pairs.get(trial).match).subject
                : catches.get(trial - pairs.size()).subject;
    }

    /** The bytes of the file. */
    byte[] bytes() {
        return (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this).replace("\r\n", "\n") + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the file.
     *
     * @throws CorruptFileException if it does not hold what it promises
     */
    static TrialList read(Path file) throws IOException {
        byte[] bytes = BoundedFile.read(file, MOST_BYTES, "copy the study again");
        try {
            TrialList list = JSON.readValue(bytes, TrialList.class);
            if (list != null) {
                return list;
            }
            throw new IllegalArgumentException("it holds null");
        } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new CorruptFileException(
                    file + " must list the trials of a study, but does not (" + reason + "); copy the study again", e);
        }
    }
}
