package dev.oar.study;

import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The figures of all seeds together: means, with intervals over seeds where there are several. */
final class StudyFigures {
    private final List<SeedResults> seeds;
    private final List<EvaluationFigure> means;

    StudyFigures(List<SeedResults> seeds) {
        this.seeds = List.copyOf(seeds);
        this.means = means(seeds);
    }

    private record Key(String arm, String drawing, Metric metric) {}

    private static List<EvaluationFigure> means(List<SeedResults> seeds) {
        Map<Key, List<EvaluationFigure>> figures = new LinkedHashMap<>();
        for (SeedResults seed : seeds) {
            for (EvaluationFigure figure : seed.report().figures()) {
                figures.computeIfAbsent(
                                new Key(figure.arm(), figure.drawing(), figure.metric()), key -> new ArrayList<>())
                        .add(figure);
            }
        }
        return figures.values().stream().map(StudyFigures::mean).toList();
    }

    private static EvaluationFigure mean(List<EvaluationFigure> ofSeeds) {
        EvaluationFigure first = ofSeeds.get(0);
        if (ofSeeds.size() == 1) {
            return first;
        }
        Interval overSeeds = Interval.ofMean(
                ofSeeds.stream().mapToDouble(figure -> figure.value().point()).toArray());
        return new EvaluationFigure(
                first.arm(), first.drawing(), first.metric(), overSeeds, first.samples(), first.seed());
    }

    /** All means. */
    List<EvaluationFigure> all() {
        return means;
    }

    /** The mean of one figure. */
    Optional<EvaluationFigure> find(String arm, String drawing, String metric) {
        return means.stream()
                .filter(figure -> figure.arm().equals(arm)
                        && figure.drawing().equals(drawing)
                        && figure.metric().name().equals(metric))
                .findFirst();
    }

    /** The means of one kind under a drawing. */
    List<EvaluationFigure> of(String arm, String drawing) {
        return means.stream()
                .filter(figure -> figure.arm().equals(arm) && figure.drawing().equals(drawing))
                .toList();
    }

    /** Under how many seeds an arm was measured. */
    long seeds(String arm) {
        return seeds.stream()
                .filter(seed -> seed.report().figures().stream()
                        .anyMatch(figure -> figure.arm().equals(arm)))
                .count();
    }

    /** Images drawn per second, the mean over seeds. */
    OptionalDouble speed(String arm, String drawing) {
        return seeds.stream()
                .map(seed -> seed.speeds().getOrDefault(arm, Map.of()).get(drawing))
                .filter(speed -> speed != null)
                .mapToDouble(Double::doubleValue)
                .average();
    }
}
