package dev.oar.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.order.CounterRandom;
import dev.oar.preference.PreferenceResults.Comparison;
import dev.oar.preference.PreferenceResults.Rater;
import dev.oar.preference.PreferenceResults.Share;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a report says is what was voted. */
class PreferenceReportTests {
    @TempDir
    private Path folder;

    /** Says what a rater prefers: the number of an arm, or none for a tie. */
    private interface Taste {
        Optional<Integer> of(int rater, TrialList.ImagePair pair);
    }

    /** Lets every rater vote on all trials by a taste; the last of them never looks and always says left. */
    private static void vote(Path study, Taste taste, boolean lastNeverLooks) throws IOException {
        StudyFiles files = StudyFiles.read(study);
        try (PreferenceStudy opened = PreferenceStudy.open(study)) {
            List<String> raters = opened.protocol().raters();
            for (int rater = 0; rater < raters.size(); rater++) {
                String code = raters.get(rater);
                for (var next = opened.nextFor(code); next.isPresent(); next = opened.nextFor(code)) {
                    PreferenceStudy.Shown shown = next.get();
                    boolean looks = !lastNeverLooks || rater + 1 < raters.size();
                    opened.vote(code, shown.place(), looks ? choice(files, taste, rater, shown) : VoteChoice.LEFT);
                }
            }
        }
    }

    private static VoteChoice choice(StudyFiles files, Taste taste, int rater, PreferenceStudy.Shown shown) {
        for (TrialList.CatchTrial caught : files.trials().catches()) {
            if (shown.left().equals(caught.real()) || shown.right().equals(caught.real())) {
                return shown.left().equals(caught.real()) ? VoteChoice.LEFT : VoteChoice.RIGHT;
            }
        }
        for (TrialList.ImagePair pair : files.trials().pairs()) {
            List<String> both = List.of(pair.firstImage(), pair.secondImage());
            if (both.contains(shown.left()) && both.contains(shown.right())) {
                Optional<Integer> arm = taste.of(rater, pair);
                if (arm.isEmpty()) {
                    return VoteChoice.TIE;
                }
                String liked = arm.get() == pair.first() ? pair.firstImage() : pair.secondImage();
                return liked.equals(shown.left()) ? VoteChoice.LEFT : VoteChoice.RIGHT;
            }
        }
        throw new AssertionError("what is shown must be a trial, but is " + shown);
    }

    @Test
    void sharesTiesAndAgreementAreThoseOfTheVotesAndRatersWhoDoNotLookAreExcludedByName() throws IOException {
        Path study = PreferenceFixture.study(folder, 2, 25, 4);
        // Of 25 matches 16 are the first arm's and 8 the second's for everyone; one is a tie.
        vote(
                study,
                (rater, pair) -> pair.match() == 24 ? Optional.empty() : Optional.of(pair.match() < 16 ? 0 : 1),
                true);
        PreferenceResults results = PreferenceReport.write(study, PreferenceReport.usual(study));
        assertThat(results.complete()).isTrue();
        List<Rater> raters = results.raters();
        assertThat(raters.stream().map(Rater::excluded)).containsExactly(false, false, false, true);
        assertThat(raters.get(0))
                .isEqualTo(new Rater(
                        results.raters().get(0).code(),
                        31,
                        0,
                        25,
                        1,
                        raters.get(0).left(),
                        raters.get(0).right(),
                        6,
                        6,
                        false));
        assertThat(raters.get(3).left()).isEqualTo(25);
        assertThat(results.accepted().raters()).hasSize(3);
        assertThat(results.all().raters()).hasSize(4);
        Comparison accepted = results.accepted().comparisons().get(0);
        assertThat(List.of(accepted.firstWins(), accepted.secondWins(), accepted.ties()))
                .containsExactly(48, 24, 3);
        assertThat(accepted.agreement().orElseThrow().alpha()).isEqualTo(1);
        Share share = accepted.share().orElseThrow();
        assertThat(share.share()).isEqualTo(48.0 / 72);
        assertThat(share.withTiesHalved()).isEqualTo(49.5 / 75);
        assertThat(share.chance()).isEqualTo(new Proportion(48, 72).chanceOfHalf());
        assertThat(share.correctedChance()).isEqualTo(share.chance());
        assertThat(share.majorities())
                .isEqualTo(new PreferenceResults.Majorities(16, 8, 1, new Proportion(16, 24).chanceOfHalf()));
        // Raters of one mind: three votes are worth one.
        assertThat(share.clustering().orElseThrow().correlation()).isEqualTo(1);
        assertThat(share.clustering().orElseThrow().designEffect()).isCloseTo(3, within(1e-9));
        assertThat(share.clustered().orElseThrow().contains(0.5)).isTrue();
        assertThat(results.verdicts().get(0)).contains("a is preferred to b in 66.7 % of 72", "might say otherwise");
        assertThat(results.all().comparisons().get(0).votes()).isEqualTo(100);
        requireWritten(study, results);
    }

    private static void requireWritten(Path study, PreferenceResults results) throws IOException {
        Path report = PreferenceReport.usual(study);
        JsonNode json = new JsonMapper().readTree(Files.readString(report.resolve("results.json")));
        assertThat(json.at("/accepted/comparisons/0/first-wins").asInt()).isEqualTo(48);
        assertThat(json.at("/raters/3/excluded").asBoolean()).isTrue();
        assertThat(Files.readAllLines(report.resolve("results.csv")))
                .contains("accepted,a,b,votes for the first,48,,", "accepted,a,b,ties,3,,")
                .anyMatch(line -> line.startsWith("all,a,b,\"share, exact\","));
        List<String> votes = Files.readAllLines(report.resolve("votes.csv"));
        assertThat(votes).hasSize(1 + 4 * 31);
        assertThat(votes.stream().filter(vote -> vote.endsWith(",real"))).hasSizeGreaterThanOrEqualTo(18);
        assertThat(votes.stream().filter(vote -> vote.endsWith(",tie"))).hasSize(3);
        String page = Files.readString(report.resolve("report.html"));
        assertThat(page)
                .contains(results.raters().get(3).code() + " (excluded)", "What is preferred", "<svg", "data:image/png")
                .doesNotContain("http://", "https://", "<script");
        // The same votes give the same bytes.
        String before = Files.readString(report.resolve("results.json"));
        var unused = PreferenceReport.write(study, report);
        assertThat(Files.readString(report.resolve("results.json"))).isEqualTo(before);
        assertThat(Files.readString(report.resolve("report.html"))).isEqualTo(page);
    }

    @Test
    void ofThreeArmsTheStrongestIsFoundAndTheIntervalHoldsWhatWasPutIn() throws IOException {
        Path study = PreferenceFixture.study(folder, 3, 30, 3);
        double[] put = {1, 0, -1};
        vote(
                study,
                (rater, pair) -> {
                    double difference = put[pair.first()] - put[pair.second()];
                    double chance = 1 / (1 + Math.exp(-difference));
                    double drawn = CounterRandom.of(pair.match(), "taste " + rater)
                            .uniform(10L * pair.first() + pair.second());
                    return Optional.of(drawn < chance ? pair.first() : pair.second());
                },
                false);
        PreferenceResults results = PreferenceReport.write(study, folder.resolve("report"));
        assertThat(results.accepted()).isEqualTo(results.all());
        assertThat(results.accepted().comparisons()).hasSize(3);
        assertThat(results.accepted().strengths()).hasSize(3);
        for (int arm = 0; arm < 3; arm++) {
            PreferenceResults.Strength strength = results.accepted().strengths().get(arm);
            assertThat(strength.logStrength()).isCloseTo(put[arm], within(0.45));
            assertThat(strength.interval().orElseThrow().contains(BradleyTerry.elo(put[arm])))
                    .as("%s", strength)
                    .isTrue();
        }
        Share widest = results.accepted().comparisons().get(1).share().orElseThrow();
        assertThat(widest.correctedChance()).isBetween(2 * widest.chance(), 3 * widest.chance());
        assertThat(Files.readString(folder.resolve("report/report.html"))).contains("Strengths of the arms");
    }

    @Test
    void aStudyThatNobodyHasVotedOnHasAReportThatSaysSo() throws IOException {
        Path study = PreferenceFixture.study(folder, 2, 6, 2);
        try (PreferenceStudy opened = PreferenceStudy.open(study)) {
            PreferenceResults results = PreferenceReport.write(study, folder.resolve("report"));
            assertThat(results.complete()).isFalse();
            assertThat(results.verdicts()).containsExactly("there are no votes on a and b yet");
            String rater = opened.protocol().raters().get(0);
            while (opened.nextFor(rater).isPresent()) {
                opened.vote(rater, opened.nextFor(rater).orElseThrow().place(), VoteChoice.TIE);
            }
            // A tie does not pass a catch trial.
            assertThat(PreferenceReport.write(study, folder.resolve("report"))
                            .raters()
                            .get(0)
                            .excluded())
                    .isTrue();
        }
        assertThat(Files.readString(folder.resolve("report/report.html"))).contains("to do");
    }
}
