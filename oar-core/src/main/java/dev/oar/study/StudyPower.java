package dev.oar.study;

import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.FamilyValues;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.Metric;
import dev.oar.evaluate.Power;
import dev.oar.report.Block;
import dev.oar.report.Figure;
import dev.oar.report.FigureTable;
import dev.oar.report.FigureTable.Better;
import dev.oar.report.KeyValues;
import dev.oar.report.Paragraph;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a study can tell: for every outcome of the baseline in its own order, how far differences of two arms spread over images and over
 * training seeds, and how many of both a difference takes that would matter ({@link WorthTelling}, {@link Power}).
 *
 * <p>The spread is that of the comparisons as they are made. Bits per token and captions are paired image by image; the deviation is that of
 * the differences between arms under a seed, or where the baseline alone is measured, between its seeds. Distances are not paired: each has
 * the error of its own images, given the reference. Over seeds it is that of the differences of all arms that are measured under several, each
 * around its mean; of a baseline alone, that of two arms that have nothing in common, which pairing can only make smaller.
 */
public final class StudyPower {
    private final List<Outcome> outcomes;
    private final int seeds;

    /**
     * From what is measured.
     *
     * @param measured the seeds whose baseline is measured, at least one
     */
    public StudyPower(StudyPlan plan, List<SeedResults> measured) {
        this.seeds = plan.seeds().size();
        this.outcomes = outcomes(plan, measured);
    }

    /**
     * A standard deviation of differences between two arms.
     *
     * @param deviation the deviation
     * @param source what it was taken from, in words
     */
    record Spread(double deviation, String source) {}

    /**
     * One outcome.
     *
     * @param metric what is measured
     * @param value the baseline's, the mean over seeds
     * @param worth the smallest difference that would matter
     * @param images how many images were measured
     * @param observations how many independent observations these are: families, or images
     * @param overImages spread of an observation
     * @param overSeeds spread of a training
     */
    record Outcome(
            Metric metric,
            double value,
            double worth,
            int images,
            int observations,
            Optional<Spread> overImages,
            Optional<Spread> overSeeds) {
        /** The difference that these images tell. */
        OptionalDouble toldByImages() {
            return overImages
                    .map(spread -> OptionalDouble.of(Power.difference(observations, spread.deviation)))
                    .orElse(OptionalDouble.empty());
        }

        /** How many images the difference takes. */
        OptionalDouble imagesNeeded() {
            return overImages
                    .map(spread -> OptionalDouble.of(
                            Math.ceil(Power.observations(worth, spread.deviation) * (double) images / observations)))
                    .orElse(OptionalDouble.empty());
        }

        /** The difference that so many seeds tell. */
        OptionalDouble toldBySeeds(int seeds) {
            return seeds < 2 || overSeeds.isEmpty()
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(Power.differenceOfTrainings(seeds, overSeeds.get().deviation));
        }

        /** How many seeds the difference takes. */
        OptionalDouble seedsNeeded() {
            return overSeeds
                    .map(spread -> OptionalDouble.of(Power.trainings(worth, spread.deviation)))
                    .orElse(OptionalDouble.empty());
        }
    }

    /** The outcomes, in the sequence of the results. */
    List<Outcome> outcomes() {
        return outcomes;
    }

    private static List<Outcome> outcomes(StudyPlan plan, List<SeedResults> measured) {
        String own = plan.arm(plan.baseline()).ownOrder().label();
        StudyFigures figures = new StudyFigures(measured);
        List<Outcome> outcomes = new ArrayList<>();
        for (EvaluationFigure mean : figures.of(plan.baseline(), own)) {
            if (StudyComparison.isOutcome(mean.metric()) && plan.worthTelling().from(mean) > 0) {
                Spreads spreads = new Spreads(plan, mean.metric(), measured);
                EvaluationFigure first = spreads.ofBaseline().get(0);
                outcomes.add(new Outcome(
                        mean.metric(),
                        mean.value().point(),
                        plan.worthTelling().from(mean),
                        first.samples(),
                        first.families().map(families -> families.ids().length).orElse(first.samples()),
                        spreads.overImages(),
                        spreads.overSeeds()));
            }
        }
        return outcomes;
    }

    /** The spreads of one metric. */
    private record Spreads(StudyPlan plan, Metric metric, List<SeedResults> measured) {
        private Optional<EvaluationFigure> of(StudyArm arm, SeedResults seed) {
            return seed.report().figure(arm.name(), arm.ownOrder().label(), metric.name());
        }

        private List<EvaluationFigure> ofBaseline() {
            StudyArm baseline = plan.arm(plan.baseline());
            return measured.stream()
                    .flatMap(seed -> of(baseline, seed).stream())
                    .toList();
        }

        private List<StudyArm> others() {
            return plan.arms().stream()
                    .filter(arm -> !arm.name().equals(plan.baseline()))
                    .toList();
        }

        Optional<Spread> overImages() {
            EvaluationFigure first = ofBaseline().get(0);
            if (first.families().isEmpty()) {
                return first.givenReference()
                        .filter(Interval::bounded)
                        .or(() -> Optional.of(first.value()).filter(Interval::bounded))
                        .map(interval ->
                                new Spread(Math.sqrt(2.0 * first.samples()) * interval.standardError(), "unpaired"));
            }
            List<double[]> ofArms = new ArrayList<>();
            for (SeedResults seed : measured) {
                for (StudyArm arm : others()) {
                    of(arm, seed)
                            .flatMap(figure ->
                                    of(plan.arm(plan.baseline()), seed).flatMap(baseline -> paired(figure, baseline)))
                            .ifPresent(ofArms::add);
                }
            }
            if (!ofArms.isEmpty()) {
                return deviation(ofArms).map(found -> new Spread(found, "paired, of arms"));
            }
            List<double[]> ofSeeds = new ArrayList<>();
            ofBaseline().stream().skip(1).forEach(other -> paired(other, first).ifPresent(ofSeeds::add));
            return ofSeeds.isEmpty()
                    ? deviation(List.of(first.families().get().values()))
                            .map(found -> new Spread(Math.sqrt(2) * found, "unpaired, of one training"))
                    : deviation(ofSeeds).map(found -> new Spread(found, "paired, of the baseline's seeds"));
        }

        private static Optional<double[]> paired(EvaluationFigure first, EvaluationFigure second) {
            Optional<FamilyValues> families = first.families();
            Optional<FamilyValues> other = second.families();
            return families.isPresent() && other.isPresent() && families.get().ofSameFamilies(other.get())
                    ? Optional.of(families.get().minus(other.get()).values())
                    : Optional.empty();
        }

        Optional<Spread> overSeeds() {
            List<double[]> ofArms = new ArrayList<>();
            for (StudyArm arm : others()) {
                double[] differences = measured.stream()
                        .flatMap(seed -> of(arm, seed)
                                .flatMap(figure -> of(plan.arm(plan.baseline()), seed)
                                        .map(baseline -> figure.value().point()
                                                - baseline.value().point()))
                                .stream())
                        .mapToDouble(Double::doubleValue)
                        .toArray();
                if (differences.length > 1) {
                    ofArms.add(differences);
                }
            }
            if (!ofArms.isEmpty()) {
                return deviation(ofArms).map(found -> new Spread(found, "paired, " + freedom(ofArms)));
            }
            List<double[]> alone = List.of(ofBaseline().stream()
                    .mapToDouble(figure -> figure.value().point())
                    .toArray());
            return deviation(alone).map(found -> new Spread(Math.sqrt(2) * found, "unpaired, " + freedom(alone)));
        }

        private static String freedom(List<double[]> groups) {
            int freedom = groups.stream().mapToInt(group -> group.length - 1).sum();
            return freedom + (freedom == 1 ? " degree of freedom" : " degrees of freedom");
        }

        /** The deviation of all groups around their own means; empty without two in one. */
        private static Optional<Double> deviation(List<double[]> groups) {
            double squares = 0;
            int freedom = 0;
            for (double[] group : groups) {
                double mean = Arrays.stream(group).average().orElse(0);
                squares += Arrays.stream(group)
                        .map(value -> (value - mean) * (value - mean))
                        .sum();
                freedom += group.length - 1;
            }
            return freedom == 0 ? Optional.empty() : Optional.of(Math.sqrt(squares / freedom));
        }
    }

    /** The outcomes as lines for a terminal, and what cannot be told. */
    public String text() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "what this study can tell, with a chance of %.0f %% (two-sided tests at %.0f %%):%n",
                100 * Power.WANTED,
                100 * (1 - Interval.LEVEL)));
        sentences().forEach((outcome, sentence) -> text.append(String.format("%s: %s%n", outcome, sentence)));
        return text.toString();
    }

    /** A sentence for each outcome. */
    Map<String, String> sentences() {
        Map<String, String> sentences = new LinkedHashMap<>();
        for (Outcome outcome : outcomes) {
            sentences.put(
                    outcome.metric.name(),
                    String.format(
                            Locale.ROOT,
                            "%s; a difference of %s is worth telling. %s %s",
                            number(outcome.value),
                            number(outcome.worth),
                            ofImages(outcome),
                            ofSeeds(outcome)));
        }
        return sentences;
    }

    private static String ofImages(Outcome outcome) {
        if (outcome.overImages.isEmpty()) {
            return String.format(
                    Locale.ROOT, "%,d images are too few to say how it spreads over images.", outcome.images);
        }
        return told(
                String.format(Locale.ROOT, "%,d images", outcome.images),
                outcome.overImages.get(),
                outcome.toldByImages().orElseThrow(),
                outcome.worth,
                outcome.imagesNeeded().orElseThrow());
    }

    private String ofSeeds(Outcome outcome) {
        if (outcome.overSeeds.isEmpty()) {
            return "One training does not say how it spreads over trainings.";
        }
        OptionalDouble told = outcome.toldBySeeds(seeds);
        double needed = outcome.seedsNeeded().orElseThrow();
        return told.isEmpty()
                ? String.format(Locale.ROOT, "One seed tells no difference between trainings: %,.0f would.", needed)
                : told(seeds + " seeds", outcome.overSeeds.get(), told.getAsDouble(), outcome.worth, needed);
    }

    private static String told(String what, Spread spread, double told, double worth, double needed) {
        String sentence = String.format(
                Locale.ROOT,
                "%s tell %s (deviation %s, %s)",
                what,
                number(told),
                number(spread.deviation),
                spread.source);
        return told <= worth
                ? sentence + String.format(Locale.ROOT, ": enough, %,.0f would do.", needed)
                : sentence + String.format(Locale.ROOT, ": too few, it takes %,.0f.", needed);
    }

    private static String number(double value) {
        return new BigDecimal(value)
                .round(new MathContext(4))
                .stripTrailingZeros()
                .toPlainString();
    }

    /** The table of a page. */
    List<Block> blocks() {
        List<FigureTable.Column> columns = List.of(
                column("baseline", 4),
                column("worth telling", 4),
                column("images", 0),
                column("told by them", 4),
                column("images needed", 0),
                column("told by the seeds", 4),
                column("seeds needed", 0));
        List<FigureTable.Row> rows = outcomes.stream()
                .map(outcome -> new FigureTable.Row(
                        "",
                        outcome.metric.name(),
                        List.of(
                                Figure.of(outcome.value),
                                Figure.of(outcome.worth),
                                Figure.of(outcome.images),
                                figure(outcome.toldByImages()),
                                figure(outcome.imagesNeeded()),
                                figure(outcome.toldBySeeds(seeds)),
                                figure(outcome.seedsNeeded()))))
                .toList();
        return List.of(
                new Paragraph(String.format(
                        Locale.ROOT,
                        "How large a difference between two arms must be to be found with a chance of %.0f %% by a single two-sided test at"
                                + " %.0f %%, and how many images and training seeds (the plan has %d) the differences take that the plan"
                                + " calls worth telling. Among several comparisons that are corrected together, it takes more.",
                        100 * Power.WANTED,
                        100 * (1 - Interval.LEVEL),
                        seeds)),
                new FigureTable("Of the baseline in its own order.", "outcome", columns, rows),
                new KeyValues(sentences()));
    }

    private static FigureTable.Column column(String name, int decimals) {
        return new FigureTable.Column(name, "", decimals, Better.NEITHER);
    }

    private static Figure figure(OptionalDouble value) {
        return value.isPresent() ? Figure.of(value.getAsDouble()) : Figure.absent("its spread is not known");
    }
}
