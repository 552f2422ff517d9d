package dev.oar.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.image.PerceptualHash;
import dev.oar.order.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NearPairsTests {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void thePairsAreThoseOfComparingAllEachOnce(long seed) {
        List<PerceptualHash> hashes = hashes(seed);
        List<String> expected = new ArrayList<>();
        for (int one = 0; one < hashes.size(); one++) {
            for (int other = one + 1; other < hashes.size(); other++) {
                if (hashes.get(one).isNear(hashes.get(other))) {
                    expected.add(one + " " + other);
                }
            }
        }
        List<String> found = new ArrayList<>();
        NearPairs.find(hashes, (one, other) -> found.add(one + " " + other));
        assertThat(expected).as("seed %d", seed).hasSizeGreaterThan(50);
        assertThat(found).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** Hashes of few originals with up to five bits changed, and colours changed by up to ten levels. */
    private static List<PerceptualHash> hashes(long seed) {
        CounterRandom random = CounterRandom.of(seed, "near pairs");
        List<PerceptualHash> hashes = new ArrayList<>();
        for (int image = 0; image < 400; image++) {
            CounterRandom own = random.derive(image);
            CounterRandom original = random.derive(1000 + own.integer(40, 0));
            // The first originals have hardly a bit, as plain pictures do.
            long bits = original.integer(4, 0) == 0 ? 0 : original.bits(1);
            for (int change = own.integer(6, 1); change > 0; change--) {
                bits ^= 1L << own.integer(64, 10 + change);
            }
            byte[] colours = new byte[PerceptualHash.COLOURS];
            int shift = own.integer(11, 2);
            for (int i = 0; i < colours.length; i++) {
                colours[i] = (byte) (original.integer(240, 100 + i) + shift);
            }
            hashes.add(new PerceptualHash(bits, colours));
        }
        return hashes;
    }
}
