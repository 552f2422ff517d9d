package dev.oar.causal;

import dev.oar.order.DecodingSchedule;
import dev.oar.order.GenerationOrder;
import dev.oar.order.KendallTau;
import dev.oar.scene.Beliefs;
import dev.oar.scene.ExactWalk;
import dev.oar.scene.OrderRule;
import dev.oar.scene.SceneDistribution;
import java.util.Arrays;

/**
 * How well an order of a picture agrees with the most confident order that the exact conditionals give.
 *
 * <p>Many cells are equally certain, and whatever breaks such ties is right. So the exact order has a choice, and it is compared twice: with
 * ties broken by raster order, which no model can know, and with ties broken as the order itself breaks them, which gives 1 to every order
 * that is a most confident one and more than 0 to a random one, too.
 *
 * @param rasterTau Kendall's tau with the exact order whose ties go to the lowest cell
 * @param tau Kendall's tau with the exact order whose ties go to the cell that this order fills first
 * @param excessEntropy by how many bits the exact entropy of the cell filled exceeded the least one of an open cell, on average over steps; 0
 *     of a most confident order
 */
public record ExactOrderAgreement(double rasterTau, double tau, double excessEntropy) {
    /**
     * Compares an order with the exact one.
     *
     * @param tokens the picture, {@code [cells]}
     */
    public static ExactOrderAgreement of(SceneDistribution scenes, int[] tokens, GenerationOrder order) {
        return new ExactOrderAgreement(
                KendallTau.of(order, exact(scenes, tokens, GenerationOrder.raster(tokens.length))),
                KendallTau.of(order, exact(scenes, tokens, order)),
                excessEntropy(scenes, tokens, order));
    }

    /**
     * The order most confident first that the exact conditionals give for a picture.
     *
     * @param ties which of equally certain cells comes first
     */
    public static GenerationOrder exact(SceneDistribution scenes, int[] tokens, GenerationOrder ties) {
        return ExactWalk.of(scenes, tokens, OrderRule.mostConfident(ties), DecodingSchedule.sequential(tokens.length))
                .order();
    }

    private static double excessEntropy(SceneDistribution scenes, int[] tokens, GenerationOrder order) {
        Beliefs beliefs = scenes.nothingKnown();
        double excess = 0;
        for (int cell : order.toArray()) {
            Beliefs before = beliefs;
            excess += before.entropy(cell)
                    - Arrays.stream(before.open())
                            .mapToDouble(before::entropy)
                            .min()
                            .orElse(0);
            beliefs = before.with(cell, tokens[cell]);
        }
        return excess / order.length();
    }
}
