package dev.oar.study;

import dev.oar.data.OrderShards;
import dev.oar.data.TokenShards;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.OrderSource;
import dev.oar.study.ArmOrders.Use;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Recorded orders of which each image learns another's, or its own backwards: controls that keep what orders have in common. */
final class RearrangedOrder implements OrderSource {
    private final OrderShards orders;
    private final Use use;
    private final long seed;
    private final int[] donors;

    private RearrangedOrder(OrderShards orders, Use use, long seed, int[] donors) {
        this.orders = orders;
        this.use = use;
        this.seed = seed;
        this.donors = donors;
    }

    /** The orders of the training images, rearranged as a function of the seed. */
    static RearrangedOrder of(OrderShards orders, Use use, ArmMaterial material) {
        TokenShards tokens = material.tokens();
        int[] donors = new int[orders.count()];
        switch (use) {
            case OWN, REVERSED -> Arrays.setAll(donors, image -> image);
            case SHUFFLED -> passOn(range(donors.length), donors, material.seed());
            case SHUFFLED_IN_CLASS -> {
                Map<Integer, List<Integer>> classes = new TreeMap<>();
                for (int image = 0; image < donors.length; image++) {
                    classes.computeIfAbsent(tokens.classIndex(image), index -> new ArrayList<>())
                            .add(image);
                }
                classes.forEach((index, members) -> passOn(members, donors, material.seed()));
            }
        }
        return new RearrangedOrder(orders, use, material.seed(), donors);
    }

    private static List<Integer> range(int count) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(i);
        }
        return all;
    }

    /** Along one random cycle through all, so that nobody keeps its own unless it is alone. */
    private static void passOn(List<Integer> members, int[] donors, long seed) {
        int[] cycle = GenerationOrder.uniform(
                        members.size(),
                        CounterRandom.of(seed, "shuffled orders").derive(members.get(0)))
                .toArray();
        for (int i = 0; i < cycle.length; i++) {
            donors[members.get(cycle[i])] = members.get(cycle[(i + 1) % cycle.length]);
        }
    }

    @Override
    public GenerationOrder order(long draw, int image, int view) {
        GenerationOrder order = orders.order(donors[image], view);
        return use == Use.REVERSED ? order.reversed() : order;
    }

    @Override
    public String description() {
        return "RearrangedOrder[" + use + " " + orders.fingerprint() + ", seed=" + seed + "]";
    }
}
