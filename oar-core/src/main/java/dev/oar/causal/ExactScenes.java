package dev.oar.causal;

import dev.oar.order.CounterRandom;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.GenerationOrder;
import dev.oar.scene.ExactWalk;
import dev.oar.scene.OrderRule;
import dev.oar.scene.SceneDistribution;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What is known exactly of held-out pictures.
 *
 * @param scenes what they are drawn from
 * @param pictures the pictures
 * @param seed of orders and draws
 */
record ExactScenes(SceneDistribution scenes, ScenePictures pictures, long seed) {
    /** The name of the exact distribution among the models. */
    static final String ARM = "exact";

    /** The exact code length of every picture. */
    double[] bits() {
        return IntStream.range(0, pictures.count())
                .parallel()
                .mapToDouble(picture -> scenes.bits(pictures.tokens(picture)))
                .toArray();
    }

    /** The total correlation of the cells that are filled together, of every picture: the bits that are lost by that. */
    double[] lost(StudiedOrder order, StepPlan plan) {
        DecodingSchedule schedule = plan.schedule(scenes.grid().cells());
        return IntStream.range(0, pictures.count())
                .parallel()
                .mapToDouble(picture -> ExactWalk.of(
                                scenes, pictures.tokens(picture), order.exact(scenes.grid(), seed, picture), schedule)
                        .totalCorrelation())
                .toArray();
    }

    /** Whether pictures that are drawn in this way are possible: 1 or 0 for each. */
    double[] possible(StudiedOrder order, StepPlan plan) {
        DecodingSchedule schedule = plan.schedule(scenes.grid().cells());
        CounterRandom random = CounterRandom.of(seed, "exact drawings");
        return IntStream.range(0, pictures.count())
                .parallel()
                .mapToDouble(picture -> ExactWalk.drawsPossible(
                                scenes, order.exact(scenes.grid(), seed, picture), schedule, random.derive(picture))
                        ? 1
                        : 0)
                .toArray();
    }

    /** In how many steps each picture is filled without loss, see {@link OrderRule#independent}. */
    double[] stepsWithoutLoss() {
        OrderRule independent =
                OrderRule.independent(GenerationOrder.raster(scenes.grid().cells()));
        return IntStream.range(0, pictures.count())
                .parallel()
                .mapToDouble(picture -> ExactWalk.of(scenes, pictures.tokens(picture), independent)
                        .steps()
                        .size())
                .toArray();
    }

    /** The order of every picture. */
    static List<GenerationOrder> orders(SceneDistribution scenes, ScenePictures pictures, OrderRule rule) {
        DecodingSchedule sequential = DecodingSchedule.sequential(scenes.grid().cells());
        return IntStream.range(0, pictures.count())
                .parallel()
                .mapToObj(picture -> ExactWalk.of(scenes, pictures.tokens(picture), rule, sequential)
                        .order())
                .toList();
    }

    /** How well orders of the pictures agree with the exact most confident ones. */
    List<ExactOrderAgreement> agreement(List<GenerationOrder> orders) {
        return IntStream.range(0, pictures.count())
                .parallel()
                .mapToObj(picture -> ExactOrderAgreement.of(scenes, pictures.tokens(picture), orders.get(picture)))
                .toList();
    }
}
