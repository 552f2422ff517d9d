package dev.oar.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.image.RgbImage;
import dev.oar.model.AutoregressiveModel;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.WeightFormat;
import dev.oar.tensor.Workers;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NativeMemory.class)
class ImageGeneratorTests {
    private static final int[] CLASSES = {0, 1, 2, 1, 0, 2, 2};
    private static final long SEED = 11;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void anImageDrawnAloneIsTheOneDrawnAmongOthersAtEqualBatchSize(Formulation formulation) throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(formulation)) {
            ImageGenerator generator = tiny.generator(folder);
            for (Map.Entry<String, Drawing> drawing :
                    TinyGenerator.drawings(folder).entrySet()) {
                for (int batchSize : new int[] {1, 3}) {
                    List<GeneratedImage> all =
                            generator.generate(new GenerationRequest(4, CLASSES, SEED, batchSize, drawing.getValue()));
                    assertThat(all).extracting(GeneratedImage::index).containsExactly(4L, 5L, 6L, 7L, 8L, 9L, 10L);
                    assertThat(all.stream().map(image -> Arrays.toString(image.tokens())))
                            .as("random weights draw different images, %s", drawing.getKey())
                            .doesNotHaveDuplicates();
                    for (int i = 0; i < CLASSES.length; i++) {
                        GenerationRequest alone = new GenerationRequest(
                                4 + i, new int[] {CLASSES[i]}, SEED, batchSize, drawing.getValue());
                        assertSame(drawing.getKey() + ", image " + i, generator.generate(alone), all.get(i));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void aPreparedModelIsLaidOutOnceAndDrawsTheSameImages(Formulation formulation) throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(formulation);
                AutoregressiveModel prepared = tiny.model().prepared()) {
            ImageGenerator generator = tiny.generator(folder);
            ImageGenerator kept = new ImageGenerator(new DrawingModel(prepared, tiny.tokenizer(), Optional.empty()));
            for (WeightFormat format : List.of(WeightFormat.FLOAT32, WeightFormat.BFLOAT16)) {
                Drawing drawing = Drawing.of(new DrawingOrder.UniformRandom(0)).withWeightFormat(format);
                GenerationRequest request = new GenerationRequest(0, CLASSES, SEED, 2, drawing);
                List<GeneratedImage> expected = generator.generate(request);
                for (int call = 0; call < 2; call++) {
                    assertSameImages(format + ", call " + call, kept.generate(request), expected);
                }
            }
            Drawing drawing = Drawing.of(new DrawingOrder.UniformRandom(0));
            GenerationRequest request = new GenerationRequest(0, CLASSES, SEED, 2, drawing);
            List<GeneratedImage> before = generator.generate(request);
            // Only a layout made now knows of it.
            TensorScope.run(() -> tiny.model().weights().get("output.weight").zero_());
            assertSameImages("laid out before", kept.generate(request), before);
            assertThat(generator.generate(request).get(0).tokens())
                    .isNotEqualTo(before.get(0).tokens());
        }
    }

    @Test
    void severalThreadsDrawWithOnePreparedModel() throws Exception {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.POSITION_INSTRUCTION);
                AutoregressiveModel prepared = tiny.model().prepared();
                Workers workers = new Workers(4)) {
            ImageGenerator kept = new ImageGenerator(new DrawingModel(prepared, tiny.tokenizer(), Optional.empty()));
            List<GenerationRequest> requests = IntStream.range(0, 12)
                    .mapToObj(i -> new GenerationRequest(
                            i, new int[] {i % 3}, SEED, 2, Drawing.of(new DrawingOrder.UniformRandom(0))))
                    .toList();
            List<List<GeneratedImage>> sideBySide = workers.run(requests.size(), i -> generated(kept, requests.get(i)));
            for (int i = 0; i < requests.size(); i++) {
                assertSameImages("request " + i, sideBySide.get(i), kept.generate(requests.get(i)));
            }
        }
    }

    private static List<GeneratedImage> alone(ImageGenerator generator, ImageRequest image, int batchSize) {
        int[] condition = {image.condition()};
        return generated(
                generator, new GenerationRequest(image.index(), condition, image.seed(), batchSize, image.drawing()));
    }

    private static List<GeneratedImage> generated(ImageGenerator generator, GenerationRequest request) {
        try {
            return generator.generate(request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertSameImages(String name, List<GeneratedImage> actual, List<GeneratedImage> expected) {
        assertThat(actual).as(name).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertSame(name + ", image " + i, actual.subList(i, i + 1), expected.get(i));
        }
    }

    private static void assertSame(String name, List<GeneratedImage> alone, GeneratedImage among) {
        assertThat(alone).as(name).hasSize(1);
        assertThat(alone.get(0).index()).as(name).isEqualTo(among.index());
        assertThat(alone.get(0).tokens()).as(name).isEqualTo(among.tokens());
        assertThat(alone.get(0).order()).as(name).isEqualTo(among.order());
        assertThat(alone.get(0).image().rgb()).as(name).isEqualTo(among.image().rgb());
    }

    @Test
    void everyOrderFromAFileIsTheOneThatTheRuleSays() throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.DUAL_POSITION)) {
            ImageGenerator generator = tiny.generator(folder);
            Map<String, Drawing> drawings = TinyGenerator.drawings(folder);
            assertThat(orders(generator, drawings, "recorded orders"))
                    .containsExactlyElementsOf(Stream.of(4, 0, 1, 2, 3, 4, 0)
                            .map(TinyGenerator::order)
                            .toList());
            assertThat(orders(generator, drawings, "one from a file")).containsOnly(TinyGenerator.order(0));
            assertThat(orders(generator, drawings, "recorded mean"))
                    .containsExactlyElementsOf(Arrays.stream(CLASSES)
                            .mapToObj(classIndex -> TinyGenerator.order(classIndex + 1))
                            .toList());
        }
    }

    private static List<GenerationOrder> orders(ImageGenerator generator, Map<String, Drawing> drawings, String name)
            throws IOException {
        Drawing drawing = java.util.Objects.requireNonNull(drawings.get(name));
        return generator.generate(new GenerationRequest(4, CLASSES, SEED, 2, drawing)).stream()
                .map(GeneratedImage::order)
                .toList();
    }

    @Test
    void ordersThatDoNotFitTheModelAreRefused() throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.DUAL_POSITION)) {
            ImageGenerator generator = tiny.generator(folder);
            Drawing tooSmall = Drawing.of(new DrawingOrder.Given(List.of(1, 0), 0));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> generator.generate(new GenerationRequest(0, new int[] {0}, 1, 1, tooSmall)))
                    .withMessageContaining("an order of 2 cells does not fit a grid of 4 x 4");
            assertThatIllegalArgumentException().isThrownBy(() -> new DrawingOrder.Given(List.of(1, 1), 0));
        }
    }

    @Test
    void imagesOfSeveralUsersShareBatchesAndAreThoseOfEachAlone() throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.POSITION_INSTRUCTION)) {
            ImageGenerator generator = tiny.generator(folder);
            List<ImageRequest> images = new ArrayList<>();
            List<Drawing> drawings = List.copyOf(TinyGenerator.drawings(folder).values());
            for (int i = 0; i < 11; i++) {
                images.add(new ImageRequest(i % 3, SEED, i, drawings.get(i % 4)));
            }
            int[] steps = {0};
            List<GeneratedImage> drawn = generator.generate(images, 4, progress -> steps[0]++);
            for (int i = 0; i < images.size(); i++) {
                ImageRequest image = images.get(i);
                GeneratedImage alone = generator
                        .generate(List.of(image), 1, GenerationListener.NONE)
                        .get(0);
                assertThat(drawn.get(i).tokens()).as("image %s", i).isEqualTo(alone.tokens());
                assertThat(drawn.get(i).order()).as("image %s", i).isEqualTo(alone.order());
                GenerationRequest request =
                        new GenerationRequest(i, new int[] {image.condition()}, SEED, 1, image.drawing());
                assertThat(generator.generate(request).get(0).tokens())
                        .as("image %s", i)
                        .isEqualTo(alone.tokens());
            }
        }
    }

    @Test
    void imagesInGivenRowsOfABatchAreThoseOfEachAlone() throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.POSITION_INSTRUCTION)) {
            ImageGenerator generator = tiny.generator(folder);
            int size = 4;
            for (Map.Entry<String, Drawing> drawing :
                    TinyGenerator.drawings(folder).entrySet()) {
                NavigableMap<Integer, ImageRequest> rows = new TreeMap<>();
                rows.put(1, new ImageRequest(2, SEED, 5, drawing.getValue()));
                rows.put(3, new ImageRequest(0, SEED + 1, 11, drawing.getValue()));
                List<Integer> told = new ArrayList<>();
                Map<Integer, GeneratedImage> drawn = generator.generateRows(
                        rows, size, progress -> told.add(progress.confidences().get().length));
                assertThat(drawn).containsOnlyKeys(1, 3);
                assertThat(told)
                        .as("rows from the first to the last")
                        .isNotEmpty()
                        .containsOnly(3);
                rows.forEach((row, image) -> assertSame(
                        drawing.getKey() + ", row " + row,
                        alone(generator, image, size),
                        Objects.requireNonNull(drawn.get(row))));
            }
            ImageRequest raster = new ImageRequest(0, SEED, 0, Drawing.of(new DrawingOrder.Raster(0)));
            ImageRequest paced = new ImageRequest(0, SEED, 1, Drawing.of(new DrawingOrder.Raster(3)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> generator.generateRows(
                            new TreeMap<>(Map.of(0, raster, 1, paced)), 2, GenerationListener.NONE))
                    .withMessageContaining("drawn alike");
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> generator.generateRows(new TreeMap<>(Map.of(2, raster)), 2, GenerationListener.NONE))
                    .withMessageContaining("0 .. 1");
        }
    }

    @Test
    void aListenerSeesEveryCellAppear() throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.DUAL_POSITION)) {
            ImageGenerator generator = tiny.generator(folder);
            Drawing drawing = Drawing.of(new DrawingOrder.UniformRandom(0));
            List<Long> done = new ArrayList<>();
            List<RgbImage> previews = new ArrayList<>();
            int[][] last = {{}};
            List<GeneratedImage> images = new ArrayList<>();
            GenerationRequest request = new GenerationRequest(1, new int[] {1}, SEED, 2, drawing);
            generator.generate(
                    request,
                    progress -> {
                        assertThat(progress.indices()).containsExactly(1);
                        assertThat(progress.total()).isEqualTo(16);
                        done.add(progress.done());
                        last[0] = progress.tokens().get()[0];
                        assertThat(IntStream.of(last[0])
                                        .filter(token -> token >= 0)
                                        .count())
                                .isEqualTo(progress.done());
                        previews.add(progress.preview().apply(0));
                    },
                    images::add);
            assertThat(done).isEqualTo(LongStream.rangeClosed(1, 16).boxed().toList());
            assertThat(last[0]).isEqualTo(images.get(0).tokens());
            assertThat(previews.get(15).rgb()).isEqualTo(images.get(0).image().rgb());
            assertThat(previews.get(0).rgb()).isNotEqualTo(previews.get(15).rgb());
            assertThat(images.get(0).tokens())
                    .isEqualTo(generator.generate(request).get(0).tokens());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20})
    void whatAListenerThrowsEndsTheCallWithinAStepAndLeavesNoMemory(int count) throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.DUAL_POSITION)) {
            ImageGenerator generator = tiny.generator(folder);
            int[] steps = {0};
            CancellationException cancelled = new CancellationException("by the test");
            GenerationRequest request =
                    new GenerationRequest(0, new int[count], SEED, 2, Drawing.of(new DrawingOrder.UniformRandom(0)));
            Assertions.assertThatThrownBy(() -> generator.generate(
                            request,
                            progress -> {
                                if (++steps[0] == 5) {
                                    throw cancelled;
                                }
                            },
                            image -> {}))
                    .isSameAs(cancelled);
            assertThat(steps[0]).isEqualTo(5);
        }
    }

    @Test
    void onALargerGridImagesAreLargerAndTellEnoughToBeDrawnAgain() throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.POSITION_INSTRUCTION)) {
            ImageGenerator generator = tiny.generator(folder);
            Drawing drawing = Drawing.of(new DrawingOrder.UniformRandom(9))
                    .withGuidanceScale(2)
                    .on(new Enlargement(2, 1.5, 0.5, 2));
            GenerationParameters parameters = new GenerationParameters("tiny", "any-order", Map.of(), drawing, 2);
            List<GeneratedImage> images = new ArrayList<>();
            List<Long> done = new ArrayList<>();
            generator.generate(
                    new GenerationRequest(1, new int[] {2, 0, 1}, SEED, 2, drawing),
                    progress -> {
                        done.add(progress.done());
                        assertThat(progress.total()).isEqualTo(3 * 64);
                        assertThat(progress.tokens().get()[0]).hasSize(64);
                        assertThat(progress.preview().apply(0).width()).isEqualTo(16);
                    },
                    images::add);
            assertThat(done).isSorted().doesNotHaveDuplicates().endsWith(3L * 64);
            assertThat(images).extracting(GeneratedImage::index).containsExactly(1L, 2L, 3L);
            for (GeneratedImage image : images) {
                assertThat(image.image().width()).isEqualTo(16);
                assertThat(image.tokens()).hasSize(64);
                Path file = new GenerationFolder(
                                folder.resolve("enlarged"), SEED, parameters, Subject.classes(TinyGenerator.CLASSES))
                        .add(image);
                ImageOrigin origin = ImageOrigin.read(file);
                assertThat(origin.parameters().drawing()).isEqualTo(drawing);
                assertSame("image " + image.index(), generator.generate(origin.request(image.classIndex())), image);
            }
        }
    }

    @Test
    void onlyOrdersKnownBeforehandAndRandArModelsDrawOnALargerGrid() throws IOException {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Drawing.of(
                                new DrawingOrder.Dynamic(ConfidenceMeasure.MARGIN, ConfidenceLogits.CONDITIONAL, 0, 1))
                        .on(Enlargement.by(2)))
                .withMessageContaining("in an order known beforehand");
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.DUAL_POSITION)) {
            Drawing drawing = Drawing.of(new DrawingOrder.UniformRandom(0)).on(Enlargement.by(2));
            ImageGenerator generator = tiny.generator(folder);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> generator.generate(new GenerationRequest(0, new int[] {0}, 1, 1, drawing)))
                    .withMessageContaining("use a RandAR model");
        }
    }

    @Test
    void imagesOfOneBatchHaveSeedsOfTheirOwn() throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.DUAL_POSITION)) {
            ImageGenerator generator = tiny.generator(folder);
            Drawing drawing = Drawing.of(new DrawingOrder.UniformRandom(0));
            List<ImageRequest> images = IntStream.range(0, 4)
                    .mapToObj(user -> new ImageRequest(user % 3, 100 + user, 0, drawing))
                    .toList();
            List<GeneratedImage> together = generator.generate(images, 4, GenerationListener.NONE);
            for (int user = 0; user < 4; user++) {
                GenerationRequest alone = new GenerationRequest(0, new int[] {user % 3}, 100 + user, 1, drawing);
                assertThat(together.get(user).tokens())
                        .as("user %s", user)
                        .isEqualTo(generator.generate(alone).get(0).tokens());
            }
        }
    }

    @Test
    void aTokenizerOfOtherTokensIsRefusedWhateverIsDrawn() {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.DUAL_POSITION);
                AutoregressiveModel other = TinyModels.transformer(
                        Formulation.DUAL_POSITION, TokenGrid.square(4), 1, torch.ScalarType.Float)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new DrawingModel(other, tiny.tokenizer(), Optional.empty()))
                    .withMessageContaining("the model has 16 cells and 11 codes, the tokenizer 16 and 16");
        }
    }
}
