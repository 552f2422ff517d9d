package dev.oar.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An executor that is killed costs the piece that it was making, and nothing else. */
class KilledExecutorTests {
    private static final int PIECES = 7;

    @TempDir
    private Path folder;

    @Test
    void whenAnExecutorIsKilledItsPieceAloneIsMadeAgainAndTheOrdersAreTheSame() throws Exception {
        Cluster.model(folder);
        Cluster.images(folder, 64);
        // one.
        Path recipe = Cluster.recipe(folder, "{batch-size: 2, images-per-shard: 16}");
        Commands.run(Optional.empty(), "extract", recipe, folder.resolve("alone"));
        try (SparkMakers makers = new SparkMakers(Cluster.settings(), note -> {})) {
            // The executors are up before the job begins in which one is killed.
            Commands.run(Optional.of(makers), "tokenize", recipe, folder.resolve("spark"));
            CompletableFuture<ProcessHandle> killed = CompletableFuture.supplyAsync(this::killOneWhenAPieceIsThere);
            Commands.run(Optional.of(makers), "extract", recipe, folder.resolve("spark"));
            assertThat(killed.get(1, TimeUnit.SECONDS).isAlive()).isFalse();
            Map<Integer, Integer> attempts = makers.attempts("orders of train images");
            assertThat(attempts).hasSize(PIECES);
            assertThat(attempts.values().stream().mapToInt(Integer::intValue).sum())
                    .as("attempts at pieces: %s", attempts)
                    .isLessThanOrEqualTo(PIECES + 1);
        }
        assertThat(Cluster.contents(folder.resolve("spark/stages")))
                .isEqualTo(Cluster.contents(folder.resolve("alone/stages")))
                .hasSizeGreaterThan(PIECES);
        assertThat(folder.resolve("spark/pieces")).doesNotExist();
    }

    /** Kills an executor as soon as a piece of orders is there, of which there are more to come. */
    private ProcessHandle killOneWhenAPieceIsThere() {
        try {
            while (pieces() == 0) {
                Thread.sleep(5);
            }
            ProcessHandle executor = Cluster.executors().get(0);
            executor.destroyForcibly();
            executor.onExit().join();
            return executor;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private long pieces() throws IOException {
        Path pieces = folder.resolve("spark/pieces");
        if (!Files.isDirectory(pieces)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(pieces)) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .count();
        }
    }
}
