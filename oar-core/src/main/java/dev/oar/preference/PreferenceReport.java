package dev.oar.preference;

import dev.oar.file.AtomicFile;
import dev.oar.preference.Judgement.Preferred;
import dev.oar.preference.PreferenceResults.Rater;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Reads the votes of a study, tells them by arms, and computes what they say. As a folder:
 *
 * <pre>
 * results.json   {@link PreferenceResults}
 * results.csv    the same, a figure a row
 * votes.csv      every vote that stands, by arms
 * report.html    the same as a page
 * </pre>
 */
public final class PreferenceReport {
    private static final String RESULTS = "results.json";
    private static final String TABLE = "results.csv";
    private static final String VOTES = "votes.csv";

    /** File name of the page. */
    public static final String PAGE = "report.html";

    private final StudyFiles files;
    private final RaterVotes votes;

    private PreferenceReport(StudyFiles files, RaterVotes votes) {
        this.files = files;
        this.votes = votes;
    }

    /** Where the report of a study goes unless another place is named. */
    public static Path usual(Path study) {
        return study.resolve(StudyFiles.REPORT);
    }

    /**
     * Writes the report of a study, which others may be voting on meanwhile.
     *
     * @param folder where it goes
     * @throws IOException in one sentence, if there is no study, or it or its votes are damaged
     */
    public static PreferenceResults write(Path study, Path folder) throws IOException {
        StudyFiles files = StudyFiles.read(study);
        PreferenceReport report = of(files);
        PreferenceResults results = report.results();
        write(folder.resolve(TABLE), PreferenceTables.results(results));
        write(folder.resolve(VOTES), PreferenceTables.votes(files, report));
        write(folder.resolve(PAGE), new PreferencePage(files, results, report.judgements()).html());
        write(folder.resolve(RESULTS), results.json());
        return results;
    }

    private static void write(Path file, String text) throws IOException {
        AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    static PreferenceReport of(StudyFiles files) throws IOException {
        return new PreferenceReport(
                files, RaterVotes.of(files, files.readVotes().entries()));
    }

    PreferenceResults results() {
        PreferenceProtocol protocol = files.protocol();
        List<Rater> raters = protocol.raters().stream().map(this::rater).toList();
        List<Integer> everyone = IntStream.range(0, raters.size()).boxed().toList();
        List<Integer> accepted =
                everyone.stream().filter(rater -> !raters.get(rater).excluded()).toList();
        List<Judgement> judgements = judgements();
        PreferenceResults.Analysis all = new PreferenceAnalysis(protocol, everyone, judgements).result();
        return new PreferenceResults(
                PreferenceResults.FORMAT,
                PreferenceResults.VERSION,
                protocol.question(),
                files.fingerprint(),
                protocol.arms(),
                protocol.planned(),
                raters.stream().allMatch(rater -> rater.toDo() == 0),
                raters,
                accepted.size() == everyone.size()
                        ? all
                        : new PreferenceAnalysis(protocol, accepted, judgements).result(),
                all);
    }

    /** The votes on pairs that stand. */
    List<Judgement> judgements() {
        List<String> codes = files.protocol().raters();
        List<Judgement> judgements = new ArrayList<>();
        for (int rater = 0; rater < codes.size(); rater++) {
            for (VoteEntry vote : votes.of(codes.get(rater))) {
                if (!files.trials().isCatch(vote.shown())) {
                    TrialList.ImagePair pair = files.trials().pairs().get(vote.shown());
                    judgements.add(
                            new Judgement(rater, pair.match(), pair.first(), pair.second(), preferred(pair, vote)));
                }
            }
        }
        return judgements;
    }

    private static Preferred preferred(TrialList.ImagePair pair, VoteEntry vote) {
        Optional<String> image = vote.preferred();
        return image.isEmpty()
                ? Preferred.NEITHER
                : image.get().equals(pair.firstImage()) ? Preferred.FIRST : Preferred.SECOND;
    }

    /** The votes of a rater that stand. */
    List<VoteEntry> votes(String rater) {
        return votes.of(rater);
    }

    private Rater rater(String code) {
        int onPairs = 0;
        int ties = 0;
        int left = 0;
        int right = 0;
        int seen = 0;
        int passed = 0;
        for (VoteEntry vote : votes.of(code)) {
            if (files.trials().isCatch(vote.shown())) {
                seen++;
                String real = files.trials().images(vote.shown()).first();
                passed += vote.preferred().equals(Optional.of(real)) ? 1 : 0;
                continue;
            }
            onPairs++;
            switch (vote.chosen()) {
                case TIE -> ties++;
                case LEFT -> left++;
                case RIGHT -> right++;
            }
        }
        boolean excluded = passed < files.protocol().catchTrials().leastShare() * seen - 1e-9;
        int done = votes.of(code).size();
        return new Rater(
                code, done, votes.sequence(code).count() - done, onPairs, ties, left, right, seen, passed, excluded);
    }
}
