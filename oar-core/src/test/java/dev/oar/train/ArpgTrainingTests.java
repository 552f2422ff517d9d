package dev.oar.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.data.Split;
import dev.oar.data.TokenSet;
import dev.oar.data.TokenShards;
import dev.oar.data.TokenShardsWriter;
import dev.oar.model.ArpgConfig;
import dev.oar.model.ArpgTransformer;
import dev.oar.model.TokenSpace;
import dev.oar.order.TokenGrid;
import dev.oar.order.UniformRandomOrder;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class ArpgTrainingTests {
    private static final TokenGrid GRID = new TokenGrid(2, 3);
    private static final int VOCABULARY = 11;

    @TempDir
    Path directory;

    @Test
    void fromTheFirstTokenOfAPlainImageTheOthersAreLearntInRandomOrders() throws IOException {
        TrainingConfig config = TrainingConfig.of(120, 8, 0.01, 4);
        try (ArpgTransformer model =
                        ArpgTransformer.initialise(ArpgConfig.of(32, 4, 4), new TokenSpace(GRID, VOCABULARY, 2), 1);
                TrainingResult result = TrainingLoop.run(
                        config,
                        new AnyOrderTraining(model, tokens(), new UniformRandomOrder(GRID.cells(), 4), 0.1, config),
                        directory.resolve("run"),
                        List.of())) {
            assertThat(result.weights().names()).isEqualTo(model.weights().names());
        }
        List<MetricsFile.Line> lines = MetricsFile.read(directory.resolve("run").resolve(TrainingLoop.METRICS));
        assertThat(lines.get(0).loss()).isCloseTo(Math.log(VOCABULARY), within(1e-4));
        assertThat(lines.get(lines.size() - 1).loss()).isLessThan(0.5 * Math.log(VOCABULARY));
    }

    /** Nine images, each with one token everywhere. */
    private TokenShards tokens() throws IOException {
        TokenSet set =
                new TokenSet(Split.TRAIN, GRID, VOCABULARY, 1, List.of("cat", "dog"), List.of(), "tokenizer", "images");
        TokenShardsWriter writer = TokenShardsWriter.create(directory.resolve("tokens"), set);
        for (int image = 0; image < 9; image++) {
            int[] cells = new int[GRID.cells()];
            Arrays.fill(cells, image);
            writer.add(new int[][] {cells}, image % 2, image, image + ".png");
        }
        return writer.finish();
    }
}
