package dev.oar.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.SpatialOrder;
import dev.oar.generate.TinyGenerator;
import dev.oar.image.RgbaImage;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.CounterRandom;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NativeMemory.class)
class ImageEditorTests {
    private static final int PICTURES = 200;
    private static final Drawing DYNAMIC = Drawing.of(
            new DrawingOrder.Dynamic(ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL, 1, 1));

    @TempDir
    private Path folder;

    private ImageEditor editor(TinyGenerator tiny) throws IOException {
        return new ImageEditor(
                new DrawingModel(tiny.model(), tiny.tokenizer(), Optional.of(TinyGenerator.meanRanks(folder))));
    }

    private static List<Drawing> drawings() {
        return List.of(
                DYNAMIC,
                Drawing.of(new DrawingOrder.Rim(0)),
                Drawing.of(new DrawingOrder.Rim(3)),
                Drawing.of(new DrawingOrder.UniformRandom(0)),
                Drawing.of(new DrawingOrder.Raster(2)),
                Drawing.of(new SpatialOrder.Halton(0)),
                Drawing.of(new SpatialOrder.Hilbert(3)),
                Drawing.of(new SpatialOrder.SpiralIn(0)),
                Drawing.of(new SpatialOrder.SpiralOut(2)),
                Drawing.of(new SpatialOrder.Checkerboard(3)),
                Drawing.of(new SpatialOrder.Locality(4)),
                Drawing.of(new DrawingOrder.RecordedMean(0)).withGuidanceScale(2));
    }

    private static void assertEqualOutside(PixelMask mask, RgbaImage given, RgbaImage edited, String what) {
        assertThat(edited.width()).as(what).isEqualTo(given.width());
        assertThat(edited.height()).as(what).isEqualTo(given.height());
        int different = 0;
        for (int i = 0; i < given.rgba().length; i++) {
            if (given.rgba()[i] != edited.rgba()[i]) {
                int pixel = i / 4;
                assertThat(mask.marks(pixel % given.width(), pixel / given.width()))
                        .as("%s: pixel %s is marked", what, pixel)
                        .isTrue();
                different++;
            }
        }
        assertThat(different).as("%s: bytes that changed", what).isPositive();
    }

    @ParameterizedTest
    @EnumSource(Formulation.class)
    void everythingOutsideTheMaskStaysToTheByte(Formulation formulation) throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(formulation)) {
            ImageEditor editor = editor(tiny);
            for (int number = 0; number < PICTURES; number++) {
                CounterRandom random = CounterRandom.of(number, "sizes of a test");
                int width = 4 + random.integer(30, 0);
                int height = 4 + random.integer(30, 1);
                RgbaImage image = RandomPictures.image(number, width, height);
                PixelMask mask = RandomPictures.mask(number, width, height);
                EditRequest request = new EditRequest(
                        image,
                        mask,
                        random.integer(4, 2),
                        random.integer(3, 3),
                        1,
                        number,
                        1 + random.integer(2, 4),
                        drawings().get(number % drawings().size()),
                        random.integer(4, 5),
                        random.integer(2, 6) == 0
                                ? OptionalInt.empty()
                                : OptionalInt.of(Math.min(4 + random.integer(20, 7), Math.max(width, height))));
                for (EditedImage edited : editor.edit(request)) {
                    assertEqualOutside(mask, image, edited.image(), "seed " + number + ", " + width + " x " + height);
                }
            }
        }
    }

    @Test
    void whatTheMaskHidesDoesNotReachTheModel() throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.DUAL_POSITION)) {
            for (int seed = 0; seed < 10; seed++) {
                PixelMask mask = RandomPictures.mask(seed, 11, 9);
                RgbaImage image = RandomPictures.image(0, 11, 9);
                byte[] other = image.rgba().clone();
                for (int pixel = mask.next(0); pixel >= 0; pixel = mask.next(pixel + 1)) {
                    other[4 * pixel] ^= (byte) 0x55;
                    other[4 * pixel + 3] = 7;
                }
                ImageEditor editor = editor(tiny);
                RgbaImage first = editor.edit(EditRequest.of(image, mask, 1, seed, DYNAMIC))
                        .get(0)
                        .image();
                RgbaImage second = editor.edit(EditRequest.of(new RgbaImage(11, 9, other), mask, 1, seed, DYNAMIC))
                        .get(0)
                        .image();
                assertThat(first.rgba()).as("seed %s", seed).isEqualTo(second.rgba());
            }
        }
    }

    @Test
    void aSmallHoleInALargeImageTakesNoMemoryInProportionToTheImageBesideItsResults() throws IOException {
        int side = 2048;
        int results = 4;
        RgbaImage image = RandomPictures.image(5, side, side);
        PixelMask mask = PixelMask.ofRectangles(side, side, List.of(new PixelRectangle(900, 700, 9, 6)));
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.POSITION_INSTRUCTION)) {
            EditRequest request =
                    new EditRequest(image, mask, 0, 0, results, 3, results, DYNAMIC, 2, OptionalInt.of(16));
            ImageEditor editor = editor(tiny);
            var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            List<RgbaImage> drawn = new ArrayList<>();
            editor.edit(request, EditListener.NONE, result -> drawn.add(result.image()));
            double perPixel = (double) (threads.getCurrentThreadAllocatedBytes() - before) / side / side;
            assertThat(drawn).hasSize(results);
            drawn.forEach(each -> assertEqualOutside(mask, image, each, "large"));
            // Four bytes of every result; sets of pixels take an eighth of a byte each.
            assertThat(perPixel).as("bytes per pixel").isBetween(4.0 * results, 4.0 * results + 8);
        }
    }

    @Test
    void recordedOrdersAreReadOnceForAllWindowsAndBatches() throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.POSITION_INSTRUCTION)) {
            Path orders = TinyGenerator.orderFolder(folder);
            RgbaImage image = RandomPictures.image(1, 20, 13);
            PixelMask mask = PixelMask.ofRectangles(20, 13, List.of(new PixelRectangle(2, 3, 15, 9)));
            Drawing drawing = Drawing.of(new DrawingOrder.FromFile(orders.toString(), 0));
            EditRequest edit = new EditRequest(image, mask, 0, 0, 4, 3, 2, drawing, 1, OptionalInt.of(8));
            VariationRequest vary = new VariationRequest(image, 0.3, KeptCells.RANDOM, 0, 0, 4, 3, 2, drawing);
            ImageVariations variations =
                    new ImageVariations(new DrawingModel(tiny.model(), tiny.tokenizer(), Optional.empty()));
            List<byte[]> expected = new ArrayList<>();
            editor(tiny)
                    .edit(edit)
                    .forEach(result -> expected.add(result.image().rgba()));
            variations.draw(
                    vary,
                    EditListener.NONE,
                    result -> expected.add(result.image().rgba()));
            List<byte[]> actual = new ArrayList<>();
            Path away = folder.resolve("away");
            editor(tiny)
                    .edit(
                            edit,
                            progress -> move(orders, away),
                            result -> actual.add(result.image().rgba()));
            move(away, orders);
            variations.draw(
                    vary,
                    progress -> move(orders, away),
                    result -> actual.add(result.image().rgba()));
            assertThat(actual.toArray(byte[][]::new)).isDeepEqualTo(expected.toArray(byte[][]::new));
        }
    }

    private static void move(Path from, Path to) {
        try {
            if (Files.exists(from)) {
                Files.move(from, to);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aResultIsTheSameWhateverIsDrawnWithIt() throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.POSITION_INSTRUCTION)) {
            RgbaImage image = RandomPictures.image(1, 20, 13);
            PixelMask mask = PixelMask.ofRectangles(20, 13, List.of(new PixelRectangle(2, 3, 15, 9)));
            OptionalInt small = OptionalInt.of(8);
            EditRequest many = new EditRequest(image, mask, 0, 1, 5, 3, 2, DYNAMIC, 1, small);
            List<EditedImage> all = editor(tiny).edit(many);
            assertThat(all).extracting(EditedImage::index).containsExactly(1L, 2L, 3L, 4L, 5L);
            EditRequest one = new EditRequest(image, mask, 0, 3, 1, 3, 2, DYNAMIC, 1, small);
            assertThat(editor(tiny).edit(one).get(0).image().rgba())
                    .isEqualTo(all.get(2).image().rgba());
            assertThat(all.stream()
                            .map(edited -> Arrays.toString(edited.image().rgba()))
                            .distinct())
                    .as("results of other indices differ")
                    .hasSize(5);
        }
    }

    @Test
    void cancellingEndsWithinOneStepWhereverItHappens() throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.DUAL_POSITION)) {
            RgbaImage image = RandomPictures.image(1, 14, 10);
            PixelMask mask = PixelMask.ofRectangles(14, 10, List.of(new PixelRectangle(3, 2, 8, 8)));
            EditRequest request = new EditRequest(image, mask, 0, 0, 1, 3, 1, DYNAMIC, 0, OptionalInt.of(6));
            AtomicInteger steps = new AtomicInteger();
            editor(tiny).edit(request, progress -> steps.incrementAndGet(), edited -> {});
            assertThat(steps.get()).isGreaterThan(16);
            for (int last = 1; last <= steps.get(); last++) {
                int end = last;
                AtomicInteger told = new AtomicInteger();
                List<EditedImage> results = new ArrayList<>();
                ImageEditor editor = editor(tiny);
                assertThatThrownBy(() -> editor.edit(
                                request,
                                progress -> {
                                    if (told.incrementAndGet() == end) {
                                        throw new CancellationException("enough");
                                    }
                                },
                                results::add))
                        .isInstanceOf(CancellationException.class);
                assertThat(told).hasValue(end);
                assertThat(results).isEmpty();
            }
        }
    }

    @Test
    void progressCountsDrawnCellsAndPreviewsEndAtTheResult() throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.POSITION_INSTRUCTION)) {
            RgbaImage image = RandomPictures.image(2, 8, 8);
            PixelMask mask = PixelMask.ofRectangles(8, 8, List.of(new PixelRectangle(0, 0, 5, 4)));
            List<Integer> done = new ArrayList<>();
            List<RgbaImage> previews = new ArrayList<>();
            List<EditedImage> results = new ArrayList<>();
            editor(tiny)
                    .edit(
                            EditRequest.of(image, mask, 0, 4, DYNAMIC),
                            progress -> {
                                done.add(progress.done());
                                assertThat(progress.total()).isEqualTo(6);
                                previews.add(progress.preview().apply(0));
                            },
                            results::add);
            assertThat(done).containsExactly(1, 2, 3, 4, 5, 6);
            previews.forEach(preview -> assertEqualOutside(mask, image, preview, "preview"));
            assertThat(previews.get(5).rgba()).isEqualTo(results.get(0).image().rgba());
            assertThat(results.get(0).appearance().drawnBefore(0, 0)).isBetween(0, 5);
            assertThat(results.get(0).appearance().drawnBefore(7, 0)).isEqualTo(-1);
        }
    }

    @Test
    void previewsAreRefusedWhenTheStepIsOver() throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.POSITION_INSTRUCTION)) {
            List<EditListener.Progress> kept = new ArrayList<>();
            RgbaImage image = RandomPictures.image(2, 8, 8);
            PixelMask mask = PixelMask.ofRectangles(8, 8, List.of(new PixelRectangle(0, 0, 5, 4)));
            editor(tiny).edit(EditRequest.of(image, mask, 0, 4, DYNAMIC), kept::add, edited -> {});
            for (EditListener.Progress progress : kept) {
                assertThatThrownBy(() -> progress.preview().apply(0))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageStartingWith("tokens so far can be asked for while a listener is told of a step");
            }
        }
    }

    @Test
    void outpaintingByTheImagesOwnSizeSeesTheImage() throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.DUAL_POSITION)) {
            List<byte[]> added = new ArrayList<>();
            for (int seed = 1; seed <= 2; seed++) {
                Outpainting canvas =
                        Outpainting.of(RandomPictures.image(2 * seed, 8, 8), new Outpainting.Margins(8, 0, 0, 0), 8);
                EditRequest request =
                        new EditRequest(canvas.image(), canvas.mask(), 0, 0, 1, 3, 1, DYNAMIC, 0, canvas.window());
                byte[] rgba = editor(tiny).edit(request).get(0).image().rgba();
                added.add(Arrays.copyOf(rgba, 4 * 8));
            }
            assertThat(added.get(0)).isNotEqualTo(added.get(1));
        }
    }

    @Test
    void aFixedOrderIsToldAsItWasGiven() throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.DUAL_POSITION)) {
            List<EditedImage> results = editor(tiny).edit(inSmallWindows(new DrawingOrder.RecordedMean(0)));
            List<Integer> cells =
                    IntStream.of(results.get(0).toldOrder().toArray()).boxed().toList();
            assertThat(results.get(0).windows()).hasSizeGreaterThan(2);
            assertThat(editor(tiny)
                            .edit(inSmallWindows(new DrawingOrder.Given(cells, 0)))
                            .get(1)
                            .image()
                            .rgba())
                    .isEqualTo(results.get(1).image().rgba());
        }
    }

    private static EditRequest inSmallWindows(DrawingOrder order) {
        PixelMask mask = PixelMask.ofRectangles(20, 13, List.of(new PixelRectangle(2, 3, 15, 9)));
        RgbaImage image = RandomPictures.image(1, 20, 13);
        return new EditRequest(image, mask, 0, 0, 2, 3, 2, Drawing.of(order), 0, OptionalInt.of(8));
    }

    @Test
    void anIndexWithoutRoomBehindItIsRefused() {
        RgbaImage image = RandomPictures.image(1, 8, 8);
        PixelMask mask = RandomPictures.mask(1, 8, 8);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new EditRequest(image, mask, 0, Long.MAX_VALUE, 1, 0, 1, DYNAMIC, 0, OptionalInt.empty()))
                .withMessageStartingWith(
                        "an edit needs a first index of at least 0 with room for all images behind it");
    }

    @Test
    void aFullMaskDrawsTheImageFromScratch() throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.DUAL_POSITION)) {
            PixelMask all = PixelMask.of(8, 8, new BitSet()).inverted();
            RgbaImage first = editor(tiny)
                    .edit(EditRequest.of(RandomPictures.image(1, 8, 8), all, 0, 4, DYNAMIC))
                    .get(0)
                    .image();
            RgbaImage second = editor(tiny)
                    .edit(EditRequest.of(RandomPictures.image(2, 8, 8), all, 0, 4, DYNAMIC))
                    .get(0)
                    .image();
            assertThat(first.rgba()).isEqualTo(second.rgba());
            assertThat(first.isOpaque()).isTrue();
        }
    }

    @Test
    void aMaskMustMarkSomethingAndFit() {
        RgbaImage image = RandomPictures.image(1, 8, 8);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EditRequest.of(image, PixelMask.of(8, 8, new BitSet()), 0, 0, DYNAMIC))
                .withMessageStartingWith("a mask must mark at least one pixel, but this one of 8 x 8 marks none;");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EditRequest.of(image, RandomPictures.mask(1, 9, 8), 0, 0, DYNAMIC))
                .withMessage(
                        "a mask must be as large as its image, but the mask has 9 x 8 pixels and the image 8 x 8; save"
                                + " it in the image's size");
    }

    @Test
    void anImageOfFewerPixelsThanCellsIsRefused() throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.DUAL_POSITION)) {
            EditRequest request =
                    EditRequest.of(RandomPictures.image(1, 3, 2), RandomPictures.mask(1, 3, 2), 0, 0, DYNAMIC);
            ImageEditor editor = editor(tiny);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> editor.edit(request))
                    .withMessage(
                            "an image needs at least one pixel per cell, 4 on its longer side, but has 3 x 2; take a"
                                    + " larger image");
        }
    }
}
