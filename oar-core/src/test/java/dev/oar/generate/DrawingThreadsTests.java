package dev.oar.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.model.AutoregressiveModel;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Workers;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.WholeMachine;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bundled model draws the same images on any number of threads, and batches side by side as one after the other. */
@WholeMachine
@Tag("processor")
@ExtendWith(NativeMemory.class)
class DrawingThreadsTests {
    private static final Path BUNDLED = Path.of("../models/noto-emoji-64");
    private static final long SEED = 5;

    private static final Drawing DYNAMIC = Drawing.of(
            new DrawingOrder.Dynamic(ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL, 1, 4));

    private static final Drawing RANDOM = Drawing.of(new DrawingOrder.UniformRandom(0));

    @ParameterizedTest
    @EnumSource(WeightFormat.class)
    void oneThreadDrawsTheImagesThatAllThreadsDraw(WeightFormat format) throws IOException {
        assumeThat(LibTorch.bitsDependOnThreads()).isFalse();
        ModelFolder folder = ModelFolder.open(BUNDLED);
        try (AutoregressiveModel model = folder.transformer(Arm.SPECIALISED);
                ImageTokenizer tokenizer = folder.tokenizer();
                Workers alone = new Workers(1)) {
            ImageGenerator generator = new ImageGenerator(new DrawingModel(model, tokenizer, Optional.empty()));
            for (Drawing drawing : List.of(DYNAMIC, RANDOM)) {
                for (int batch : new int[] {1, 2}) {
                    GenerationRequest request =
                            new GenerationRequest(3, new int[] {1}, SEED, batch, drawing.withWeightFormat(format));
                    assertSameImages(alone.run(1, i -> draw(generator, request)).get(0), draw(generator, request));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = WeightFormat.class,
            names = {"FLOAT32", "INT8"})
    void batchesDrawnSideBySideAreThoseDrawnOneByOne(WeightFormat format) throws IOException {
        ModelFolder folder = ModelFolder.open(BUNDLED);
        try (AutoregressiveModel model = folder.transformer(Arm.SPECIALISED);
                ImageTokenizer tokenizer = folder.tokenizer()) {
            ImageGenerator generator = new ImageGenerator(new DrawingModel(model, tokenizer, Optional.empty()));
            int batch = 2;
            // One batch more than fills a round, and a first one that is asked for in part.
            int[] classes = IntStream.range(0, batch * (LibTorch.threads() + 1))
                    .map(i -> i % 3)
                    .toArray();
            Drawing drawing = DYNAMIC.withWeightFormat(format);
            List<GeneratedImage> all = draw(generator, new GenerationRequest(1, classes, SEED, batch, drawing));
            assertThat(all)
                    .extracting(GeneratedImage::index)
                    .containsExactly(IntStream.rangeClosed(1, classes.length)
                            .mapToObj(Long::valueOf)
                            .toArray(Long[]::new));
            for (int i = 0; i < classes.length; i++) {
                GenerationRequest alone = new GenerationRequest(1 + i, new int[] {classes[i]}, SEED, batch, drawing);
                assertSameImages(List.of(all.get(i)), draw(generator, alone));
            }
        }
    }

    private static List<GeneratedImage> draw(ImageGenerator generator, GenerationRequest request) {
        try {
            return generator.generate(request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertSameImages(List<GeneratedImage> some, List<GeneratedImage> others) {
        assertThat(some.stream().map(DrawingThreadsTests::content))
                .as("seed %d", SEED)
                .containsExactlyElementsOf(
                        others.stream().map(DrawingThreadsTests::content).toList());
    }

    private static List<Object> content(GeneratedImage image) {
        return List.of(
                image.index(),
                image.order(),
                Arrays.toString(image.tokens()),
                Arrays.hashCode(image.image().rgb()));
    }
}
