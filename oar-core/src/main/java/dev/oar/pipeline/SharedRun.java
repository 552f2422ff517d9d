package dev.oar.pipeline;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.group.ProcessGroup;
import dev.oar.tensor.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/** What the processes of a group make sure of before they run a recipe together. */
final class SharedRun {
    private static final String PRESENCE = ".present-";

    /** Network file systems show a new file late. */
    private static final Duration UNTIL_SEEN = Duration.ofSeconds(20);

    private static final long PAUSE = 50_000_000;

    private SharedRun() {}

    /**
     * Checks that all run the same, and would get the same numbers from the same work.
     *
     * @throws IllegalArgumentException on every rank, if one differs from rank 0
     */
    static void requireAlike(ProcessGroup group, Recipe recipe, StageName target, Device device) throws IOException {
        Map<String, String> facts = new LinkedHashMap<>(Environment.alike());
        facts.put("device", device.isHost() ? "CPU" : device.label());
        facts.put("last stage", target.label());
        facts.put("seed", Long.toString(recipe.seed()));
        facts.put(
                "recipe",
                recipe.name() + " ("
                        + Fingerprint.of(RecipeWriter.write(recipe)).substring(0, 12) + ")");
        group.agree(facts);
    }

    /**
     * The recipe with what rank 0 has decided for all.
     *
     * @param recipe that of rank 0 with everything decided; of no account elsewhere
     */
    static Recipe settled(ProcessGroup group, Recipe recipe) throws IOException {
        String text = group.fromFirst(group.isFirst() ? RecipeWriter.write(recipe) : "");
        return group.isFirst() ? recipe : RecipeReader.parse("recipe of rank 0", text, Recipe.class);
    }

    /**
     * Checks that all see what rank 0 writes to the run directory.
     *
     * @throws IOException if this process does not
     */
    static void requireSeen(ProcessGroup group, Path runDirectory) throws IOException {
        requireSeen(group, runDirectory, UNTIL_SEEN);
    }

    /** As the form for runs, with another patience. */
    static void requireSeen(ProcessGroup group, Path runDirectory, Duration untilSeen) throws IOException {
        String name = group.fromFirst(PRESENCE + UUID.randomUUID());
        Path file = runDirectory.resolve(name);
        if (group.isFirst()) {
            Files.createFile(file);
        }
        try {
            group.meet();
            long began = System.nanoTime();
            while (!Files.exists(file)) {
                if (Duration.ofNanos(System.nanoTime() - began).compareTo(untilSeen) > 0) {
                    throw new IOException(
                            "all ranks must see the folder that rank 0 writes to, but rank " + group.rank()
                                    + " does not find its file in " + runDirectory.toAbsolutePath()
                                    + "; give --out a folder of a file system that all machines share, by the same path");
                }
                LockSupport.parkNanos(PAUSE);
            }
            group.meet();
        } finally {
            if (group.isFirst()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
