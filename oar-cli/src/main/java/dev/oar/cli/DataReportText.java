package dev.oar.cli;

import dev.oar.check.CaptionCounts;
import dev.oar.check.ClassCounts;
import dev.oar.check.ClassCounts.ClassSize;
import dev.oar.check.CodeCounts;
import dev.oar.check.DataReport;
import dev.oar.check.DuplicateCounts;
import dev.oar.check.Lengths;
import dev.oar.check.Named;
import dev.oar.check.SizeCounts;
import dev.oar.check.TokenCounts;
import dev.oar.check.TrainingCost;
import dev.oar.config.Spelling;
import dev.oar.estimate.EstimateTable;
import dev.oar.image.ImageLoss;
import dev.oar.layout.ListingProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The findings of a check as a screen of text. */
final class DataReportText {
    private static final double SECONDS_PER_HOUR = 3600;

    private final DataReport report;
    private final List<String> lines = new ArrayList<>();

    private DataReportText(DataReport report) {
        this.report = report;
    }

    static List<String> lines(DataReport report) {
        DataReportText text = new DataReportText(report);
        text.write();
        return text.lines;
    }

    private void write() {
        line("set", report.path());
        line("layout", report.layout() + ": " + report.layoutReason());
        images();
        classes(report.classes());
        report.sizes().ifPresent(this::sizes);
        colours();
        captions(report.captions());
        if (report.quick()) {
            line("duplicates", "not looked for; damage within images, too (--quick)");
        }
        report.exactDuplicates().ifPresent(counts -> duplicates("duplicates", "of the same pixels", counts));
        report.nearDuplicates().ifPresent(counts -> duplicates("near", "that look alike", counts));
        report.problems().forEach((kind, names) -> line("problem", itemsOf(kind) + ", " + names.summary()));
        report.unreadable().forEach((reason, names) -> line("unreadable", names.summary() + " (" + reason + ")"));
        if (report.leftOut().count() > 0) {
            line("left out", report.leftOut().summary());
        }
        report.codes().ifPresent(this::codes);
        report.notes().forEach(note -> line("note", note));
        report.cost().ifPresent(this::cost);
        report.failures().forEach(failure -> line("fails", failure));
        line("verdict", report.failures().isEmpty() ? "a recipe can read this" : "a recipe would fail");
    }

    private void codes(CodeCounts codes) {
        String shapes = codes.shapes().entrySet().stream()
                .map(shape -> shape.getValue() + " of " + shape.getKey())
                .collect(Collectors.joining(", "));
        line(
                "codes",
                codes.images() + " images in " + codes.classes() + " classes"
                        + (shapes.isEmpty() ? "" : ": " + shapes));
        if (codes.broken().count() > 0) {
            line("", "that cannot be read, " + codes.broken().summary());
        }
    }

    private void cost(TrainingCost cost) {
        line("cost", cost.recipe() + " on " + cost.machine() + ":");
        for (TrainingCost.Stage stage : cost.stages()) {
            line("", stage.stage() + " " + cost(stage.hours(), stage.diskBytes()));
        }
        line("", "all stages " + cost(cost.hours(), cost.diskBytes()));
        cost.notes().forEach(note -> line("", note));
    }

    private static String cost(double hours, double diskBytes) {
        return EstimateTable.time(hours * SECONDS_PER_HOUR) + ", " + EstimateTable.room(diskBytes) + " of disk";
    }

    private void line(String label, String text) {
        lines.add(String.format(Locale.ROOT, "%-11s %s", label, text));
    }

    private void images() {
        DataReport.ImageCounts counts = report.images();
        line(
                "images",
                counts.listed() + " listed, " + counts.readable() + " readable; " + counts.train() + " to train on, "
                        + counts.test() + " to test, "
                        + (counts.ownSplit() ? "as the set itself has it" : "by the recipe's split"));
    }

    private void classes(ClassCounts classes) {
        if (classes.count() == 0) {
            return;
        }
        String range = Stream.of(classes.smallest(), classes.largest())
                .flatMap(size -> size.stream())
                .map(DataReportText::size)
                .collect(Collectors.joining(" to "));
        line("classes", classes.count() + ", of " + range + "; median " + classes.median());
        if (classes.tooSmall().count() > 0) {
            line(
                    "",
                    "of one picture, which cannot be both trained on and tested, "
                            + classes.tooSmall().summary());
        }
    }

    private static String size(ClassSize size) {
        return size.images() + " (" + size.name() + ")";
    }

    private void sizes(SizeCounts sizes) {
        line(
                "sizes",
                sizes.smallest() + " (" + sizes.smallestName() + "), median " + sizes.median() + ", " + sizes.largest()
                        + " (" + sizes.largestName() + "); different ones: " + sizes.distinct());
        line("", "shorter side below 64 pixels: " + share(sizes.below64()) + ", below 256: " + share(sizes.below256()));
    }

    private String share(int count) {
        return String.format(
                Locale.ROOT,
                "%d (%.1f %%)",
                count,
                100.0 * count / Math.max(1, report.images().readable()));
    }

    private void colours() {
        report.grey().filter(count -> count > 0).ifPresent(count -> line("colours", "without colour: " + share(count)));
        for (ImageLoss loss : ImageLoss.values()) {
            Named names = report.losses().get(Spelling.word(loss));
            if (names != null) {
                line("colours", loss.images() + ", " + names.summary());
            }
        }
    }

    private void captions(CaptionCounts captions) {
        if (captions.given() == 0) {
            line("captions", "none");
            return;
        }
        line(
                "captions",
                captions.given() + " of " + report.images().listed() + " images have one, " + captions.empty()
                        + " have none; different ones: " + captions.distinct());
        line(
                "",
                "words " + lengths(captions.words().orElseThrow()) + "; characters "
                        + lengths(captions.characters().orElseThrow()));
        captions.encoder().ifPresent(this::tokens);
        captions.tooLong().forEach((encoder, names) -> {
            if (names.count() > 0 && isGuessed(encoder, captions)) {
                line(
                        "",
                        "probably longer than the " + CaptionCounts.lengths().get(encoder) + " tokens of " + encoder
                                + " (a token for 4 bytes or a word), " + names.summary());
            }
        });
        if (captions.inOtherScripts().count() > 0) {
            line(
                    "",
                    "with letters that are not Latin, "
                            + captions.inOtherScripts().summary());
        }
        if (captions.refused().count() > 0) {
            line("", "that cannot be drawn from, " + captions.refused().summary());
        }
    }

    private void tokens(TokenCounts counts) {
        line("", "tokens " + lengths(counts.tokens()) + "; of " + counts.encoder());
        if (counts.tooLong().count() == 0) {
            line("", "none is longer than the " + counts.length() + " tokens that it takes");
            return;
        }
        line(
                "",
                String.format(
                        Locale.ROOT,
                        "longer than the %d tokens that it takes: %.1f %% of %d captions, which are %s, %s",
                        counts.length(),
                        100 * counts.tooLongShare(),
                        counts.captions(),
                        counts.cut() ? "cut" : "refused unless a recipe says too-long: cut",
                        counts.tooLong().summary()));
    }

    /** Whether nothing better than a rule of thumb is known of an encoder: what counts tokens is another one, and nobody asked for that. */
    private static boolean isGuessed(String encoder, CaptionCounts captions) {
        return !encoder.equals(CaptionCounts.LEARNED)
                && captions.encoder().filter(TokenCounts::asked).isEmpty();
    }

    private static String lengths(Lengths lengths) {
        return lengths.minimum() + " to " + lengths.maximum() + ", median " + lengths.median() + ", 95 % up to "
                + lengths.percentile95();
    }

    private void duplicates(String label, String which, DuplicateCounts counts) {
        if (counts.groups() == 0) {
            line(label, "no images " + which);
            return;
        }
        line(
                label,
                counts.images() + " images " + which + " in " + counts.groups() + " groups, " + counts.acrossClasses()
                        + " of them across classes: "
                        + String.join(
                                ", ", counts.pairs().first().stream().limit(2).toList()));
        if (counts.acrossSplit().count() > 0) {
            line(
                    "",
                    "tested although one like it is trained on, "
                            + counts.acrossSplit().summary());
        }
    }

    private static String itemsOf(String kind) {
        for (ListingProblem problem : ListingProblem.values()) {
            if (Spelling.word(problem).equals(kind)) {
                return problem.items();
            }
        }
        return kind;
    }
}
