package dev.oar.measure;

import dev.oar.config.Require;
import dev.oar.generate.Drawing;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What every one of several models draws.
 *
 * @param drawings how, each in another order
 * @param classes the class of every sample
 * @param folder where samples are kept, a file for each model and drawing, so that a call that was broken off goes on with those that are
 *     there; it must belong to these models and this plan. Empty: they are kept nowhere.
 */
public record SamplePlan(List<Drawing> drawings, List<Integer> classes, Optional<Path> folder) {
    /** Copies the lists and checks that drawings are told apart by their orders. */
    public SamplePlan {
        drawings = List.copyOf(drawings);
        classes = List.copyOf(classes);
        List<String> orders =
                drawings.stream().map(drawing -> drawing.order().label()).toList();
        Require.that(
                orders.stream().distinct().count() == orders.size() && !classes.isEmpty(),
                "samples are drawn in different orders and at least one in each, but %s were asked for in %s; name"
                        + " each order once",
                classes.size(),
                orders);
    }
}
