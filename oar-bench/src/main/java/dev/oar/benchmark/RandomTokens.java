package dev.oar.benchmark;

import dev.oar.data.Split;
import dev.oar.data.TokenSet;
import dev.oar.data.TokenShards;
import dev.oar.data.TokenShardsWriter;
import dev.oar.model.TokenSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Token shards made for a benchmark. */
final class RandomTokens {
    private RandomTokens() {}

    /**
     * Writes tokens as shards, one class after the other.
     *
     * @param tokens {@code [images][cells]}
     */
    static TokenShards write(Path directory, TokenSpace space, int[][] tokens) throws IOException {
        List<String> classes = IntStream.range(0, space.classCount())
                .mapToObj(number -> "class " + number)
                .toList();
        TokenShardsWriter writer = TokenShardsWriter.create(
                directory,
                new TokenSet(
                        Split.TRAIN,
                        space.grid(),
                        space.vocabularySize(),
                        1,
                        classes,
                        List.of(),
                        "no tokenizer",
                        "no images"));
        for (int image = 0; image < tokens.length; image++) {
            writer.add(new int[][] {tokens[image]}, image % space.classCount(), image, Integer.toString(image));
        }
        return writer.finish();
    }
}
