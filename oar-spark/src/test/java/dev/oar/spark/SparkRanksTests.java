package dev.oar.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.cli.RankCommand;
import dev.oar.group.RankEnvironment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ranks that executors start train what ranks of a launch train, and are lost as those are. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class SparkRanksTests {
    private static final int RANKS = 2;
    private static final int CHECKPOINT_EVERY = 30;

    /** Options of the processes of ranks, whose starts are most of what these tests take. */
    private static final String JAVA = "JAVA_TOOL_OPTIONS";

    private static final String QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";
    private static final ByteArrayOutputStream OUT = new ByteArrayOutputStream();
    private static final ByteArrayOutputStream ERR = new ByteArrayOutputStream();
    private static final Map<String, String> NOTHING = Map.of();

    @TempDir
    private static Path folder;

    private static SparkRanks ranks;

    @BeforeAll
    static void connect() throws IOException {
        Cluster.model(folder);
        Cluster.images(folder, 24);
        Path recipe = Cluster.recipe(folder, "{batch-size: 4, images-per-shard: 16}");
        String few = "steps: 4, batch-size: 4, learning-rate: 0.001";
        String text = Files.readString(recipe);
        assertThat(text).contains(few);
        // Enough that a rank can be killed in the midst of them.
        Files.writeString(
                recipe,
                text.replace(few, "steps: 120, batch-size: 4, learning-rate: 0.001")
                        .replaceFirst("(?s)(finetuning:.*checkpoint-every: )2", "$1" + CHECKPOINT_EVERY));
        ranks = new SparkRanks(
                Cluster.settings()
                        .set(SparkRanks.RANKS, Integer.toString(RANKS))
                        .set("spark.executorEnv.XDG_CACHE_HOME", System.getProperty("oar.cachedir"))
                        .set("spark.executorEnv." + JAVA, QUICK_START),
                new PrintStream(OUT, true, StandardCharsets.UTF_8),
                new PrintStream(ERR, true, StandardCharsets.UTF_8));
    }

    @AfterAll
    static void disconnect() {
        ranks.close();
    }

    private static List<String> command(String out) {
        return List.of(
                "finetune",
                folder.resolve("recipe.yaml").toString(),
                "--out",
                folder.resolve(out).toString());
    }

    private static String said() {
        return OUT.toString(StandardCharsets.UTF_8) + ERR.toString(StandardCharsets.UTF_8);
    }

    /** One rank is killed when the first checkpoint is there, and the same command goes on to the weights of a launch. */
    @Test
    void theSameCommandGoesOnAfterALostRankToTheWeightsOfALaunch() throws Exception {
        CompletableFuture<Integer> launched = CompletableFuture.supplyAsync(() -> launch("launched"));
        assertThat(launched.get()).isZero();

        CompletableFuture<Void> killed = CompletableFuture.runAsync(() -> killRankAtFirstCheckpoint("spark"));
        int code = ranks.run(command("spark"), NOTHING, List.of(folder));
        killed.get(1, TimeUnit.SECONDS);
        assertThat(code).as(said()).isEqualTo(1);
        assertThat(ERR.toString(StandardCharsets.UTF_8))
                .contains("oar: rank 1 of 2 was lost (")
                .containsPattern("oar: rank 1 of 2 on \\S+ was killed by signal 9 and all others have ended; the same");

        assertThat(ranks.run(command("spark"), NOTHING, List.of(folder)))
                .as(said())
                .isZero();
        assertThat(OUT.toString(StandardCharsets.UTF_8)).contains("with 2 processes");
        assertThat(trained("spark"))
                .isEqualTo(trained("launched"))
                .containsKey("specialised.safetensors")
                .hasSizeGreaterThan(5);
    }

    /** What a training has left, but for the seconds of its steps. */
    private static Map<String, String> trained(String run) throws IOException {
        try (Stream<Path> stages = Files.list(folder.resolve(run).resolve("stages"))) {
            Path finetuning = stages.filter(
                            stage -> stage.getFileName().toString().startsWith("finetuning"))
                    .findFirst()
                    .orElseThrow();
            Map<String, String> contents = Cluster.contents(finetuning);
            contents.remove("metrics.jsonl");
            return contents;
        }
    }

    @Test
    void aFolderThatAnExecutorDoesNotSeeIsToldInOneSentence() {
        Path nowhere = Path.of("/nowhere/runs");
        assertThatThrownBy(() -> ranks.run(command("unseen"), NOTHING, List.of(folder, nowhere)))
                .isInstanceOf(IOException.class)
                .hasMessageMatching("all executors must see /nowhere/runs, but the one on \\S+ does not; [^\\n]+");
        assertThat(folder.resolve("unseen")).doesNotExist();
    }

    /** The processes that {@code oar launch --nproc 2} starts, with nobody to show what they say to. */
    private static int launch(String out) {
        try (ServerSocket socket = new ServerSocket(0)) {
            int port = socket.getLocalPort();
            socket.close();
            List<Process> processes = new ArrayList<>();
            for (int rank = 0; rank < RANKS; rank++) {
                ProcessBuilder builder = RankCommand.process(
                        RankCommand.home(),
                        command(out),
                        1,
                        new RankEnvironment(rank, RANKS, rank, "127.0.0.1", port),
                        Map.of("XDG_CACHE_HOME", System.getProperty("oar.cachedir"), JAVA, QUICK_START));
                // As executors have it, whatever this process has chosen for itself.
                builder.command().replaceAll(word -> word.replaceAll("^-Doar.blas=.*", "-Doar.blas=openblas"));
                builder.redirectErrorStream(true).redirectOutput(Redirect.DISCARD);
                processes.add(builder.start());
            }
            int worst = 0;
            for (Process process : processes) {
                worst = Math.max(worst, process.waitFor());
            }
            return worst;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void killRankAtFirstCheckpoint(String out) {
        try {
            while (!hasCheckpoint(folder.resolve(out))) {
                Thread.sleep(5);
            }
            // Children of executors; the rank is told by its environment, which is read as the command line is.
            Cluster.executors().stream()
                    .flatMap(ProcessHandle::children)
                    .filter(SparkRanksTests::isRankOne)
                    .forEach(ProcessHandle::destroyForcibly);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isRankOne(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/environ"), StandardCharsets.ISO_8859_1)
                    .contains("\0RANK=1\0");
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean hasCheckpoint(Path run) throws IOException {
        if (!Files.isDirectory(run)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(run)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith("step-")
                    && file.toString().contains("finetuning"));
        }
    }
}
