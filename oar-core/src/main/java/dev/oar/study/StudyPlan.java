package dev.oar.study;

import dev.oar.config.Default;
import dev.oar.config.Require;
import dev.oar.generate.DrawingOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A study of orders: arms that differ in the orders that one any-order model is trained further on, measured alike under several seeds. What
 * is compared with what is written down before anything is measured.
 *
 * @param name name of the study
 * @param description what is asked
 * @param recipe the recipe that the any-order model is trained by, relative to the plan; its finetuning and evaluation are those of every arm,
 *     as far as the arm does not say otherwise
 * @param seeds training seeds, each with an any-order model of its own unless the recipe starts from one
 * @param baseline the arm that the others are compared with, drawn in its own order
 * @param primary the arm whose code length in its own order, less the baseline's, is the one primary comparison
 * @param drawings orders that every arm is drawn in besides its own
 * @param worthTelling the smallest differences between arms that would matter
 * @param arms what is compared
 */
public record StudyPlan(
        String name,
        @Default("\"\"") String description,
        String recipe,
        @Default("[1, 2, 3]") List<Long> seeds,
        String baseline,
        String primary,
        @Default("[]") List<DrawingOrder> drawings,
        @Default("{}") WorthTelling worthTelling,
        List<StudyArm> arms) {
    /** Copies the lists and checks that arms and seeds are told apart and the comparisons name arms. */
    public StudyPlan {
        seeds = List.copyOf(seeds);
        drawings = List.copyOf(drawings);
        arms = List.copyOf(arms);
        List<String> names = arms.stream().map(StudyArm::name).toList();
        requireDifferent("arms", names);
        requireDifferent("seeds", seeds);
        Require.that(
                names.contains(baseline) && names.contains(primary) && !baseline.equals(primary),
                "baseline and primary must be two of the arms, but are '%s' and '%s' beside %s; name two of them",
                baseline,
                primary,
                names);
        for (StudyArm arm : arms) {
            Require.that(
                    seeds.containsAll(arm.seeds()),
                    "the seeds of an arm must be among those of the study, but '%s' has %s and the study %s; add them there",
                    arm.name(),
                    arm.seeds(),
                    seeds);
        }
        for (String key : List.of(baseline, primary)) {
            Require.that(
                    arm(arms, key).seeds().isEmpty(),
                    "baseline and primary arm are measured under all seeds, but '%s' has seeds of its own; take them out",
                    key);
        }
    }

    private static <T> void requireDifferent(String what, List<T> all) {
        Require.that(
                !all.isEmpty() && all.stream().distinct().count() == all.size(),
                "a study needs %s that are all different, but has %s; name each once",
                what,
                all);
    }

    private static StudyArm arm(List<StudyArm> arms, String name) {
        return arms.stream().filter(arm -> arm.name().equals(name)).findFirst().orElseThrow();
    }

    /** The arms that are measured under a seed, in the sequence of the plan. */
    public List<StudyArm> armsOf(long seed) {
        return arms.stream()
                .filter(arm -> arm.seeds().isEmpty() || arm.seeds().contains(seed))
                .toList();
    }

    /** The arms that are measured under at least one of these seeds. */
    List<StudyArm> armsMeasured(List<Long> measured) {
        return arms.stream()
                .filter(arm -> arm.seeds().isEmpty() || arm.seeds().stream().anyMatch(measured::contains))
                .toList();
    }

    /** The orders that an arm is drawn in, its own first, each once. */
    public List<DrawingOrder> drawn(StudyArm arm) {
        Map<String, DrawingOrder> orders = new LinkedHashMap<>();
        orders.put(arm.ownOrder().label(), arm.ownOrder());
        drawings.forEach(order -> orders.putIfAbsent(order.label(), order));
        arm.drawings().forEach(order -> orders.putIfAbsent(order.label(), order));
        return List.copyOf(orders.values());
    }

    /** An arm by its name. */
    public StudyArm arm(String armName) {
        return arm(arms, armName);
    }
}
