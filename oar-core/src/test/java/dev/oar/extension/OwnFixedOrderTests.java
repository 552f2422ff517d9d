package dev.oar.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.oar.config.ConfigException;
import dev.oar.config.Flat;
import dev.oar.config.Kind;
import dev.oar.config.KnownKinds;
import dev.oar.config.RecipeReader;
import dev.oar.data.MeanRanks;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.GeneratedImage;
import dev.oar.generate.GenerationFolder;
import dev.oar.generate.GenerationParameters;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.generate.ImageOrigin;
import dev.oar.generate.Pace;
import dev.oar.generate.Subject;
import dev.oar.generate.TinyGenerator;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An order of one's own is one record: recipes, drawings and what images tell know it by its name. */
@ExtendWith(NativeMemory.class)
class OwnFixedOrderTests {
    /**
     * Row by row, beginning in a row other than the first.
     *
     * @param firstRow the row to begin in
     * @param pace in how many steps
     */
    @Kind("rows-from")
    record RowsFrom(int firstRow, @Flat Pace pace) implements DrawingOrder.Fixed {
        @Override
        public OrderOfImage ofImages(TokenGrid grid, Optional<MeanRanks> meanRanks) {
            int first = firstRow * grid.width();
            GenerationOrder order = GenerationOrder.of(IntStream.range(0, grid.cells())
                    .map(cell -> (first + cell) % grid.cells())
                    .toArray());
            return image -> order;
        }
    }

    @Kind("raster")
    record OtherRaster() implements DrawingOrder.Fixed {
        @Override
        public OrderOfImage ofImages(TokenGrid grid, Optional<MeanRanks> meanRanks) {
            return image -> GenerationOrder.raster(grid.cells());
        }
    }

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeKnown() {
        KnownKinds.add(DrawingOrder.class, RowsFrom.class);
    }

    private static Drawing drawing() {
        return RecipeReader.parse(
                "drawing", "order: {kind: rows-from, first-row: 2, steps: 5}\ntemperature: 0.5", Drawing.class);
    }

    @Test
    void aRecipeNamesIt() {
        assertThat(drawing().order()).isInstanceOf(RowsFrom.class);
        assertThat(drawing().order().label()).isEqualTo("rows-from in 5 steps");
        Assertions.assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> RecipeReader.parse("drawing", "order: {kind: rows-form}", Drawing.class))
                .withMessageContaining("did you mean 'rows-from'?");
    }

    @Test
    void aModelDrawsInItAndTheImageTellsIt() throws IOException {
        try (TinyGenerator tiny = TinyGenerator.of(Formulation.DUAL_POSITION)) {
            ImageGenerator generator =
                    new ImageGenerator(new DrawingModel(tiny.model(), tiny.tokenizer(), Optional.empty()));
            GeneratedImage image = generator
                    .generate(new GenerationRequest(3, new int[] {1}, 7, 1, drawing()))
                    .get(0);
            assertThat(image.order().toArray()).containsExactly(8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
            GenerationParameters parameters = new GenerationParameters("tiny", "any-order", Map.of(), drawing(), 1);
            Path file = new GenerationFolder(folder, 7, parameters, Subject.classes(List.of("a", "b", "c"))).add(image);
            ImageOrigin origin = ImageOrigin.read(file);
            assertThat(origin.parameters().drawing()).isEqualTo(drawing());
            assertThat(generator.generate(origin.request(1)).get(0).tokens()).isEqualTo(image.tokens());
        }
    }

    @Test
    void aNameIsTakenOnce() {
        KnownKinds.add(DrawingOrder.class, RowsFrom.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KnownKinds.add(DrawingOrder.class, OtherRaster.class))
                .withMessageContaining("'raster' is dev.oar.generate.DrawingOrder$Raster already");
        assertThat(KnownKinds.names(DrawingOrder.class)).contains("rows-from", "raster");
    }
}
