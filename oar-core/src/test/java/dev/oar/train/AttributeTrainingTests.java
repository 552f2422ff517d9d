package dev.oar.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.config.RecipeReader;
import dev.oar.data.AttributeSplit;
import dev.oar.data.ImageFolder;
import dev.oar.data.ImageFolderConfig;
import dev.oar.data.ImageSource;
import dev.oar.evaluate.CaptionAccuracy;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.feature.AttributeClassifier;
import dev.oar.feature.AttributeClassifierConfig;
import dev.oar.feature.AttributeFiles;
import dev.oar.file.CorruptFileException;
import dev.oar.image.Attribute;
import dev.oar.image.RgbImage;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.DrawnRectangles;
import dev.oar.testing.NativeMemory;
import dev.oar.tokenizer.PixelTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The attribute classifier: what it learns, what it is kept in, what it refuses. */
@ExtendWith(NativeMemory.class)
class AttributeTrainingTests {
    private static final AttributeClassifierConfig SMALL = new AttributeClassifierConfig(List.of(8, 16), 4, 0);
    private static final List<Attribute> ATTRIBUTES =
            List.of(new Attribute("colour", DrawnRectangles.COLOURS), new Attribute("side", DrawnRectangles.SIDES));

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void itLearnsColourAndSideInAFewStepsAndTellsHeldOutPairs(long seed) throws IOException {
        try (ImageFolder images = open("held-out-pairs: [{colour: red, side: left}]\n");
                AttributeClassifier classifier = AttributeClassifier.initialise(
                        SMALL, DrawnRectangles.SIZE, images.attributes().attributes(), seed)) {
            TrainingConfig training = TrainingConfig.of(60, 16, 0.01, seed);
            var task = new AttributeTraining(classifier, images, training, "rectangles");
            TrainingLoop.run(training, task, Optional.empty(), folder.resolve("run"), List.of())
                    .close();
            int[] test = AttributeSplit.of(images).test();
            CaptionAccuracy accuracy =
                    new CaptionAccuracy(classifier, images.attributes().of(test));
            List<EvaluationFigure> figures = accuracy.figuresAndChance(
                    CaptionAccuracy.TEST_IMAGES,
                    CaptionAccuracy.REAL,
                    accuracy.found(ImageSource.of(images, test), 8, done -> {}),
                    images.familiesOf(test),
                    seed);
            assertThat(point(figures, CaptionAccuracy.REAL, "caption accuracy"))
                    .as("seed %s", seed)
                    .isGreaterThan(0.95);
            assertThat(point(figures, CaptionAccuracy.REAL, "held-out pairs found"))
                    .as("of images that were never seen, seed %s", seed)
                    .isGreaterThan(0.8);
            assertThat(point(figures, CaptionAccuracy.shuffled(CaptionAccuracy.REAL), "caption accuracy"))
                    .as("chance, seed %s", seed)
                    .isLessThan(0.8);
        }
    }

    @Test
    void filesHoldAllOfIt() throws IOException {
        try (AttributeClassifier classifier =
                AttributeClassifier.initialise(SMALL, DrawnRectangles.SIZE, ATTRIBUTES, 3)) {
            DrawnRectangles.fillHeads(classifier, 5);
            int[][] expected = found(classifier);
            assertThat(List.of(expected))
                    .as("images differ")
                    .anySatisfy(values -> assertThat(values).isNotEqualTo(expected[0]));
            assertThat(AttributeFiles.presentIn(folder)).isFalse();
            AttributeFiles.write(folder, classifier, torch.ScalarType.Float);
            assertThat(AttributeFiles.presentIn(folder)).isTrue();
            try (AttributeClassifier read = AttributeFiles.read(folder)) {
                assertThat(read.fingerprint()).isEqualTo(classifier.fingerprint());
                assertThat(read.attributes()).isEqualTo(ATTRIBUTES);
                assertThat(found(read)).isDeepEqualTo(expected);
            }
        }
    }

    @Test
    void damagedFilesAreRefusedInOneSentence() throws IOException {
        assertThatIOException()
                .isThrownBy(() -> AttributeFiles.read(folder))
                .isInstanceOf(CorruptFileException.class)
                .withMessageContaining("needs attributes.yaml and attributes.safetensors");
        try (AttributeClassifier classifier =
                AttributeClassifier.initialise(SMALL, DrawnRectangles.SIZE, ATTRIBUTES, 3)) {
            AttributeFiles.write(folder, classifier, torch.ScalarType.Float);
        }
        Path sizes = folder.resolve(AttributeFiles.SIZES);
        String whole = Files.readString(sizes);
        Files.writeString(sizes, whole.replace("[blue, green, red]", "[blue, red]"));
        assertThatIOException()
                .isThrownBy(() -> AttributeFiles.read(folder))
                .withMessageContaining("does not fit its sizes");
        for (String wrong : List.of(
                whole.replace("[blue, green, red]", "[blue]"),
                whole.replace("[left, right]", "[left, left]"),
                whole.replace("image-size: 8", "image-size: 2"),
                whole.replace("norm-groups: 4", "norm-groups: 3"))) {
            assertThat(wrong).isNotEqualTo(whole);
            Files.writeString(sizes, wrong);
            assertThatThrownBy(() -> AttributeFiles.read(folder))
                    .as(wrong)
                    .satisfies(thrown ->
                            assertThat(String.valueOf(thrown.getMessage())).doesNotContain("\n"));
        }
    }

    @Test
    void imagesOfAnotherSizeAndWeightsOfAnotherShapeAreRefused() {
        try (AttributeClassifier classifier =
                AttributeClassifier.initialise(SMALL, DrawnRectangles.SIZE, ATTRIBUTES, 3)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TensorScope.run(() ->
                            classifier.values(PixelTensors.of(List.of(new RgbImage(9, 9, new byte[9 * 9 * 3]))))))
                    .withMessageContaining("8 x 8 pixels, but these have 9 x 9");
            Weights weights = classifier.weights();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new AttributeClassifier(SMALL, 16, ATTRIBUTES, weights))
                    .withMessageContaining("heads.weight");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AttributeClassifier.initialise(SMALL, 8, List.of(), 1))
                .withMessageContaining("at least one attribute");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AttributeClassifierConfig(List.of(8), 4, 1))
                .withMessageContaining("[0, 1)");
    }

    @Test
    void imagesWithOtherAttributesAreRefused() throws IOException {
        try (ImageFolder images = open("");
                AttributeClassifier other = AttributeClassifier.initialise(
                        SMALL, DrawnRectangles.SIZE, List.of(new Attribute("hat", List.of("no", "yes"))), 1)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new AttributeTraining(other, images, TrainingConfig.of(1, 2, 0.1, 1), ""))
                    .withMessageContaining("they have others");
        }
    }

    private static int[][] found(AttributeClassifier classifier) {
        return TensorScope.compute(() -> Tensors.intRows(classifier.values(PixelTensors.of(IntStream.range(0, 6)
                .mapToObj(i -> DrawnRectangles.picture(i, i % 3, i % 2))
                .toList()))));
    }

    private static double point(List<EvaluationFigure> figures, String drawing, String metric) {
        return figures.stream()
                .filter(figure -> figure.drawing().equals(drawing)
                        && figure.metric().name().equals(metric))
                .findFirst()
                .orElseThrow()
                .value()
                .point();
    }

    private ImageFolder open(String more) throws IOException {
        Path images = DrawnRectangles.write(folder.resolve("images"), 120);
        return ImageFolder.open(
                RecipeReader.parse(
                        "data",
                        "path: '" + images
                                + "'\nimage-size: 8\ntest-fraction: 0.25\nattribute-columns: [colour, side]\n" + more,
                        ImageFolderConfig.class),
                folder);
    }
}
