package dev.oar.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.config.RecipeReader;
import dev.oar.data.ImageFolder;
import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.TokenSource;
import dev.oar.model.AutoregressiveModel;
import dev.oar.pipeline.Recipe;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import dev.oar.tokenizer.ImageTokenizer;
import dev.oar.tokenizer.PixelTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Extraction by the bundled model in float32, against one full forward per candidate. {@code -Doar.agreement.images=50} compares
 * more images than the two of an ordinary run, {@code -Doar.agreement.stride=1} all their steps, and the test prints how far the two agree.
 */
@ExtendWith(NativeMemory.class)
class BundledModelExtractionTests {
    private static final Path MODEL = Path.of(System.getProperty("oar.agreement.model", "../models/noto-emoji-64"));
    private static final Path RECIPES = Path.of("../recipes");
    private static final int IMAGES = Integer.getInteger("oar.agreement.images", 2);

    /** One step in so many is compared, beginning with another for every image: a cache that goes wrong stays wrong. */
    private static final int STRIDE = Integer.getInteger("oar.agreement.stride", 4);

    /** Entropies computed in two ways may differ by this much in float32, in nats; nearer candidates are ties. */
    private static final double ROUNDING = 1e-3;

    private int choices;
    private int equalChoices;
    private int equalOrders;
    private double largestLoss;

    @Test
    void inFloat32TheSharedCacheDepartsFromTheNaiveExtractionAtNearTiesOnly() throws IOException {
        assumeThat(MODEL).isDirectory();
        LibTorch.load();
        ModelFolder folder = ModelFolder.open(MODEL);
        Recipe recipe = RecipeReader.read(RECIPES.resolve("noto-emoji-64.yaml"), Recipe.class);
        try (ImageFolder images = ImageFolder.open(recipe.data(), RECIPES);
                ImageTokenizer tokenizer = folder.tokenizer();
                AutoregressiveModel model = folder.transformer(Arm.ANY_ORDER)) {
            int[] test = images.testIndices();
            for (int i = 0; i < IMAGES; i++) {
                int index = test[(int) ((long) i * test.length / IMAGES)];
                int[] tokens =
                        TensorScope.compute(() -> Tensors.withoutGradient(() -> Tensors.intRows(
                                tokenizer.encode(PixelTensors.of(List.of(uncheckedPixels(images, index)))))))[0];
                compare(model, tokens, images.images().get(index).classIndex(), i % STRIDE);
            }
        }
        System.out.printf(
                "float32 extraction of %d test images, shared cache against naive: %d orders equal, %d of %d choices"
                        + " equal, a different choice costs at most %.2e nats%n",
                IMAGES, equalOrders, equalChoices, choices, largestLoss);
        assertThat(largestLoss).isLessThan(ROUNDING);
    }

    private static dev.oar.image.RgbImage uncheckedPixels(ImageFolder images, int index) {
        try {
            return images.pixels(index);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Follows the order of the shared cache and asks at the compared steps which cell the naive extraction would take. */
    private void compare(AutoregressiveModel model, int[] tokens, int condition, int first) {
        int[] order = new AnyOrderDecoder(model)
                .decode(new DecodingRequest(
                        new int[] {condition},
                        new long[] {0},
                        0,
                        OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY),
                        new TokenSource.GroundTruth(new int[][] {tokens}),
                        ClassifierFreeGuidance.OFF,
                        KnownTokens.none()))
                .orders()
                .get(0)
                .toArray();
        int compared = 0;
        int equal = 0;
        for (int step = first; step < order.length; step += STRIDE) {
            double[] scores = naiveScores(model, tokens, condition, order, step);
            double best = IntStream.range(0, scores.length)
                    .mapToDouble(i -> scores[i])
                    .max()
                    .orElseThrow();
            largestLoss = Math.max(largestLoss, best - scores[0]);
            compared++;
            equal += scores[0] == best ? 1 : 0;
        }
        choices += compared;
        equalChoices += equal;
        equalOrders += equal == compared ? 1 : 0;
    }

    /** Negative entropies of all open cells, the chosen one first: row {@code i} of the batch asks for candidate {@code i}. */
    private static double[] naiveScores(AutoregressiveModel model, int[] tokens, int condition, int[] order, int step) {
        int candidates = order.length - step;
        int[][] orders = new int[candidates][];
        int[][] repeated = new int[candidates][];
        int[] conditions = new int[candidates];
        for (int i = 0; i < candidates; i++) {
            orders[i] = order.clone();
            orders[i][step] = order[step + i];
            orders[i][step + i] = order[step];
            repeated[i] = tokens;
            conditions[i] = condition;
        }
        return TensorScope.compute(() -> Tensors.withoutGradient(() -> {
            Tensor logits = model.logits(
                            Tensors.of(repeated), Tensors.of(conditions, candidates), Tensors.of(orders), false)
                    .select(1, step)
                    .to(torch.ScalarType.Double);
            Tensor logProbabilities = logits.sub(logits.logsumexp(new long[] {-1}, true));
            return Tensors.doubles(logProbabilities.exp().mul(logProbabilities).sum(-1));
        }));
    }
}
