package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FamilySamplerTests {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyEpochHoldsEveryFamilyOnce(long seed) {
        int[] families = families(seed);
        FamilySampler sampler = new FamilySampler(families, seed);
        for (int epoch = 0; epoch < 5; epoch++) {
            Set<Integer> drawn = new HashSet<>();
            for (int i = 0; i < sampler.familyCount(); i++) {
                drawn.add(families[sampler.image((long) epoch * sampler.familyCount() + i)]);
            }
            assertThat(drawn).as("seed %s, epoch %s", seed, epoch).hasSize(sampler.familyCount());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void membersOfAFamilyAreDrawnEquallyOften(long seed) {
        int[] families = {0, 1, 1, 2, 2, 2};
        FamilySampler sampler = new FamilySampler(families, seed);
        int[] counts = new int[families.length];
        for (int draw = 0; draw < 3 * 6; draw++) {
            counts[sampler.image(draw)]++;
        }
        assertThat(counts).as("seed %s", seed).containsExactly(6, 3, 3, 2, 2, 2);
    }

    /** What trainings that are resumed rely on: families are counted as they first appear, members as they stand. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void familiesAreNumberedAsTheyFirstAppearWhateverTheyAreCalled(long seed) {
        int[] families = families(seed);
        int[] renamed = Arrays.stream(families)
                .map(family -> family % 2 == 0 ? -7 * family : Integer.MAX_VALUE - family)
                .toArray();
        FamilySampler sampler = new FamilySampler(families, seed);
        FamilySampler other = new FamilySampler(renamed, seed);
        Map<Integer, List<Integer>> members = new LinkedHashMap<>();
        for (int image = 0; image < families.length; image++) {
            members.computeIfAbsent(families[image], family -> new ArrayList<>())
                    .add(image);
        }
        List<List<Integer>> inOrder = List.copyOf(members.values());
        CounterRandom random = CounterRandom.of(seed, "training images");
        for (int draw = 0; draw < 3 * inOrder.size(); draw++) {
            int epoch = draw / inOrder.size();
            int family = GenerationOrder.uniform(inOrder.size(), random.derive(epoch))
                    .cellAt(draw % inOrder.size());
            List<Integer> choice = inOrder.get(family);
            int first = random.derive(-1).integer(choice.size(), family);
            assertThat(sampler.image(draw))
                    .as("seed %s, draw %s", seed, draw)
                    .isEqualTo(choice.get((first + epoch) % choice.size()))
                    .isEqualTo(other.image(draw));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void goingOnEqualsNeverHavingStopped(long seed) {
        int[] families = families(seed);
        FamilySampler whole = new FamilySampler(families, seed);
        int[][] steps = new int[40][];
        for (int step = 0; step < steps.length; step++) {
            steps[step] = whole.batch(step, 7);
        }
        FamilySampler resumed = new FamilySampler(families, seed);
        for (int step = 20; step < steps.length; step++) {
            assertThat(resumed.batch(step, 7))
                    .as("seed %s, step %s", seed, step)
                    .isEqualTo(steps[step]);
        }
    }

    @Test
    void epochsAndSeedsDiffer() {
        int[] families = new int[50];
        Arrays.setAll(families, i -> i);
        FamilySampler sampler = new FamilySampler(families, 1);

        assertThat(sampler.batch(0, 50)).isNotEqualTo(sampler.batch(1, 50));
        assertThat(sampler.batch(0, 50)).isNotEqualTo(new FamilySampler(families, 2).batch(0, 50));
    }

    @Test
    void nothingToDrawFromIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new FamilySampler(new int[0], 1));
    }

    private static int[] families(long seed) {
        CounterRandom random = CounterRandom.of(seed, "test families");
        int[] families = new int[60];
        Arrays.setAll(families, i -> random.integer(25, i) * 3);
        return families;
    }
}
