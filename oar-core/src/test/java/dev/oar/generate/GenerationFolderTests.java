package dev.oar.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.oar.image.ContactSheet;
import dev.oar.image.DrawnNames;
import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import dev.oar.image.OrderHeatMap;
import dev.oar.image.PngFile;
import dev.oar.image.Rgb;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationFolderTests {
    private static final TokenGrid GRID = TokenGrid.square(2);
    private static final int MOST = GenerationFolder.SHEET_IMAGES;

    @TempDir
    private Path folder;

    @Test
    void whatIsKeptStopsGrowingWhenTheSheetIsFullAndTheSheetShowsTheFirstImages() throws IOException {
        int count = MOST + 20;
        GenerationFolder images = images();
        List<GeneratedImage> drawn =
                IntStream.range(0, count).mapToObj(GenerationFolderTests::image).toList();
        for (int i = 0; i < count; i++) {
            images.add(drawn.get(i));
            assertThat(images.kept()).isEqualTo(Math.min(i + 1, MOST));
        }
        List<Path> files = images.finish(GRID);
        assertThat(files)
                .containsExactly(
                        folder.resolve("5-0-" + (MOST - 1) + "-sheet.png"),
                        folder.resolve("5-0-" + (count - 1) + "-order.png"));
        RgbImage sheet = ContactSheet.of(
                drawn.stream().limit(MOST).map(GeneratedImage::image).toList(), 16, 256 / 2 / 4);
        assertThat(pixels(files.get(0))).isEqualTo(PngFile.encode(sheet));
    }

    @Test
    void theOrderMapIsThatOfAllImages() throws IOException {
        GenerationFolder images = images();
        List<GenerationOrder> orders =
                IntStream.range(3, 40).mapToObj(i -> image(i).order()).toList();
        for (int i = 3; i < 40; i++) {
            images.add(image(i));
        }
        RgbImage map = OrderHeatMap.row(
                Map.of("mean rank of 37", OrderHeatMap.meanRanks(orders)),
                GRID,
                OrderHeatMap.RankScale.full(GRID),
                128);
        Path file = images.finish(GRID).get(1);
        assertThat(file).isEqualTo(folder.resolve("5-3-39-order.png"));
        assertThat(pixels(file)).isEqualTo(PngFile.encode(map));
    }

    private static byte[] pixels(Path file) throws IOException {
        return PngFile.encode(ImageReader.read(file, ImageLimits.DEFAULT, Rgb.WHITE));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -5, -1, 0, 5, Long.MAX_VALUE})
    void ofAllThatIsWrittenOnlyImagesCountAsImages(long seed) throws IOException {
        long[] indices = {0, 7, Long.MAX_VALUE - 1};
        for (long first : indices) {
            Path each = folder.resolve(Long.toString(first));
            GenerationFolder images = images(each, seed, 1);
            images.add(image(first));
            images.animate(image(first), GRID);
            images.add(image(first + 1));
            images.finish(GRID);
            try (Stream<Path> files = Files.list(each)) {
                assertThat(files.map(file -> file.getFileName().toString())
                                .filter(name -> !DrawnNames.isBesideImages(name)))
                        .as("seed %d, first index %d", seed, first)
                        .containsExactlyInAnyOrder(seed + "-" + first + ".png", seed + "-" + (first + 1) + ".png");
            }
        }
    }

    @Test
    void imagesMadeAlikeAreReplacedAndAllOthersStayAsTheyAre() throws IOException {
        draw(images(folder, 5, 1), 3);
        Map<Path, byte[]> before = contents();
        draw(images(folder, 5, 1), 3);
        draw(images(folder, 6, 2), 3);
        for (GenerationFolder other : List.of(images(folder, 5, 2), images(folder, 5, 1, "cats"))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> other.requireReplaceable(request(2, 2)))
                    .withMessageContaining("takes the place only of one made alike, but " + folder.resolve("5-2.png"))
                    .withMessageEndingWith("; choose another folder, seed or first index");
            assertThatIllegalArgumentException().isThrownBy(() -> other.add(image(2)));
            other.requireReplaceable(request(3, 2));
        }
        before.forEach((file, bytes) -> assertThat(file).hasBinaryContent(bytes));
    }

    @Test
    void theFirstSettingThatDiffersIsNamed() throws IOException {
        draw(images(folder, 5, 1), 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> images(folder, 5, 1, "cats").requireReplaceable(request(0, 1)))
                .withMessageContaining("was made with class all and is to be made with class cats");
    }

    @Test
    void aSheetOfOtherImagesIsNotReplacedThoughItsImagesAreGone() throws IOException {
        draw(images(folder, 5, 1), 2);
        Files.delete(folder.resolve("5-0.png"));
        Files.delete(folder.resolve("5-1.png"));
        images(folder, 5, 1).requireReplaceable(request(0, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> images(folder, 5, 2).requireReplaceable(request(0, 2)))
                .withMessageContaining("5-0-1-sheet.png shows images made with other settings");
    }

    @Test
    void anImageThatIsNoneOfOursIsNotReplaced() throws IOException {
        Path file = folder.resolve("5-0.png");
        for (byte[] bytes : List.of(PngFile.encode(image(0).image()), new byte[] {1, 2, 3}, new byte[0])) {
            Files.write(file, bytes);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> images().requireReplaceable(request(0, 1)))
                    .withMessageContaining("5-0.png does not tell how it was made");
            assertThatIllegalArgumentException().isThrownBy(() -> images().add(image(0)));
            assertThat(file).hasBinaryContent(bytes);
        }
    }

    private void draw(GenerationFolder images, int count) throws IOException {
        images.requireReplaceable(request(0, count));
        for (int index = 0; index < count; index++) {
            images.add(image(index));
        }
        images.finish(GRID);
    }

    private static GenerationRequest request(long first, int count) {
        return new GenerationRequest(first, new int[count], 5, 1, Drawing.of(new DrawingOrder.Raster(0)));
    }

    private Map<Path, byte[]> contents() throws IOException {
        Map<Path, byte[]> contents = new HashMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                contents.put(file, Files.readAllBytes(file));
            }
        }
        return contents;
    }

    @Test
    void withoutImagesThereIsNoSheet() {
        assertThatIllegalStateException()
                .isThrownBy(() -> images().finish(GRID))
                .withMessageContaining("at least one");
    }

    private GenerationFolder images() {
        return images(folder, 5, 1);
    }

    private static GenerationFolder images(Path path, long seed, int batchSize) {
        return images(path, seed, batchSize, "all");
    }

    private static GenerationFolder images(Path path, long seed, int batchSize, String className) {
        Drawing drawing = Drawing.of(new DrawingOrder.Raster(0));
        return new GenerationFolder(
                path,
                seed,
                new GenerationParameters("tiny", "any-order", Map.of(), drawing, batchSize),
                Subject.classes(List.of(className)));
    }

    private static GeneratedImage image(long index) {
        CounterRandom random = CounterRandom.of(index, "pixels of a test");
        byte[] rgb = new byte[2 * 2 * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) random.bits(i);
        }
        return new GeneratedImage(
                index, 0, new RgbImage(2, 2, rgb), new int[4], GenerationOrder.uniform(GRID.cells(), random));
    }
}
