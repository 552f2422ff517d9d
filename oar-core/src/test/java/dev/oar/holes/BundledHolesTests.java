package dev.oar.holes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.config.RecipeReader;
import dev.oar.data.ImageFolder;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.edit.HolePainter;
import dev.oar.evaluate.Metric;
import dev.oar.evaluate.UnigramBaseline;
import dev.oar.feature.FeatureClassifier;
import dev.oar.feature.FeatureFiles;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.DrawingOrder;
import dev.oar.measure.EncodedImages;
import dev.oar.measure.HoleKind;
import dev.oar.model.AnyOrderModel;
import dev.oar.pipeline.Recipe;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Workers;
import dev.oar.testing.NativeMemory;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Holes of one coverage in one order, filled and scored as {@link HoleQuality} does, without what it compares beside them. */
@ExtendWith(NativeMemory.class)
class BundledHolesTests {
    private static final int IMAGES = 64;
    private static final int BATCH = 16;
    private static final double COVERAGE = 0.25;
    private static final long SEED = 1;

    /** One training image in so many is counted: the most frequent token of a cell hardly changes by the others. */
    private static final int COUNTED = 8;

    private static final Drawing GREEDY_ORDER = Drawing.of(
            new DrawingOrder.Dynamic(ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL, 0, 1));

    @Test
    void theBundledModelFillsHolesOfTestImagesBetterThanGuessesDo() throws IOException {
        ModelFolder folder = ModelFolder.open(Path.of("../models/noto-emoji-64"));
        Recipe recipe = RecipeReader.read(Path.of("../recipes/noto-emoji-64.yaml"), Recipe.class);
        HoleQualityConfig config = new HoleQualityConfig(IMAGES, BATCH, List.of(COVERAGE), GREEDY_ORDER, 10, SEED);
        try (ImageFolder images = ImageFolder.open(
                        recipe.data(), Path.of("../recipes"), folder.manifest().classes());
                ImageTokenizer tokenizer = folder.tokenizer();
                FeatureClassifier network = FeatureFiles.read(folder.path());
                AnyOrderModel model = (AnyOrderModel) folder.transformer(Arm.SPECIALISED);
                AnyOrderModel packed = model.packed(WeightFormat.FLOAT32);
                Workers workers = new Workers()) {
            HeldOutImages held = HeldOutImages.of(tokenizer, images, IMAGES, BATCH, SEED, done -> {});
            HolePainter painter = new HolePainter(new DrawingModel(packed, tokenizer, Optional.empty()));
            Map<String, HoleFilling> drawn = Map.of(
                    "sampled", HoleFilling.drawn(painter, config.drawing(), SEED),
                    "most probable", HoleFilling.drawn(painter, config.mostProbable(), SEED));
            HoleFilling unigram = HoleFilling.mostFrequent(painter, unigram(tokenizer, images));
            for (HoleKind kind : HoleKind.values()) {
                HoledImages holed = HoledImages.of(
                        held, kind, COVERAGE, tokenizer.grid(), tokenizer.imageSize(), SEED, painter, done -> {});
                HoleScores guess = holed.scored(unigram, network, workers, done -> {});
                HoleScores colour = holed.scored(HoleFilling.meanColour(), network, workers, done -> {});
                for (Map.Entry<String, HoleFilling> way : drawn.entrySet()) {
                    HoleScores scores = holed.scored(way.getValue(), network, workers, done -> {});
                    String where = way.getKey() + ", " + holed.label();
                    assertThat(mean(scores, HoleScores.ACCURACY))
                            .as("%s: accuracy against the unigram guess", where)
                            .isGreaterThan(mean(guess, HoleScores.ACCURACY));
                    for (Metric error : List.of(HoleScores.SQUARED_ERROR, HoleScores.ABSOLUTE_ERROR)) {
                        assertThat(mean(scores, error))
                                .as("%s: %s against the mean colour", where, error.name())
                                .isLessThan(mean(colour, error));
                    }
                }
            }
        }
    }

    private static UnigramBaseline unigram(ImageTokenizer tokenizer, ImageFolder images) throws IOException {
        int[] training = images.trainIndices();
        int[] counted = IntStream.range(0, training.length / COUNTED)
                .map(i -> training[i * COUNTED])
                .toArray();
        return UnigramBaseline.fit(
                EncodedImages.of(tokenizer, images, counted, BATCH, done -> {}), tokenizer.vocabularySize(), 1);
    }

    private static double mean(HoleScores scores, Metric metric) {
        double[] ofImages = Objects.requireNonNull(scores.values().get(metric));
        return Arrays.stream(scores.familyValues(ofImages).values()).average().orElseThrow();
    }
}
