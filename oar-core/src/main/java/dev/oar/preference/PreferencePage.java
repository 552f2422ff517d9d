package dev.oar.preference;

import dev.oar.generate.ImageOrigin;
import dev.oar.preference.PreferenceResults.Analysis;
import dev.oar.preference.PreferenceResults.Comparison;
import dev.oar.preference.PreferenceResults.Rater;
import dev.oar.preference.PreferenceResults.Share;
import dev.oar.preference.PreferenceResults.Strength;
import dev.oar.report.Block;
import dev.oar.report.Figure;
import dev.oar.report.FigureTable;
import dev.oar.report.FigureTable.Better;
import dev.oar.report.HtmlReport;
import dev.oar.report.IntervalPlot;
import dev.oar.report.KeyFacts;
import dev.oar.report.KeyValues;
import dev.oar.report.LinePlot;
import dev.oar.report.Paragraph;
import dev.oar.report.Series;
import dev.oar.report.Warning;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The results of a study as a page: what is preferred, how sure that is, who voted, and which pairs were clearest. */
final class PreferencePage {
    private static final String ACCEPTED = "raters who count";
    private static final String ALL = "all raters";

    private final StudyFiles files;
    private final PreferenceResults results;
    private final List<Judgement> judgements;

    PreferencePage(StudyFiles files, PreferenceResults results, List<Judgement> judgements) {
        this.files = files;
        this.results = results;
        this.judgements = List.copyOf(judgements);
    }

    /** The page; images of the study are inside. */
    String html() throws IOException {
        HtmlReport page = new HtmlReport("Preference study", results.question());
        page.opening(new KeyFacts(facts()));
        warnings().forEach(warning -> page.opening(new Warning(warning)));
        page.section("What is preferred", shares());
        if (!results.accepted().strengths().isEmpty()) {
            page.section("Strengths", strengths());
        }
        page.section("How many votes it takes", power());
        page.section("Agreement", agreement());
        page.section("Raters", raters());
        page.section("Clearest pairs", new ClearestPairs(files, results, judgements).blocks());
        page.section("Fixed beforehand", new KeyValues(fixed()));
        return page.html();
    }

    private List<KeyFacts.Fact> facts() {
        List<KeyFacts.Fact> facts = new ArrayList<>();
        Analysis accepted = results.accepted();
        if (accepted.comparisons().size() == 1
                && accepted.comparisons().get(0).share().isPresent()) {
            Comparison only = accepted.comparisons().get(0);
            Share share = only.share().orElseThrow();
            facts.add(new KeyFacts.Fact(
                    PreferenceVerdict.percent(share.share()),
                    "prefer " + only.first() + " to " + only.second(),
                    "95 % interval " + range(share.exact())));
            facts.add(new KeyFacts.Fact(
                    "p " + PreferenceVerdict.chance(share.chance()),
                    "were both equally preferred",
                    "exact, two-sided"));
        }
        facts.addAll(accepted.strengths().stream()
                .max(Comparator.comparingDouble(Strength::elo))
                .map(best -> new KeyFacts.Fact(
                        best.arm(), "is the strongest", String.format(Locale.ROOT, "%+.0f Elo", best.elo())))
                .stream()
                .toList());
        int ties = accepted.comparisons().stream().mapToInt(Comparison::ties).sum();
        facts.add(new KeyFacts.Fact(
                Integer.toString(accepted.votes()),
                "votes on pairs",
                ties + " of them ties; planned " + planned() + " in all"));
        facts.add(new KeyFacts.Fact(
                Integer.toString(accepted.raters().size()),
                accepted.raters().size() == 1 ? "rater" : "raters",
                results.raters().size() - accepted.raters().size() + " excluded"));
        return facts;
    }

    private long planned() {
        return (long) files.protocol().pairsPerRater()
                * files.protocol().raters().size();
    }

    private static String range(Range range) {
        return PreferenceVerdict.percent(range.low()) + " to " + PreferenceVerdict.percent(range.high());
    }

    private List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (!results.complete()) {
            warnings.add("Not every rater is done: "
                    + results.raters().stream()
                            .filter(rater -> rater.toDo() > 0)
                            .map(rater -> rater.code() + " has " + rater.toDo() + " to do")
                            .collect(Collectors.joining(", "))
                    + ". Looking again and again until p is small finds differences where there are none; the study was planned for "
                    + planned() + " votes.");
        }
        List<String> excluded = results.raters().stream()
                .filter(Rater::excluded)
                .map(rater -> rater.code() + " (" + rater.catchPassed() + " of " + rater.catchSeen() + ")")
                .toList();
        if (!excluded.isEmpty()) {
            warnings.add(
                    "Excluded by the rule that was fixed beforehand, catch trials answered by the real image in at least "
                            + PreferenceVerdict.percent(
                                    files.protocol().catchTrials().leastShare()) + ": "
                            + String.join(", ", excluded)
                            + ". What the result would be with them is stated beside it.");
        }
        if (files.protocol().catchTrials().perRater() == 0) {
            warnings.add("There were no catch trials, so nothing tells raters who looked from those who did not.");
        }
        if (results.accepted().raters().size() == 1) {
            warnings.add("One rater alone counts, so that the intervals cover other pairs, but no other people.");
        }
        return warnings;
    }

    private List<Block> shares() {
        List<Block> blocks = new ArrayList<>();
        for (Comparison comparison : results.accepted().comparisons()) {
            blocks.add(new Paragraph(PreferenceVerdict.of(comparison) + "."));
        }
        List<IntervalPlot.Point> points = new ArrayList<>();
        List<FigureTable.Row> rows = new ArrayList<>();
        boolean both = results.raters().stream().anyMatch(Rater::excluded);
        for (int i = 0; i < results.accepted().comparisons().size(); i++) {
            add(points, rows, ACCEPTED, results.accepted().comparisons().get(i));
            if (both) {
                add(points, rows, ALL, results.all().comparisons().get(i));
            }
        }
        blocks.add(new IntervalPlot(
                "Share of votes for the first arm without ties: votes alone, and by the bootstrap over pairs and raters",
                "per cent of votes",
                50,
                points,
                1));
        blocks.add(new FigureTable(
                "In brackets 95 % intervals: of the share by Clopper and Pearson and by Wilson as if votes were independent, then by the"
                        + " bootstrap over pairs and raters. p is that of the exact two-sided test, corrected by Holm's method among all"
                        + " comparisons, and that of the sign test over pairs by what most of their raters preferred.",
                "comparison", columns(), rows));
        return blocks;
    }

    private static List<FigureTable.Column> columns() {
        return List.of(
                column("votes", "Votes on the two arms", 0),
                column("ties", "Votes for neither", 0),
                column("share %, exact", "Of votes that are no ties", 1),
                column("share %, Wilson", "Of votes that are no ties", 1),
                column("share %, pairs and raters", "Of votes that are no ties", 1),
                column("ties halved %", "The share if a tie were half a vote for either", 1),
                column("p", "The exact two-sided binomial test", 4),
                column("p, Holm", "Corrected among all comparisons", 4),
                column("p, pairs", "The sign test over pairs", 4));
    }

    private static FigureTable.Column column(String name, String explanation, int decimals) {
        return new FigureTable.Column(name, explanation, decimals, Better.NEITHER);
    }

    private static void add(
            List<IntervalPlot.Point> points, List<FigureTable.Row> rows, String raters, Comparison comparison) {
        String group = comparison.first() + " over " + comparison.second();
        if (comparison.share().isEmpty()) {
            points.add(new IntervalPlot.Point(group, raters, Figure.absent("no votes but ties")));
            return;
        }
        Share share = comparison.share().get();
        points.add(new IntervalPlot.Point(group, raters + ", votes alone", percent(share, Optional.of(share.exact()))));
        points.add(new IntervalPlot.Point(group, raters + ", bootstrap", percent(share, share.clustered())));
        rows.add(new FigureTable.Row(
                group,
                raters,
                List.of(
                        Figure.of(comparison.votes()),
                        Figure.of(comparison.ties()),
                        percent(share, Optional.of(share.exact())),
                        percent(share, Optional.of(share.wilson())),
                        percent(share, share.clustered()),
                        Figure.of(100 * share.withTiesHalved()),
                        Figure.of(share.chance()),
                        Figure.of(share.correctedChance()),
                        Figure.of(share.majorities().chance()))));
    }

    private static Figure percent(Share share, Optional<Range> range) {
        return range.map(ends -> Figure.of(100 * share.share(), 100 * ends.low(), 100 * ends.high()))
                .orElseGet(() -> Figure.withoutInterval(100 * share.share(), "too few votes for an interval"));
    }

    private List<Block> strengths() {
        List<IntervalPlot.Point> points = results.accepted().strengths().stream()
                .map(strength -> new IntervalPlot.Point(
                        "",
                        strength.arm(),
                        strength.interval()
                                .map(range -> Figure.of(strength.elo(), range.low(), range.high()))
                                .orElseGet(() -> Figure.withoutInterval(strength.elo(), "no interval"))))
                .toList();
        return List.of(
                new IntervalPlot("Strengths of the arms", "Elo, mean 0", 0, points, 0),
                new Paragraph(
                        "The model of Bradley and Terry, fitted to all comparisons together; a tie is half a win of both. 400 Elo are"
                                + " odds of ten to one. Intervals by the bootstrap over pairs and raters."));
    }

    private List<Block> power() {
        List<Series> lines = new ArrayList<>();
        List<Block> blocks = new ArrayList<>();
        for (Comparison comparison : results.accepted().comparisons()) {
            comparison.share().ifPresent(share -> {
                String name = comparison.first() + " over " + comparison.second();
                blocks.add(new Paragraph(needed(name, share)));
                share.votesForPower90().ifPresent(most -> lines.add(curve(name, share.share(), most)));
            });
        }
        if (!lines.isEmpty()) {
            blocks.add(new LinePlot(
                    "Chance to tell the share that was observed from one half",
                    "independent votes that are no ties",
                    "power",
                    lines,
                    false));
        }
        PreferenceProtocol.PlannedPower planned = results.planned();
        blocks.add(new Paragraph(String.format(
                Locale.ROOT,
                "Planned with a share of %s: %d votes on two arms, worth %d independent ones at a correlation of %s on a pair, tell it with"
                        + " chance %s.",
                PreferenceVerdict.percent(planned.share()),
                planned.votes(),
                planned.independentVotes(),
                planned.correlation(),
                PreferenceVerdict.percent(planned.power()))));
        return blocks;
    }

    private static String needed(String name, Share share) {
        String effect = share.clustering()
                .map(clustering -> String.format(
                        Locale.ROOT,
                        " Votes on one pair correlate by %.2f, so that %.2f of them are worth an independent one.",
                        clustering.correlation(),
                        clustering.designEffect()))
                .orElse("");
        return name + ": "
                + share.votesForPower80()
                        .map(eighty -> "a share of " + PreferenceVerdict.percent(share.share())
                                + " is told with power 80 % by "
                                + eighty + " independent votes"
                                + share.votesForPower90()
                                        .map(ninety -> ", with power 90 % by " + ninety)
                                        .orElse("") + ".")
                        .orElse("a share of " + PreferenceVerdict.percent(share.share())
                                + " is too near to one half to be told by any number of votes up to "
                                + BinomialPower.MOST_VOTES + ".")
                + effect;
    }

    private static Series curve(String name, double share, int most) {
        int end = Math.max(20, most + most / 3);
        int step = Math.max(1, end / 100);
        int[] votes = IntStream.rangeClosed(1, end / step).map(i -> i * step).toArray();
        return new Series(
                name,
                IntStream.of(votes).asDoubleStream().toArray(),
                IntStream.of(votes)
                        .mapToDouble(count -> BinomialPower.of(count, share, BinomialPower.ALPHA))
                        .toArray());
    }

    private List<Block> agreement() {
        List<Block> blocks = new ArrayList<>();
        for (Comparison comparison : results.accepted().comparisons()) {
            blocks.add(
                    new Paragraph(
                            comparison.first() + " and " + comparison.second() + ": "
                                    + comparison
                                            .agreement()
                                            .map(agreement -> String.format(
                                                    Locale.ROOT,
                                                    "Krippendorff's alpha is %.3f over the %d pairs that at least two raters saw (1: all agree, 0: as by"
                                                            + " chance; categories are the two arms and the tie).",
                                                    agreement.alpha(),
                                                    agreement.pairs()))
                                            .orElse(
                                                    "no pair was seen by two raters, or all said the same, so that there is nothing to agree on.")));
        }
        return blocks;
    }

    private List<Block> raters() {
        List<FigureTable.Row> rows = results.raters().stream()
                .map(rater -> new FigureTable.Row(
                        "",
                        rater.code() + (rater.excluded() ? " (excluded)" : ""),
                        List.of(
                                Figure.of(rater.votes()),
                                Figure.of(rater.toDo()),
                                Figure.of(rater.ties()),
                                side(rater),
                                Figure.of(rater.catchPassed()),
                                Figure.of(rater.catchSeen()))))
                .toList();
        return List.of(new FigureTable(
                "Votes that stand. The share of the left side has the exact 95 % interval: one that leaves out 50 % shows a habit.",
                "rater",
                List.of(
                        column("votes on pairs", "", 0),
                        column("to do", "Trials that are left", 0),
                        column("ties", "", 0),
                        column("left side %", "Of votes that are no ties", 0),
                        column("catch trials passed", "Answered by the real image", 0),
                        column("catch trials seen", "", 0)),
                rows));
    }

    private static Figure side(Rater rater) {
        if (rater.left() + rater.right() == 0) {
            return Figure.absent("no votes");
        }
        Proportion left = new Proportion(rater.left(), rater.left() + rater.right());
        Range range = left.clopperPearson();
        return Figure.of(100 * left.share(), 100 * range.low(), 100 * range.high());
    }

    private Map<String, String> fixed() {
        PreferenceProtocol protocol = files.protocol();
        Map<String, String> fixed = new LinkedHashMap<>();
        fixed.put("question", protocol.question());
        protocol.arms().forEach(arm -> {
            fixed.put("arm " + arm.name(), arm.source());
            if (!arm.drawing().isEmpty()) {
                fixed.put("arm " + arm.name() + " was drawn by", ImageOrigin.line(arm.drawing()));
            }
        });
        fixed.put("matches (same class or caption and seed in every arm)", Integer.toString(protocol.matches()));
        fixed.put("pairs per rater", Integer.toString(protocol.pairsPerRater()));
        fixed.put("raters", Integer.toString(protocol.raters().size()));
        fixed.put(
                "catch trials per rater",
                Integer.toString(protocol.catchTrials().perRater()));
        fixed.put(
                "least share of catch trials passed",
                PreferenceVerdict.percent(protocol.catchTrials().leastShare()));
        fixed.put("replicates of the bootstrap", Integer.toString(protocol.bootstrap()));
        fixed.put("seed", Long.toString(protocol.seed()));
        fixed.put("SHA-256 of " + StudyFiles.PROTOCOL, files.fingerprint());
        return fixed;
    }
}
