package dev.oar.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.oar.order.CounterRandom;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is known exactly of scenes, held against counting and against the laws of probability. */
class SceneDistributionTests {
    private static final SceneGenerator GENERATOR = new SceneGenerator();
    private static final SceneDistribution SCENES = GENERATOR.distribution();
    private static final int CELLS = SCENES.grid().cells();
    private static final GenerationOrder RASTER = GenerationOrder.raster(CELLS);

    /** Two cells that show the same coin, and one with a coin of its own and noise. */
    private static final SceneDistribution COINS = new SceneDistribution(
            new TokenGrid(1, 3),
            new double[] {0.25, 0.25, 0.25, 0.25},
            new int[][] {{0, 0, 2}, {0, 0, 3}, {1, 1, 2}, {1, 1, 3}},
            new double[][] {{1}, {1}, {0.5, 0.5}, {1}});

    @Test
    void coinsAreWhatOneWorksOutByHand() {
        Beliefs nothing = COINS.nothingKnown();
        assertThat(COINS.vocabularySize()).isEqualTo(5);
        assertThat(nothing.distribution(2)).containsExactly(0, 0, 0.25, 0.25, 0.5);
        assertThat(nothing.entropy(2)).isCloseTo(1.5, within(1e-12));
        assertThat(nothing.information(2)).isCloseTo(1, within(1e-12));
        assertThat(nothing.jointEntropy(0, 1, 2)).isCloseTo(2.5, within(1e-12));
        assertThat(nothing.totalCorrelation(0, 1)).isCloseTo(1, within(1e-12));
        assertThat(nothing.totalCorrelation(0, 2)).isZero();
        Beliefs heads = nothing.with(0, 0);
        assertThat(heads.entropy(1)).isZero();
        assertThat(heads.open()).containsExactly(1, 2);
        assertThat(heads.probability(2, 4)).isEqualTo(0.5);
        assertThat(heads.with(1, 1).possibleScenes()).isZero();
        assertThat(COINS.bits(1, 1, 3)).isCloseTo(3, within(1e-12));
        assertThat(COINS.bits(0, 1, 4)).isInfinite();
        assertThat(COINS.contradictions(0, 1, 4)).isEqualTo(1);
        assertThat(COINS.contradictions(1, 1, 3)).isZero();
    }

    @Test
    void theMostConfidentTheMostUncertainAndTheMostInformativeCellAreToldApart() {
        Beliefs nothing = COINS.nothingKnown();
        GenerationOrder ties = GenerationOrder.raster(3);
        assertThat(OrderRule.mostConfident(ties).next(nothing, 3)).containsExactly(0, 1, 2);
        assertThat(OrderRule.mostConfident(ties.reversed()).next(nothing, 3)).containsExactly(1, 0, 2);
        assertThat(OrderRule.leastConfident(ties).next(nothing, 1)).containsExactly(2);
        assertThat(OrderRule.informative(ties).next(nothing, 3)).containsExactly(0, 1, 2);
        assertThat(OrderRule.independent(ties).next(nothing, 3)).containsExactly(0, 2);
        assertThatThrownBy(() -> OrderRule.informative(ties).next(nothing, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most all of 3 open cells");
    }

    @Test
    void conditionalsAreThoseThatCountingFinds() {
        int draws = 120_000;
        CounterRandom random = CounterRandom.of(3, "counting");
        // The sky above the house, the hills, a cell of the house or the tree and one of the ground or a shadow.
        int[] known = {12, 24};
        int[] asked = {0, 35, 50, 63};
        int[] given = GENERATOR.draw(random.derive(-1)).tokens();
        double[][] counts = new double[asked.length][SCENES.vocabularySize()];
        double matches = 0;
        for (int draw = 0; draw < draws; draw++) {
            int[] tokens = GENERATOR.draw(random.derive(draw)).tokens();
            if (Arrays.stream(known).allMatch(cell -> tokens[cell] == given[cell])) {
                matches++;
                for (int i = 0; i < asked.length; i++) {
                    counts[i][tokens[asked[i]]]++;
                }
            }
        }
        Beliefs beliefs = SCENES.nothingKnown().with(known, given);
        double share = Math.pow(2, -SCENES.nothingKnown().jointBits(known, given));
        assertThat(matches / draws).isCloseTo(share, within(5 * Math.sqrt(share / draws)));
        assertThat(matches).as("pictures that match").isGreaterThan(500);
        for (int i = 0; i < asked.length; i++) {
            double[] exact = beliefs.distribution(asked[i]);
            assertThat(Arrays.stream(exact).sum()).isCloseTo(1, within(1e-9));
            for (int token = 0; token < exact.length; token++) {
                assertThat(counts[i][token] / matches)
                        .as("cell %d, token %d, %s", asked[i], token, GENERATOR.kindName(token))
                        .isCloseTo(
                                exact[token],
                                within(5 * Math.sqrt(exact[token] / matches) + (exact[token] > 0 ? 3 / matches : 0)));
            }
        }
    }

    @Test
    void oneCellAStepTheCodeIsEquallyLongInAllOrders() {
        DecodingSchedule sequential = DecodingSchedule.sequential(CELLS);
        for (int seed = 0; seed < 12; seed++) {
            CounterRandom random = CounterRandom.of(seed, "code length");
            int[] tokens = GENERATOR.draw(random).tokens();
            double bits = SCENES.bits(tokens);
            for (OrderRule rule : List.of(
                    OrderRule.given(RASTER),
                    OrderRule.given(GenerationOrder.uniform(CELLS, random)),
                    OrderRule.mostConfident(RASTER),
                    OrderRule.leastConfident(RASTER),
                    OrderRule.informative(RASTER))) {
                ExactWalk walk = ExactWalk.of(SCENES, tokens, rule, sequential);
                assertThat(walk.bits()).as("seed %d", seed).isCloseTo(bits, within(1e-9));
                assertThat(walk.totalCorrelation()).as("seed %d", seed).isZero();
            }
        }
    }

    @Test
    void theMeanCodeLengthIsTheEntropyWhichIsThatOfTheScenesAndOfTheNoise() {
        int[] all = new int[CELLS];
        Arrays.setAll(all, cell -> cell);
        double entropy = SCENES.nothingKnown().jointEntropy(all);
        double[] bits = new double[4000];
        CounterRandom random = CounterRandom.of(5, "entropy");
        Arrays.setAll(bits, i -> SCENES.bits(GENERATOR.draw(random.derive(i)).tokens()));
        double mean = Arrays.stream(bits).average().orElseThrow();
        double variance = Arrays.stream(bits).map(x -> (x - mean) * (x - mean)).sum() / (bits.length - 1);
        assertThat(mean).isCloseTo(entropy, within(4 * Math.sqrt(variance / bits.length)));
    }

    @Test
    void totalCorrelationIsNeverNegativeAndIsWhatTheEntropiesOfCellsExceedTheirJointOneBy() {
        for (int seed = 0; seed < 20; seed++) {
            CounterRandom random = CounterRandom.of(seed, "correlation");
            int[] tokens = GENERATOR.draw(random).tokens();
            int[] order = GenerationOrder.uniform(CELLS, random).toArray();
            Beliefs beliefs = SCENES.nothingKnown().with(Arrays.copyOf(order, seed % 8), tokens);
            int[] group = Arrays.copyOfRange(order, seed % 8, seed % 8 + 6);
            double sum = Arrays.stream(group).mapToDouble(beliefs::entropy).sum();
            double correlation = beliefs.totalCorrelation(group);
            assertThat(correlation).as("seed %d", seed).isGreaterThanOrEqualTo(0);
            assertThat(sum - beliefs.jointEntropy(group)).as("seed %d", seed).isCloseTo(correlation, within(1e-9));
            for (int cell : group) {
                double alone = -Arrays.stream(beliefs.distribution(cell))
                        .filter(p -> p > 0)
                        .map(p -> p * SceneDistribution.log2(p))
                        .sum();
                assertThat(beliefs.entropy(cell)).as("seed %d", seed).isCloseTo(alone, within(1e-9));
            }
        }
    }

    @Test
    void theMeanLossOfPicturesIsTheirMeanTotalCorrelation() {
        DecodingSchedule four = DecodingSchedule.uniform(CELLS, 16);
        CounterRandom random = CounterRandom.of(7, "loss");
        double[] difference = new double[300];
        Arrays.setAll(difference, i -> {
            ExactWalk walk = ExactWalk.of(
                    SCENES, GENERATOR.draw(random.derive(i)).tokens(), OrderRule.mostConfident(RASTER), four);
            return walk.lostBits() - walk.totalCorrelation();
        });
        double mean = Arrays.stream(difference).average().orElseThrow();
        double deviation = Math.sqrt(
                Arrays.stream(difference).map(x -> (x - mean) * (x - mean)).sum() / (difference.length - 1.0));
        assertThat(deviation).as("the loss of a picture differs from the mean").isGreaterThan(1);
        assertThat(mean).isCloseTo(0, within(4 * deviation / Math.sqrt(difference.length)));
    }

    @Test
    void informativeCellsFirstAndThenAllTheRestAtOnceLosesNothing() {
        int first = 15;
        int[] counts = new int[first + 1];
        Arrays.fill(counts, 0, first, 1);
        counts[first] = CELLS - first;
        DecodingSchedule late = new DecodingSchedule(counts);
        double lostByConfidence = 0;
        for (int seed = 0; seed < 20; seed++) {
            CounterRandom random = CounterRandom.of(seed, "informative");
            int[] tokens = GENERATOR.draw(random).tokens();
            ExactWalk walk = ExactWalk.of(SCENES, tokens, OrderRule.informative(RASTER), late);
            assertThat(walk.steps()).hasSize(16);
            assertThat(walk.lostBits()).as("seed %d", seed).isCloseTo(0, within(1e-9));
            assertThat(walk.totalCorrelation()).as("seed %d", seed).isCloseTo(0, within(1e-9));
            assertThat(ExactWalk.drawsPossible(SCENES, OrderRule.informative(RASTER), late, random))
                    .as("seed %d", seed)
                    .isTrue();
            lostByConfidence += ExactWalk.of(SCENES, tokens, OrderRule.mostConfident(RASTER), late)
                            .totalCorrelation()
                    / 20;
        }
        assertThat(lostByConfidence).isGreaterThan(10);
    }

    @Test
    void independentCellsTogetherLoseNothingInFewSteps() {
        for (int seed = 0; seed < 10; seed++) {
            int[] tokens = GENERATOR.draw(CounterRandom.of(seed, "independent")).tokens();
            ExactWalk walk = ExactWalk.of(SCENES, tokens, OrderRule.independent(RASTER));
            assertThat(walk.lostBits()).as("seed %d", seed).isCloseTo(0, within(1e-7));
            assertThat(walk.steps().size()).as("seed %d", seed).isBetween(2, 15);
            assertThat(walk.order().length()).isEqualTo(CELLS);
        }
    }

    @Test
    void theMostConfidentOrderTakesTheSmallestEntropyThereIs() {
        for (int seed = 0; seed < 5; seed++) {
            int[] tokens = GENERATOR.draw(CounterRandom.of(seed, "confident")).tokens();
            ExactWalk walk =
                    ExactWalk.of(SCENES, tokens, OrderRule.mostConfident(RASTER), DecodingSchedule.sequential(CELLS));
            Beliefs beliefs = SCENES.nothingKnown();
            for (int step = 0; step < CELLS; step++) {
                double least = Arrays.stream(beliefs.open())
                        .mapToDouble(beliefs::entropy)
                        .min()
                        .orElseThrow();
                assertThat(walk.entropies().get(step)[0]).isCloseTo(least, within(2 / OrderRule.TIE));
                beliefs = beliefs.with(walk.steps().get(step), tokens);
            }
        }
    }

    @Test
    void whatIsNoDistributionIsRefused() {
        assertThatThrownBy(() -> new SceneDistribution(
                        new TokenGrid(1, 1), new double[] {0.5}, new int[][] {{0}}, new double[][] {{1}}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("add up to 0.5");
        assertThatThrownBy(() -> new SceneDistribution(
                        new TokenGrid(1, 1), new double[] {1}, new int[][] {{1}}, new double[][] {{1}}))
                .hasMessageContaining("scene 0 has 1");
        assertThatThrownBy(() -> ExactWalk.of(
                        COINS,
                        new int[] {0, 0, 2},
                        OrderRule.given(GenerationOrder.raster(3)),
                        DecodingSchedule.sequential(2)))
                .hasMessageContaining("all of 3 cells");
    }
}
