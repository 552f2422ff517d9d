package dev.oar.preference;

import dev.oar.evaluate.Multiplicity;
import dev.oar.preference.Judgement.Preferred;
import dev.oar.preference.PreferenceResults.Agreement;
import dev.oar.preference.PreferenceResults.Comparison;
import dev.oar.preference.PreferenceResults.Majorities;
import dev.oar.preference.PreferenceResults.Share;
import dev.oar.preference.PreferenceResults.Strength;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Computes what the votes of some raters say. */
final class PreferenceAnalysis {
    private final PreferenceProtocol protocol;
    private final List<Integer> raters;
    private final List<Judgement> judgements;
    private final BootstrapFigures bootstrap;

    /**
     * The analysis of some raters.
     *
     * @param raters their numbers
     * @param judgements of all raters
     */
    PreferenceAnalysis(PreferenceProtocol protocol, List<Integer> raters, List<Judgement> judgements) {
        this.protocol = protocol;
        this.raters = List.copyOf(raters);
        this.judgements = judgements.stream()
                .filter(judgement -> raters.contains(judgement.rater()))
                .toList();
        this.bootstrap = BootstrapFigures.of(protocol, this.raters, this.judgements);
    }

    PreferenceResults.Analysis result() {
        List<Comparison> comparisons = new ArrayList<>();
        int arms = protocol.arms().size();
        for (int first = 0; first < arms; first++) {
            for (int second = first + 1; second < arms; second++) {
                comparisons.add(comparison(first, second));
            }
        }
        return new PreferenceResults.Analysis(
                raters.stream().map(rater -> protocol.raters().get(rater)).toList(),
                judgements.size(),
                corrected(comparisons),
                arms > 2 ? strengths() : List.of());
    }

    private Comparison comparison(int first, int second) {
        List<Judgement> votes = judgements.stream()
                .filter(judgement -> judgement.isOn(first, second))
                .toList();
        int firstWins = count(votes, Preferred.FIRST);
        int secondWins = count(votes, Preferred.SECOND);
        int ties = count(votes, Preferred.NEITHER);
        Optional<Share> share = firstWins + secondWins == 0
                ? Optional.empty()
                : Optional.of(share(first, second, firstWins, secondWins, ties, votes));
        return new Comparison(
                protocol.arms().get(first).name(),
                protocol.arms().get(second).name(),
                firstWins,
                secondWins,
                ties,
                share,
                agreement(votes));
    }

    private static int count(List<Judgement> votes, Preferred preferred) {
        return (int)
                votes.stream().filter(vote -> vote.preferred() == preferred).count();
    }

    private Share share(int first, int second, int firstWins, int secondWins, int ties, List<Judgement> votes) {
        Proportion proportion = new Proportion(firstWins, firstWins + secondWins);
        int votesWithTies = firstWins + secondWins + ties;
        return new Share(
                proportion.share(),
                (firstWins + ties / 2.0) / votesWithTies,
                proportion.clopperPearson(),
                proportion.wilson(),
                proportion.chanceOfHalf(),
                proportion.chanceOfHalf(),
                bootstrap.share(first, second),
                majorities(votes),
                Clustering.of(decided(votes)),
                needed(proportion, 0.8),
                needed(proportion, 0.9));
    }

    private static Optional<Integer> needed(Proportion proportion, double power) {
        OptionalInt votes = BinomialPower.votes(proportion.share(), power, BinomialPower.ALPHA);
        return votes.isPresent() ? Optional.of(votes.getAsInt()) : Optional.empty();
    }

    private static Map<Integer, List<Judgement>> byMatch(List<Judgement> votes) {
        Map<Integer, List<Judgement>> byMatch = new TreeMap<>();
        votes.forEach(vote -> byMatch.computeIfAbsent(vote.match(), unused -> new ArrayList<>())
                .add(vote));
        return byMatch;
    }

    /** Per pair 1 for every vote for the first arm and 0 for every one for the second; ties are left out. */
    private static List<double[]> decided(List<Judgement> votes) {
        return byMatch(votes).values().stream()
                .map(ofMatch -> ofMatch.stream()
                        .filter(vote -> vote.preferred() != Preferred.NEITHER)
                        .mapToDouble(vote -> vote.preferred() == Preferred.FIRST ? 1 : 0)
                        .toArray())
                .toList();
    }

    private static Majorities majorities(List<Judgement> votes) {
        int first = 0;
        int second = 0;
        int even = 0;
        for (List<Judgement> ofMatch : byMatch(votes).values()) {
            int lead = count(ofMatch, Preferred.FIRST) - count(ofMatch, Preferred.SECOND);
            first += lead > 0 ? 1 : 0;
            second += lead < 0 ? 1 : 0;
            even += lead == 0 ? 1 : 0;
        }
        double chance = first + second == 0 ? 1 : new Proportion(first, first + second).chanceOfHalf();
        return new Majorities(first, second, even, chance);
    }

    private static Optional<Agreement> agreement(List<Judgement> votes) {
        List<int[]> units = byMatch(votes).values().stream()
                .map(ofMatch -> ofMatch.stream()
                        .mapToInt(vote -> vote.preferred().ordinal())
                        .toArray())
                .toList();
        OptionalDouble alpha = KrippendorffAlpha.nominal(Preferred.values().length, units);
        int shared = (int) units.stream().filter(unit -> unit.length > 1).count();
        return alpha.isPresent() ? Optional.of(new Agreement(alpha.getAsDouble(), shared)) : Optional.empty();
    }

    /** The same comparisons with their p values corrected among one another. */
    private static List<Comparison> corrected(List<Comparison> comparisons) {
        double[] chances = Multiplicity.holm(comparisons.stream()
                .flatMap(comparison -> comparison.share().stream())
                .mapToDouble(Share::chance)
                .toArray());
        List<Comparison> corrected = new ArrayList<>();
        int place = 0;
        for (Comparison comparison : comparisons) {
            if (comparison.share().isEmpty()) {
                corrected.add(comparison);
                continue;
            }
            Share share = comparison.share().get();
            Share judged = new Share(
                    share.share(),
                    share.withTiesHalved(),
                    share.exact(),
                    share.wilson(),
                    share.chance(),
                    chances[place++],
                    share.clustered(),
                    share.majorities(),
                    share.clustering(),
                    share.votesForPower80(),
                    share.votesForPower90());
            corrected.add(new Comparison(
                    comparison.first(),
                    comparison.second(),
                    comparison.firstWins(),
                    comparison.secondWins(),
                    comparison.ties(),
                    Optional.of(judged),
                    comparison.agreement()));
        }
        return corrected;
    }

    private List<Strength> strengths() {
        double[][] wins = new double[protocol.arms().size()][protocol.arms().size()];
        judgements.forEach(judgement -> BootstrapFigures.addTo(wins, judgement, 1));
        return BradleyTerry.logStrengths(wins)
                .map(logs -> {
                    List<Strength> strengths = new ArrayList<>();
                    for (int arm = 0; arm < logs.length; arm++) {
                        strengths.add(new Strength(
                                protocol.arms().get(arm).name(),
                                logs[arm],
                                BradleyTerry.elo(logs[arm]),
                                bootstrap.elo(arm)));
                    }
                    return strengths;
                })
                .orElse(new ArrayList<>());
    }

    /** The figures of all replicates of the bootstrap. */
    private record BootstrapFigures(TwoWayBootstrap settings, double[][][] shares, double[][] elos) {
        static BootstrapFigures of(PreferenceProtocol protocol, List<Integer> raters, List<Judgement> judgements) {
            TwoWayBootstrap settings = new TwoWayBootstrap(protocol.bootstrap(), protocol.seed());
            int arms = protocol.arms().size();
            double[][][] shares = new double[arms][arms][settings.replicates()];
            double[][] elos = new double[arms][settings.replicates()];
            int[] places = new int[protocol.raters().size()];
            Arrays.setAll(places, raters::indexOf);
            for (int replicate = 0; replicate < settings.replicates(); replicate++) {
                TwoWayBootstrap.Draw draw = settings.draw(replicate, protocol.matches(), raters.size());
                double[][] decided = new double[arms][arms];
                double[][] wins = new double[arms][arms];
                for (Judgement judgement : judgements) {
                    int weight = draw.weight(judgement.match(), places[judgement.rater()]);
                    addTo(wins, judgement, weight);
                    if (judgement.preferred() != Preferred.NEITHER) {
                        addTo(decided, judgement, weight);
                    }
                }
                keep(replicate, decided, shares);
                Optional<double[]> logs = arms > 2 ? BradleyTerry.logStrengths(wins) : Optional.empty();
                for (int arm = 0; arm < arms; arm++) {
                    elos[arm][replicate] = logs.isPresent() ? BradleyTerry.elo(logs.get()[arm]) : Double.NaN;
                }
            }
            return new BootstrapFigures(settings, shares, elos);
        }

        private static void keep(int replicate, double[][] decided, double[][][] shares) {
            for (int first = 0; first < decided.length; first++) {
                for (int second = first + 1; second < decided.length; second++) {
                    shares[first][second][replicate] =
                            decided[first][second] / (decided[first][second] + decided[second][first]);
                }
            }
        }

        /** Adds a vote; a tie is half a win of both. */
        static void addTo(double[][] wins, Judgement judgement, double weight) {
            double first = switch (judgement.preferred()) {
                case FIRST -> 1;
                case SECOND -> 0;
                case NEITHER -> 0.5;
            };
            wins[judgement.first()][judgement.second()] += weight * first;
            wins[judgement.second()][judgement.first()] += weight * (1 - first);
        }

        Optional<Range> share(int first, int second) {
            return settings.range(shares[first][second]);
        }

        Optional<Range> elo(int arm) {
            return settings.range(elos[arm]);
        }
    }
}
