package dev.oar.preference;

import dev.oar.preference.PreferenceResults.Analysis;
import dev.oar.preference.PreferenceResults.Comparison;
import dev.oar.preference.PreferenceResults.Share;
import dev.oar.preference.PreferenceResults.Strength;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Results and votes as comma-separated values with a row of names first. */
final class PreferenceTables {
    private static final String ACCEPTED = "accepted";
    private static final String ALL = "all";

    private PreferenceTables() {}

    /** One figure a row. */
    static String results(PreferenceResults results) {
        return printed(List.of("raters", "first", "second", "figure", "value", "low", "high"), rows -> {
            add(rows, ACCEPTED, results.accepted());
            add(rows, ALL, results.all());
        });
    }

    private interface Rows {
        void print(CSVPrinter rows) throws IOException;
    }

    private static String printed(List<String> names, Rows rows) {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader(names.toArray(String[]::new))
                .setRecordSeparator('\n')
                .get();
        StringBuilder text = new StringBuilder();
        try (CSVPrinter printer = new CSVPrinter(text, format)) {
            rows.print(printer);
        } catch (IOException e) {
            throw new UncheckedIOException("writing a table to memory cannot fail", e);
        }
        return text.toString();
    }

    private static void add(CSVPrinter rows, String raters, Analysis analysis) throws IOException {
        for (Comparison comparison : analysis.comparisons()) {
            row(rows, raters, comparison, "votes for the first", comparison.firstWins());
            row(rows, raters, comparison, "votes for the second", comparison.secondWins());
            row(rows, raters, comparison, "ties", comparison.ties());
            if (comparison.share().isPresent()) {
                add(rows, raters, comparison, comparison.share().get());
            }
            if (comparison.agreement().isPresent()) {
                row(
                        rows,
                        raters,
                        comparison,
                        "Krippendorff's alpha",
                        comparison.agreement().get().alpha());
            }
        }
        for (Strength strength : analysis.strengths()) {
            rows.printRecord(
                    raters,
                    strength.arm(),
                    "",
                    "Elo",
                    strength.elo(),
                    end(strength.interval().map(Range::low)),
                    end(strength.interval().map(Range::high)));
        }
    }

    private static void add(CSVPrinter rows, String raters, Comparison compared, Share share) throws IOException {
        row(rows, raters, compared, "share, exact", share.share(), Optional.of(share.exact()));
        row(rows, raters, compared, "share, Wilson", share.share(), Optional.of(share.wilson()));
        row(rows, raters, compared, "share, pairs and raters", share.share(), share.clustered());
        row(rows, raters, compared, "share, ties halved", share.withTiesHalved());
        row(rows, raters, compared, "p", share.chance());
        row(rows, raters, compared, "p, Holm", share.correctedChance());
        row(rows, raters, compared, "p, pairs", share.majorities().chance());
        if (share.clustering().isPresent()) {
            row(
                    rows,
                    raters,
                    compared,
                    "correlation on a pair",
                    share.clustering().get().correlation());
            row(
                    rows,
                    raters,
                    compared,
                    "design effect",
                    share.clustering().get().designEffect());
        }
        if (share.votesForPower80().isPresent()) {
            row(
                    rows,
                    raters,
                    compared,
                    "votes for power 80 %",
                    share.votesForPower80().get());
        }
        if (share.votesForPower90().isPresent()) {
            row(
                    rows,
                    raters,
                    compared,
                    "votes for power 90 %",
                    share.votesForPower90().get());
        }
    }

    private static void row(CSVPrinter rows, String raters, Comparison comparison, String figure, Number value)
            throws IOException {
        row(rows, raters, comparison, figure, value, Optional.empty());
    }

    private static void row(
            CSVPrinter rows, String raters, Comparison comparison, String figure, Number value, Optional<Range> range)
            throws IOException {
        rows.printRecord(
                raters,
                comparison.first(),
                comparison.second(),
                figure,
                value,
                end(range.map(Range::low)),
                end(range.map(Range::high)));
    }

    private static String end(Optional<Double> end) {
        return end.map(String::valueOf).orElse("");
    }

    /** Every vote that stands, told by arms. */
    static String votes(StudyFiles files, PreferenceReport report) {
        return printed(List.of("rater", "at", "subject", "origin", "left", "right", "choice", "preferred"), rows -> {
            for (String rater : files.protocol().raters()) {
                for (VoteEntry vote : report.votes(rater)) {
                    add(rows, files, vote);
                }
            }
        });
    }

    private static void add(CSVPrinter rows, StudyFiles files, VoteEntry vote) throws IOException {
        int trial = vote.shown();
        boolean caught = files.trials().isCatch(trial);
        String first =
                caught ? "real" : name(files, files.trials().pairs().get(trial).first());
        String second =
                caught ? "noise" : name(files, files.trials().pairs().get(trial).second());
        boolean firstLeft =
                vote.left().equals(Optional.of(files.trials().images(trial).first()));
        String left = firstLeft ? first : second;
        String right = firstLeft ? second : first;
        String preferred = switch (vote.chosen()) {
            case LEFT -> left;
            case RIGHT -> right;
            case TIE -> "tie";
        };
        rows.printRecord(
                vote.rater(),
                vote.at(),
                files.trials().subject(trial),
                caught
                        ? "catch trial"
                        : files.trials()
                                .matches()
                                .get(files.trials().pairs().get(trial).match())
                                .origin(),
                left,
                right,
                vote.chosen().word(),
                preferred);
    }

    private static String name(StudyFiles files, int arm) {
        return files.protocol().arms().get(arm).name();
    }
}
