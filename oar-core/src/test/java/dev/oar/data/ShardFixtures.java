package dev.oar.data;

import dev.oar.order.CounterRandom;
import dev.oar.order.TokenGrid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Small token and order sets for tests; everything is a function of the image's place. */
final class ShardFixtures {
    static final TokenGrid GRID = new TokenGrid(2, 3);
    static final int VOCABULARY = 10;

    private ShardFixtures() {}

    static TokenSet tokenSet() {
        return new TokenSet(
                Split.TRAIN, GRID, VOCABULARY, 2, List.of("cat", "dog", "flag", "none"), List.of("flag"), "tok", "img");
    }

    static int[] row(int image, int view) {
        CounterRandom random = CounterRandom.of(image, "tokens of view " + view);
        return IntStream.range(0, GRID.cells())
                .map(cell -> random.integer(VOCABULARY, cell))
                .toArray();
    }

    static TokenShards tokens(Path directory, int count) throws IOException {
        TokenShardsWriter writer = TokenShardsWriter.create(directory, tokenSet(), 4);
        for (int image = 0; image < count; image++) {
            writer.add(new int[][] {row(image, 0), row(image, 1)}, image % 3, image / 2, "image " + image + ".png");
        }
        return writer.finish();
    }

    static OrderSet orderSet(TokenShards tokens, String measure) {
        return new OrderSet(
                measure, 0, 1, false, "model", tokens.fingerprint(), tokens.grid(), tokens.count(), Map.of("k", "4"));
    }
}
