package dev.oar.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.oar.image.ContactSheet;
import dev.oar.image.OrderHeatMap;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        assertThat(files.get(0)).hasBinaryContent(PngFile.encode(sheet));
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
        assertThat(images.finish(GRID).get(1))
                .isEqualTo(folder.resolve("5-3-39-order.png"))
                .hasBinaryContent(PngFile.encode(map));
    }

    @Test
    void withoutImagesThereIsNoSheet() {
        assertThatIllegalStateException()
                .isThrownBy(() -> images().finish(GRID))
                .withMessageContaining("at least one");
    }

    private GenerationFolder images() {
        Drawing drawing = Drawing.of(new DrawingOrder.Raster(0));
        return new GenerationFolder(
                folder, 5, new GenerationParameters("tiny", "any-order", Map.of(), drawing, 1), List.of("all"));
    }

    private static GeneratedImage image(int index) {
        CounterRandom random = CounterRandom.of(index, "pixels of a test");
        byte[] rgb = new byte[2 * 2 * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) random.bits(i);
        }
        return new GeneratedImage(
                index, 0, new RgbImage(2, 2, rgb), new int[4], GenerationOrder.uniform(GRID.cells(), random));
    }
}
