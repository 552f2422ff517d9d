package dev.oar.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The formulas beside numbers that were computed elsewhere: SciPy 1.17.1 ({@code binomtest} with {@code proportion_ci}, {@code binom},
 * {@code optimize.minimize} by BFGS on the log likelihood, {@code f_oneway}) unless a test names another source.
 */
class PreferenceStatisticsTests {
    private static final Offset<Double> SAME = within(1e-9);

    @ParameterizedTest
    @CsvSource({
        "32, 50, 0.06490864707227217, 0.4919313522854438, 0.7708429331794127, 0.5014101687611269, 0.7586125034815326",
        "64, 100, 0.006637120515926128, 0.5378781066724184, 0.7335915772667655, 0.5423540245160874, 0.7272877959859567",
        "128, 200, 9.12981558531868e-05, 0.5692860539812743, 0.706495279108835, 0.5714152816600309, 0.7033080269543346",
        "256, 400, 2.3308680873706694e-08, 0.5908110950914977, 0.6871001357539522, 0.591834465196668, 0.685502092389729",
        "640, 1000, 6.63221813607981e-19, 0.6093720676205965, 0.6698008169557813, 0.6097662373959409, 0.6691622702281035",
        "0, 10, 0.001953125, 0, 0.30849710781876294, 0, 0.27753279986288926",
        "10, 10, 0.001953125, 0.6915028921812371, 1, 0.7224672001371109, 1",
        "3, 7, 1, 0.09898827844243689, 0.81594843235993, 0.1582198552514697, 0.7495416354723428"
    })
    void theExactTestAndBothIntervalsAreThoseOfSciPy(
            int wins, int votes, double chance, double low, double high, double wilsonLow, double wilsonHigh) {
        Proportion proportion = new Proportion(wins, votes);
        assertThat(proportion.chanceOfHalf()).isCloseTo(chance, within(1e-9 * chance));
        assertThat(proportion.clopperPearson().low()).isCloseTo(low, SAME);
        assertThat(proportion.clopperPearson().high()).isCloseTo(high, SAME);
        assertThat(proportion.wilson().low()).isCloseTo(wilsonLow, SAME);
        assertThat(proportion.wilson().high()).isCloseTo(wilsonHigh, SAME);
    }

    @Test
    void aShareIsNoMoreThanThereAreVotes() {
        assertThatThrownBy(() -> new Proportion(3, 2)).hasMessageContaining("3 of 2");
        assertThatThrownBy(() -> new Proportion(0, 0)).hasMessageContaining("at least one trial");
    }

    @ParameterizedTest
    @CsvSource({
        "0.64, 0.05, 108, 141",
        "0.36, 0.05, 108, 141",
        "0.6, 0.05, 210, 274",
        "0.6, 0.016666666666666666, 273, 348",
        "0.53, 0.05, 2228, 2960",
        "0.9, 0.05, 12, 15",
        "1, 0.05, 6, 6"
    })
    void fromTheNumberOfVotesOnThatIsNeededThePowerNeverFallsBelowIt(
            double share, double alpha, int eighty, int ninety) {
        assertThat(BinomialPower.votes(share, 0.8, alpha)).hasValue(eighty);
        assertThat(BinomialPower.votes(share, 0.9, alpha)).hasValue(ninety);
        assertThat(BinomialPower.of(eighty - 1, share, alpha)).isLessThan(0.8);
        for (int votes = eighty; votes < 2 * eighty; votes++) {
            assertThat(BinomialPower.of(votes, share, alpha))
                    .as("%s votes", votes)
                    .isGreaterThanOrEqualTo(0.8);
        }
    }

    @Test
    void powerIsThatOfTheExactTest() {
        assertThat(BinomialPower.of(108, 0.64, 0.05)).isCloseTo(0.8231675154412725, SAME);
        assertThat(BinomialPower.of(141, 0.64, 0.05)).isCloseTo(0.9118133372508154, SAME);
        assertThat(BinomialPower.of(50, 0.64, 0.05)).isCloseTo(0.4469336207566519, SAME);
        assertThat(BinomialPower.of(70, 0.64, 0.05 / 3)).isCloseTo(0.435367498280732, SAME);
        assertThat(BinomialPower.of(6, 0.9, 0.05)).isCloseTo(0.531442, SAME);
        assertThat(BinomialPower.of(5, 0.9, 0.05)).isZero();
        assertThat(BinomialPower.of(0, 0.9, 0.05)).isZero();
    }

    @Test
    void noNumberOfVotesTellsEqualArms() {
        assertThat(BinomialPower.votes(0.5, 0.8, 0.05)).isEmpty();
        assertThat(BinomialPower.votes(0.5001, 0.8, 0.05)).isEmpty();
    }

    @Test
    void strengthsAreThoseOfTheLargestLikelihood() {
        double[][] three = {{0, 18.5, 25}, {11.5, 0, 17}, {5, 13, 0}};
        assertThat(BradleyTerry.logStrengths(three).orElseThrow())
                .containsExactly(
                        new double[] {0.6560171690946031, -0.07332095447767716, -0.5826962146169259}, within(1e-7));
        double[][] four = {{0, 7, 3, 9.5}, {4, 0, 8, 6}, {6, 5, 0, 2}, {1.5, 3, 7, 0}};
        assertThat(BradleyTerry.logStrengths(four).orElseThrow())
                .containsExactly(
                        new double[] {
                            0.4049444721464766, 0.14166844604657805, -0.24221641771165442, -0.30439650048140027
                        },
                        within(1e-7));
    }

    @Test
    void ofTwoArmsTheDifferenceIsTheLogitOfTheShare() {
        double[] logs =
                BradleyTerry.logStrengths(new double[][] {{0, 64}, {36, 0}}).orElseThrow();
        assertThat(logs[0] - logs[1]).isCloseTo(Math.log(0.64 / 0.36), SAME);
        // 64 % are 0.575 in logits and 100 on the Elo scale.
        assertThat(BradleyTerry.elo(logs[0] - logs[1])).isCloseTo(99.95098928663997, SAME);
        assertThat(logs[0] + logs[1]).isCloseTo(0, SAME);
    }

    @Test
    void anArmThatNeverLostOrWasNeverComparedHasNoStrength() {
        assertThat(BradleyTerry.logStrengths(new double[][] {{0, 5, 5}, {0, 0, 3}, {0, 2, 0}}))
                .isEmpty();
        assertThat(BradleyTerry.logStrengths(new double[][] {{0, 5, 0}, {3, 0, 0}, {0, 0, 0}}))
                .isEmpty();
        assertThatThrownBy(() -> BradleyTerry.logStrengths(new double[][] {{0, -1}, {1, 0}}))
                .hasMessageContaining("at least 0");
    }

    /** K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011, section C: four observers, twelve units, alpha 0.743; here the values unit by unit. */
    @Test
    void agreementIsThatOfKrippendorffsExample() {
        List<int[]> units = List.of(
                new int[] {1, 1, 1},
                new int[] {2, 2, 3, 2},
                new int[] {3, 3, 3, 3},
                new int[] {3, 3, 3, 3},
                new int[] {2, 2, 2, 2},
                new int[] {1, 2, 3, 4},
                new int[] {4, 4, 4, 4},
                new int[] {1, 1, 2, 1},
                new int[] {2, 2, 2, 2},
                new int[] {5, 5, 5},
                new int[] {1, 1},
                new int[] {3});
        assertThat(KrippendorffAlpha.nominal(6, units).orElseThrow()).isCloseTo(0.743, within(5e-4));
    }

    @Test
    void agreementIsOneWhereAllAgreeAndUnknownWhereNobodyCouldDisagree() {
        assertThat(KrippendorffAlpha.nominal(3, List.of(new int[] {0, 0}, new int[] {1, 1, 1})))
                .hasValue(1);
        assertThat(KrippendorffAlpha.nominal(3, List.of(new int[] {0, 0}, new int[] {0, 0})))
                .isEmpty();
        assertThat(KrippendorffAlpha.nominal(3, List.of(new int[] {0}, new int[] {1})))
                .isEmpty();
    }

    @Test
    void fiveVotesOnAPairOfCorrelationOneFifthAreWorthNearlyThree() {
        assertThat(Clustering.designEffect(5, 0.2)).isCloseTo(1.8, SAME);
        assertThat(Clustering.designEffect(1, 0.9)).isEqualTo(1);
    }

    @Test
    void whatVotesHaveInCommonIsThatOfTheAnalysisOfVariance() {
        List<double[]> clusters = List.of(
                new double[] {1, 1, 0},
                new double[] {1, 1, 1},
                new double[] {0, 0, 1},
                new double[] {1, 0},
                new double[] {},
                new double[] {0, 0, 0, 1});
        Clustering clustering = Clustering.of(clusters).orElseThrow();
        assertThat(clustering.correlation()).isCloseTo(0.036662011173184295, SAME);
        assertThat(clustering.size()).isCloseTo(47.0 / 15, SAME);
        assertThat(clustering.designEffect()).isCloseTo(1 + 32.0 / 15 * 0.036662011173184295, SAME);
        assertThat(Clustering.of(List.of(new double[] {1}, new double[] {0}))).isEmpty();
        assertThat(Clustering.of(List.of(new double[] {1, 1}, new double[] {1})))
                .isEmpty();
        List<double[]> same = List.of(new double[] {1, 1}, new double[] {0, 0});
        assertThat(Clustering.of(same).orElseThrow().correlation()).isEqualTo(1);
    }

    @Test
    void aReplicateDrawsAsManyPairsAndRatersAsThereAreAndIsTheSameAgain() {
        TwoWayBootstrap bootstrap = new TwoWayBootstrap(100, 7);
        for (int replicate = 0; replicate < 100; replicate++) {
            TwoWayBootstrap.Draw draw = bootstrap.draw(replicate, 30, 4);
            assertThat(Arrays.stream(draw.pairs()).sum()).isEqualTo(30);
            assertThat(Arrays.stream(draw.raters()).sum()).isEqualTo(4);
            assertThat(bootstrap.draw(replicate, 30, 4).pairs()).isEqualTo(draw.pairs());
            assertThat(draw.weight(3, 1)).isEqualTo(draw.pairs()[3] * draw.raters()[1]);
        }
        assertThat(bootstrap.draw(0, 30, 4).pairs())
                .isNotEqualTo(bootstrap.draw(1, 30, 4).pairs());
        assertThat(new TwoWayBootstrap(100, 8).draw(0, 30, 4).pairs())
                .isNotEqualTo(bootstrap.draw(0, 30, 4).pairs());
    }

    @Test
    void theIntervalLiesBetweenPercentilesAndIsMissingWhereReplicatesAre() {
        TwoWayBootstrap bootstrap = new TwoWayBootstrap(1001, 1);
        List<Double> figures = new ArrayList<>();
        for (int i = 0; i <= 1000; i++) {
            figures.add((double) (1000 - i));
        }
        double[] all = figures.stream().mapToDouble(Double::doubleValue).toArray();
        assertThat(bootstrap.range(all).orElseThrow().low()).isCloseTo(25, within(1e-6));
        assertThat(bootstrap.range(all).orElseThrow().high()).isCloseTo(975, within(1e-6));
        Arrays.fill(all, 0, 20, Double.NaN);
        assertThat(bootstrap.range(all)).isEmpty();
    }

    /** Of one vote a pair by one rater, the bootstrap over pairs is that of a share, whose deviation is known. */
    @Test
    void theBootstrapOfIndependentVotesIsAsWideAsTheirDeviationSays() {
        TwoWayBootstrap bootstrap = new TwoWayBootstrap(4000, 3);
        double[] shares = new double[4000];
        for (int replicate = 0; replicate < shares.length; replicate++) {
            TwoWayBootstrap.Draw draw = bootstrap.draw(replicate, 100, 1);
            shares[replicate] = Arrays.stream(draw.pairs()).limit(64).sum() / 100.0;
        }
        Range range = bootstrap.range(shares).orElseThrow();
        double deviation = Math.sqrt(0.64 * 0.36 / 100);
        assertThat(range.high() - range.low()).isCloseTo(2 * 1.96 * deviation, within(0.1 * deviation * 4));
        assertThat(range.contains(0.64)).isTrue();
    }
}
