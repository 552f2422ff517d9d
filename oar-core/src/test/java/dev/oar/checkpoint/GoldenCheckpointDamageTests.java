package dev.oar.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.checkpoint.FileAnatomy.Part;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each checkpoint among the reference numbers, mutated a thousand times: it is read or refused in one sentence that names the
 * file, in bounded memory, and nothing native is left. The seed of a failure gives its mutation again
 * ({@link CheckpointMutations#of}), and the mutated file is kept. {@code -Doar.mutations=100000} tries more.
 */
@ExtendWith(NativeMemory.class)
class GoldenCheckpointDamageTests {
    private static final int MUTATIONS = Integer.getInteger("oar.mutations", 1000);

    /** Far above what any load takes; only a load that never ends takes longer. */
    private static final long SECONDS = 20;

    /** Heap for one load: fixed buffers, objects per byte of the structure, and a few copies of what claims to be structure. */
    private static final long HEAP = 4 << 20;

    private static final long HEAP_PER_STRUCTURE_BYTE = 100;
    private static final long HEAP_PER_BYTE = 3;

    /** Larger files are read whole in a share of their mutations, so that all files take about the same time. */
    private static final int READ_WHOLE = 1 << 18;

    private static final Pattern SENTENCE = Pattern.compile("[^\\p{Cntrl}\\u2028\\u2029]{20,900}");

    @TempDir
    Path directory;

    static List<Path> checkpoints() {
        return Golden.files(Pattern.compile(".*\\.(?:safetensors|pt|pth|bin)"));
    }

    @Test
    void checkpointsOfEveryFormatAreMutatedInAllTheirParts() throws IOException {
        Map<Part, Integer> files = new TreeMap<>();
        for (Path checkpoint : checkpoints()) {
            FileAnatomy anatomy = FileAnatomy.of(checkpoint);
            anatomy.parts().keySet().forEach(part -> files.merge(part, 1, Integer::sum));
            if (anatomy.has(Part.HEADER)) {
                int tensors = Safetensors.open(checkpoint).names().size();
                assertThat(new HeaderDamage(anatomy).members())
                        .as("%s", checkpoint)
                        .isBetween(tensors, tensors + 1);
            }
            if (anatomy.has(Part.DIRECTORY)) {
                // A local and a central record of the folder's pickle, version and data at least, and the end.
                assertThat(new PyTorchDamage(anatomy).records())
                        .as("%s", checkpoint)
                        .hasSizeGreaterThan(6);
            }
        }
        assertThat(files.get(Part.HEADER)).isGreaterThanOrEqualTo(20);
        assertThat(files.get(Part.PICKLE)).isGreaterThan(files.get(Part.DIRECTORY));
        assertThat(files.get(Part.DIRECTORY)).isGreaterThanOrEqualTo(3);
        assertThat(files.get(Part.DATA)).isEqualTo(checkpoints().size());
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyMutationOfACheckpointIsReadOrRefusedInOneSentence(Path checkpoint) throws IOException {
        FileAnatomy anatomy = FileAnatomy.of(checkpoint);
        CheckpointMutations mutations = new CheckpointMutations(anatomy);
        int names = checkpoint.getNameCount();
        String name = checkpoint.subpath(names - 2, names).toString().replace('\\', '/');
        Path path = directory.resolve(checkpoint.getFileName().toString());
        Map<String, Integer> outcomes = new TreeMap<>();
        ExecutorService worker = Executors.newSingleThreadExecutor(GoldenCheckpointDamageTests::daemon);
        try (DamagedCopy copy = new DamagedCopy(path, anatomy.bytes())) {
            // The first load of all initialises classes, whose memory is not the file's.
            new LoadTrial(size -> Long.MAX_VALUE).load(path);
            LoadTrial trial = new LoadTrial(
                    size -> HEAP + HEAP_PER_STRUCTURE_BYTE * anatomy.structureBytes() + HEAP_PER_BYTE * size);
            assertThat(trial.load(path)).as("the intact %s", name).isEmpty();
            for (int i = 0; i < MUTATIONS; i++) {
                long seed = 1_000_003L * name.hashCode() + i;
                List<FileEdit> edits = mutations.of(seed);
                copy.apply(edits);
                String refusal;
                try {
                    refusal = inTime(worker, () -> load(trial, path, anatomy.size(), seed));
                } catch (Exception | Error e) {
                    throw failure(name, seed, edits, path, e);
                }
                copy.undo();
                outcomes.merge(refusal.isEmpty() ? "read" : "refused", 1, Integer::sum);
            }
            assertThat(Files.mismatch(checkpoint, path))
                    .as("the mended %s", name)
                    .isEqualTo(-1);
        } finally {
            worker.shutdownNow();
        }
        assertThat(outcomes.getOrDefault("refused", 0))
                .as("%s: %s", name, outcomes)
                .isGreaterThan(MUTATIONS / 4);
        assertThat(outcomes.getOrDefault("read", 0))
                .as("%s: %s", name, outcomes)
                .isGreaterThan(MUTATIONS / 50);
    }

    /** Loads and holds the outcome to the law; the sentence that refused the file, or nothing. */
    private static String load(LoadTrial trial, Path path, int size, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed).split();
        NativeMemory memory = new NativeMemory();
        memory.countBefore();
        String refusal = random.nextInt(size) < READ_WHOLE
                ? trial.load(path)
                : trial.load(path, tensor -> random.nextInt(32) == 0, false);
        memory.requireNothingLeft();
        if (!refusal.isEmpty()) {
            assertThat(refusal)
                    .matches(SENTENCE)
                    .contains(path.toString())
                    .doesNotContain("c10::", "Exception raised from", "java.");
        }
        return refusal;
    }

    private static String inTime(ExecutorService worker, Callable<String> load) throws Exception {
        try {
            return worker.submit(load).get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception exception) {
                throw exception;
            }
            throw new AssertionError(e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("loading must end, but goes on after " + SECONDS + " seconds", e);
        }
    }

    private static AssertionError failure(String name, long seed, List<FileEdit> edits, Path path, Throwable e)
            throws IOException {
        Path kept = Path.of("target", "mutated-" + seed + "-" + path.getFileName());
        Files.copy(path, kept, StandardCopyOption.REPLACE_EXISTING);
        return new AssertionError(name + ", mutation of seed " + seed + ", kept as " + kept + ": " + edits, e);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "load");
        thread.setDaemon(true);
        return thread;
    }
}
