package dev.oar.study;

import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.Metric;
import dev.oar.evaluate.PairedComparison;
import dev.oar.evaluate.Standing;
import dev.oar.evaluate.TrainingSeeds;
import dev.oar.measure.FigureTables;
import dev.oar.report.Block;
import dev.oar.report.Details;
import dev.oar.report.Figure;
import dev.oar.report.FigureTable;
import dev.oar.report.FigureTable.Better;
import dev.oar.report.KeyFacts;
import dev.oar.report.KeyValues;
import dev.oar.report.Paragraph;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How arms differ from the baseline: the primary comparison and whatever else is significant in words, then all differences as a picture of
 * intervals, then every comparison in words, folded away.
 */
final class StudyVerdicts {
    /** One comparison and what it says. */
    private record Compared(
            PairedComparison comparison, Interval difference, Optional<Standing> standing, String from, String words) {
        boolean isSignificant() {
            return standing.map(Standing::significant).orElse(false);
        }

        String line() {
            return difference.text(4) + ": " + words;
        }
    }

    private final StudyPlan plan;
    private final List<Compared> overSeeds = new ArrayList<>();
    private final List<Compared> ofSeeds = new ArrayList<>();

    /** From the results of the seeds of a plan, at least one. */
    StudyVerdicts(StudyPlan plan, List<SeedResults> seeds) {
        this.plan = plan;
        StudyFigures figures = new StudyFigures(seeds);
        List<EvaluationReport> reports = seeds.stream().map(SeedResults::report).toList();
        if (reports.size() > 1 && shared(reports)) {
            for (TrainingSeeds.Verdict verdict : TrainingSeeds.of(reports)) {
                overSeeds.add(new Compared(
                        verdict.comparison(),
                        verdict.difference(),
                        verdict.standing(),
                        "over " + reports.size() + " seeds",
                        verdict.text() + ", by seed " + numbers(verdict.ofSeeds())));
            }
        }
        for (SeedResults seed : seeds) {
            seed.report().comparisons().stream()
                    .filter(compared -> reports.size() == 1 || figures.seeds(compared.first()) < reports.size())
                    .map(compared -> new Compared(
                            compared,
                            compared.difference(),
                            compared.standing(),
                            "seed " + seed.seed() + " alone",
                            compared.verdict()))
                    .forEach(ofSeeds::add);
        }
    }

    /** The section of a page. */
    List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        List<Compared> all = Stream.concat(overSeeds.stream(), ofSeeds.stream()).toList();
        if (all.isEmpty()) {
            return List.of(new Paragraph("No arm is measured besides the baseline."));
        }
        blocks.add(new Paragraph(
                "The primary comparison was chosen before anything was measured. All others are called significant only where"
                        + " that holds among all of them (Holm's correction). Over seeds, intervals say what another training would bring; of one seed"
                        + " alone, they are over images and say nothing of another training."));
        List<KeyFacts.Fact> primary = primary(all);
        if (!primary.isEmpty()) {
            blocks.add(new KeyFacts(primary));
        }
        table("In its own order, each arm less " + plan.baseline() + " in its own.", all, true)
                .ifPresent(blocks::add);
        table("In random order, each arm less " + plan.baseline() + ".", all, false)
                .ifPresent(blocks::add);
        Map<String, String> significant = significant(all);
        blocks.add(
                significant.isEmpty()
                        ? new Paragraph("Besides the primary comparison, no difference is significant.")
                        : new KeyValues(significant));
        blocks.add(new Details(
                "All " + all.size() + " comparisons",
                String.join(
                        "\n",
                        all.stream()
                                .map(each ->
                                        each.from() + ", " + each.comparison().subject() + ": " + each.line())
                                .toList())));
        return blocks;
    }

    /** The primary comparison; none where a seed's results have none. */
    private static List<KeyFacts.Fact> primary(List<Compared> all) {
        return all.stream()
                .filter(each -> each.comparison().primary())
                .limit(1)
                .map(each -> new KeyFacts.Fact(
                        each.difference().text(4),
                        "Primary comparison: " + each.comparison().subject(),
                        each.from() + ": " + each.words()))
                .toList();
    }

    private static Map<String, String> significant(List<Compared> all) {
        Map<String, String> lines = new LinkedHashMap<>();
        for (Compared each : all) {
            if (each.isSignificant() && !each.comparison().primary()) {
                lines.put(each.comparison().subject() + ", " + each.from(), each.line());
            }
        }
        return lines;
    }

    /** The differences of one kind of order, a row per arm, with those of several seeds apart from those of one. */
    private Optional<Block> table(String caption, List<Compared> all, boolean own) {
        Map<String, Map<Metric, Compared>> rows = new LinkedHashMap<>();
        List<Metric> metrics = new ArrayList<>();
        for (Compared each : all) {
            PairedComparison comparison = each.comparison();
            boolean ownOrder = comparison
                    .drawing()
                    .equals(plan.arm(comparison.first()).ownOrder().label());
            if (ownOrder == own) {
                rows.computeIfAbsent(each.from() + "\n" + comparison.first(), name -> new LinkedHashMap<>())
                        .put(comparison.metric(), each);
                if (!metrics.contains(comparison.metric())) {
                    metrics.add(comparison.metric());
                }
            }
        }
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        List<FigureTable.Column> columns = metrics.stream()
                .map(FigureTables::column)
                .map(column -> new FigureTable.Column(column.name(), column.explanation(), 4, Better.NEITHER))
                .toList();
        List<FigureTable.Row> table = new ArrayList<>();
        rows.forEach((name, ofArm) -> {
            String[] parts = name.split("\n", 2);
            List<Figure> figures = metrics.stream()
                    .map(metric -> figure(Optional.ofNullable(ofArm.get(metric))))
                    .toList();
            table.add(new FigureTable.Row(parts[0], parts[1], figures));
        });
        return Optional.of(new FigureTable(
                caption + " Intervals of 95 %, each by itself; which are significant among all stands below.",
                "arm",
                columns,
                table));
    }

    private static Figure figure(Optional<Compared> compared) {
        if (compared.isEmpty()) {
            return Figure.absent("not compared");
        }
        Interval difference = compared.get().difference();
        return difference.bounded()
                ? Figure.of(difference.point(), difference.low(), difference.high())
                : Figure.of(difference.point());
    }

    /** Whether there is a comparison that was made under every seed. */
    private static boolean shared(List<EvaluationReport> reports) {
        return reports.get(0).comparisons().stream()
                .anyMatch(compared -> reports.stream()
                        .allMatch(report -> report.comparisons().stream()
                                .anyMatch(other -> other.subject().equals(compared.subject()))));
    }

    private static String numbers(List<Double> differences) {
        return String.join(
                ", ",
                differences.stream()
                        .map(difference -> String.format(Locale.ROOT, "%.4f", difference))
                        .toList());
    }
}
