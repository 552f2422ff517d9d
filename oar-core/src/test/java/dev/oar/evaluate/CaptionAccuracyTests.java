package dev.oar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.oar.data.HeldOutPair;
import dev.oar.data.ImageAttributes;
import dev.oar.data.ImageSource;
import dev.oar.feature.AttributeClassifier;
import dev.oar.feature.AttributeClassifierConfig;
import dev.oar.image.Attribute;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import dev.oar.testing.DrawnRectangles;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class CaptionAccuracyTests {
    private static final List<Attribute> ATTRIBUTES =
            List.of(new Attribute("colour", DrawnRectangles.COLOURS), new Attribute("side", DrawnRectangles.SIDES));

    /** Red on the left. */
    private static final HeldOutPair PAIR = new HeldOutPair(0, 2, 1, 0);

    /** Of five images; the last two have the pair. */
    private static final int[][] VALUES = {{0, 0}, {1, 1}, {0, 1}, {2, 0}, {2, 0}};

    private AttributeClassifier classifier;

    @BeforeEach
    void open() {
        classifier = AttributeClassifier.initialise(
                new AttributeClassifierConfig(List.of(8), 4, 0), DrawnRectangles.SIZE, ATTRIBUTES, 1);
    }

    @AfterEach
    void close() {
        classifier.close();
    }

    @Test
    void theOverallFigureIsTheMeanOverAttributesAndHeldOutPairsStandApart() {
        int[][] found = {{0, 0}, {1, 0}, {2, 1}, {2, 0}, {2, 1}};
        List<EvaluationFigure> figures = accuracy(PAIR).figures("model", "random", found, rows(5), rows(5), 7);

        Interval overall = figure(figures, "caption accuracy").value();
        assertThat(overall).isEqualTo(Interval.ofMean(1, 0.5, 0.5));
        assertThat(figure(figures, "accuracy of colour").value()).isEqualTo(Interval.ofMean(1, 1, 0));
        assertThat(figure(figures, "accuracy of side").value()).isEqualTo(Interval.ofMean(1, 0, 1));
        assertThat(overall.point())
                .isCloseTo(
                        (figure(figures, "accuracy of colour").value().point()
                                        + figure(figures, "accuracy of side")
                                                .value()
                                                .point())
                                / 2,
                        within(1e-12));
        assertThat(figure(figures, "caption accuracy, held-out pairs").value()).isEqualTo(Interval.ofMean(1, 0.5));
        assertThat(figure(figures, "held-out pairs found").value()).isEqualTo(Interval.ofMean(1, 0));
        assertThat(figure(figures, "both found of colour red with side left").samples())
                .isEqualTo(2);
        assertThat(figures).extracting(EvaluationFigure::seed).containsOnly(7L);
    }

    @Test
    void everySampleIsAskedForTheValuesOfTheImageWhoseCaptionItWasDrawnFrom() {
        int[] places = {4, 4, 1, 0, 2, 2, 1};
        int[][] found = Arrays.stream(places).mapToObj(place -> VALUES[place]).toArray(int[][]::new);
        List<EvaluationFigure> figures = accuracy(PAIR).figures("model", "random", found, places, rows(7), 1);
        assertThat(figures)
                .allSatisfy(figure -> assertThat(figure.value().point())
                        .as(figure.metric().name())
                        .isEqualTo(1));
        assertThat(figure(figures, "caption accuracy").samples()).isEqualTo(5);
        assertThat(figure(figures, "held-out pairs found").samples()).isEqualTo(2);
    }

    @Test
    void familiesWeighTheSame() {
        int[][] found = {{0, 0}, {1, 1}, {1, 0}, {0, 0}, {0, 0}};
        List<EvaluationFigure> figures =
                accuracy().figures("model", "random", found, rows(5), new int[] {0, 1, 2, 2, 2}, 1);
        assertThat(figure(figures, "caption accuracy").value()).isEqualTo(Interval.ofMean(1, 1, 1.0 / 3));
        assertThat(figures)
                .extracting(figure -> figure.metric().name())
                .containsExactly("caption accuracy", "accuracy of colour", "accuracy of side");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void underShuffledCaptionsEveryImageMeetsAnother(long seed) {
        int count = 4;
        List<Attribute> numbers = List.of(
                new Attribute("number", List.of("0", "1", "2", "3")), new Attribute("colour", DrawnRectangles.COLOURS));
        int[][] values =
                IntStream.range(0, count).mapToObj(i -> new int[] {i, 0}).toArray(int[][]::new);
        try (AttributeClassifier tells = AttributeClassifier.initialise(
                new AttributeClassifierConfig(List.of(8), 4, 0), DrawnRectangles.SIZE, numbers, 1)) {
            CaptionAccuracy accuracy = new CaptionAccuracy(tells, new ImageAttributes(numbers, values, List.of()));
            List<EvaluationFigure> figures =
                    accuracy.figuresAndChance("test images", "real images", values, rows(count), seed);
            List<EvaluationFigure> shuffled = figures.stream()
                    .filter(figure -> figure.drawing().equals("real images, shuffled captions"))
                    .toList();
            assertThat(figure(shuffled, "accuracy of number").value().point())
                    .as("seed %s", seed)
                    .isZero();
            assertThat(figure(shuffled, "accuracy of colour").value().point())
                    .as("seed %s", seed)
                    .isEqualTo(1);
            assertThat(accuracy.figuresAndChance("one", "real images", new int[][] {{0, 0}}, rows(1), seed))
                    .as("one image has no other")
                    .noneMatch(figure -> figure.drawing().contains("shuffled"));
        }
    }

    @Test
    void whatIsFoundInAnImageDoesNotDependOnTheOthers() throws IOException {
        CounterRandom random = CounterRandom.of(3, "pictures");
        List<RgbImage> pictures = IntStream.range(0, 7)
                .mapToObj(i -> DrawnRectangles.picture(i, random.integer(3, i), random.integer(2, 100 + i)))
                .toList();
        DrawnRectangles.fillHeads(classifier, 5);
        int[][] all = accuracy().found(ImageSource.of(pictures), 4, done -> {});
        assertThat(List.of(all).subList(4, 7))
                .as("images differ")
                .anySatisfy(values -> assertThat(values).isNotEqualTo(all[4]));
        int[][] some = accuracy().found(ImageSource.of(pictures.subList(4, 7)), 4, done -> {});
        assertThat(Arrays.copyOfRange(all, 4, 7)).isDeepEqualTo(some);
    }

    @Test
    void whatDoesNotFitIsRefusedInOneSentence() {
        CaptionAccuracy accuracy = accuracy();
        int[][] found = {{0, 0}, {1, 1}};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> accuracy.figures("a", "b", found, rows(3), rows(2), 1))
                .withMessageContaining("2 images have 3 captions");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> accuracy.figures("a", "b", found, new int[] {0, 5}, rows(2), 1))
                .withMessageContaining("of 5 images");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> accuracy.found(ImageSource.of(List.of()), 4, done -> {}))
                .withMessageContaining("at least one image");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CaptionAccuracy(
                        classifier, new ImageAttributes(ATTRIBUTES.subList(0, 1), new int[][] {{0}}, List.of())))
                .withMessageContaining("tells [colour, side], and they have [colour]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ImageAttributes(ATTRIBUTES, new int[][] {{3, 0}}, List.of()))
                .withMessageContaining("from 0 to below 3, but one is 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ImageAttributes(ATTRIBUTES, new int[][] {{1}}, List.of()))
                .withMessageContaining("one has 1 of 2");
    }

    private CaptionAccuracy accuracy(HeldOutPair... pairs) {
        return new CaptionAccuracy(classifier, new ImageAttributes(ATTRIBUTES, VALUES, List.of(pairs)));
    }

    private static EvaluationFigure figure(List<EvaluationFigure> figures, String metric) {
        return figures.stream()
                .filter(figure -> figure.metric().name().equals(metric))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + metric));
    }

    private static int[] rows(int count) {
        return IntStream.range(0, count).toArray();
    }
}
