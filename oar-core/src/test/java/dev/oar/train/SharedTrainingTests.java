package dev.oar.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.checkpoint.Checkpoint;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.data.TokenShards;
import dev.oar.group.ProcessGroup;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.KeyStore;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.RankProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Trainings by several processes that are connected over loopback. */
@ExtendWith(NativeMemory.class)
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class SharedTrainingTests {
    private static final int STEPS = 20;
    private static final int SECONDS = 90;

    /** How many times a rank is killed; more by {@code -Doar.rank.kills=20}. */
    private static final int KILLS = Integer.getInteger("oar.rank.kills", 1);

    @TempDir
    Path folder;

    private Path tokens;

    @BeforeEach
    void writeTokens() throws IOException {
        tokens = TrainingRank.tokens(folder.resolve("tokens"));
    }

    private List<RankProcess> start(int ranks, int threads, Path directory, int accumulation, int wait)
            throws IOException {
        return RankProcess.start(
                ranks,
                threads,
                folder,
                TrainingRank.class,
                List.of(
                        tokens.toString(),
                        directory.toString(),
                        Integer.toString(STEPS),
                        Integer.toString(accumulation),
                        Integer.toString(wait)));
    }

    private Path trained(int ranks, int threads, int accumulation, String name) throws Exception {
        Path directory = folder.resolve(name);
        endAll(start(ranks, threads, directory, accumulation, 0));
        return directory;
    }

    private Path alone() throws IOException {
        Path directory = folder.resolve("alone");
        TrainingRank.train(
                        TokenShards.open(tokens),
                        directory,
                        TrainingRank.config(STEPS, 1),
                        ProcessGroup.alone(),
                        new TrainingListener() {})
                .close();
        return directory;
    }

    private static void endAll(List<RankProcess> ranks) throws Exception {
        for (RankProcess rank : ranks) {
            assertThat(rank.end(SECONDS)).as(String.join("\n", rank.lines())).isZero();
        }
    }

    private static List<String> fingerprints(Path directory) throws IOException {
        Checkpoint checkpoint =
                Checkpoint.latest(directory.resolve(TrainingLoop.CHECKPOINTS)).orElseThrow();
        assertThat(checkpoint.step()).isEqualTo(STEPS);
        List<String> fingerprints = new ArrayList<>();
        for (String group : checkpoint.groups()) {
            try (Weights weights = checkpoint.weights(group)) {
                fingerprints.add(group + " " + Fingerprint.of(weights));
            }
        }
        return fingerprints;
    }

    /** The largest difference between what two trainings have left. */
    private static double difference(Path directory, Path other) throws IOException {
        double largest = 0;
        Checkpoint one =
                Checkpoint.latest(directory.resolve(TrainingLoop.CHECKPOINTS)).orElseThrow();
        Checkpoint two =
                Checkpoint.latest(other.resolve(TrainingLoop.CHECKPOINTS)).orElseThrow();
        try (Weights left = one.weights("weights");
                Weights right = two.weights("weights")) {
            for (Map.Entry<String, Tensor> tensor : left.asMap().entrySet()) {
                largest = Math.max(
                        largest,
                        TensorScope.compute(() -> Tensors.doubles(tensor.getValue()
                                .sub(right.get(tensor.getKey()))
                                .abs()
                                .max())[0]));
            }
        }
        return largest;
    }

    @Test
    void ranksTogetherGiveTheWeightsOfOneProcessOnTheSameBatches() throws Exception {
        Path alone = alone();
        assertThat(difference(alone, trained(4, 1, 1, "four"))).as("4 ranks").isLessThan(1e-6);
        assertThat(difference(alone, trained(2, 2, 3, "two")))
                .as("2 ranks of 2 threads, in parts")
                .isLessThan(1e-6);
        assertThat(MetricsFile.read(folder.resolve("two").resolve(TrainingLoop.METRICS)))
                .as("lines of rank 0 alone")
                .hasSize(STEPS);
    }

    @Test
    void aRankThatIsKilledEndsTheOthersAndTheSameCommandGivesTheWeightsOfAnUninterruptedTraining() throws Exception {
        List<String> whole = fingerprints(trained(2, 1, 1, "whole"));
        for (int trial = 0; trial < KILLS; trial++) {
            CounterRandom random = CounterRandom.of(trial, "kill of a rank");
            int victim = random.integer(2, 0);
            int line = 2 + random.integer(STEPS - 4, 1);
            String what = "seed " + trial + ", rank " + victim + " at its step " + line;
            Path directory = folder.resolve("killed-" + trial);
            List<RankProcess> ranks = start(2, 1, directory, 1, 30);
            RankProcess lost = ranks.get(victim);
            for (int i = 0; i < line; i++) {
                assertThat(lost.next()).as(what).startsWith("step");
            }
            lost.kill();
            RankProcess other = ranks.get(1 - victim);
            assertThat(other.end(ProcessGroup.SECONDS_UNTIL_LOST))
                    .as("%s: %s", what, other.lines())
                    .isEqualTo(TrainingRank.REFUSED);
            assertThat(other.lines().get(other.lines().size() - 1))
                    .as(what)
                    .startsWith(TrainingRank.REFUSAL + "rank " + victim + " of 2 was lost (");
            endAll(start(2, 1, directory, 1, 0));
            assertThat(fingerprints(directory)).as(what).isEqualTo(whole);
            lost.close();
        }
    }

    /** With rank 0 the store is lost, and that is how it is seen; not so where another process keeps the store, as torchrun's agent does. */
    @Test
    void aLostRank0IsNamedAlsoWhereAnotherProcessKeepsTheStore() throws Exception {
        int port = RankProcess.freePort();
        try (KeyStore agent = KeyStore.open("127.0.0.1", port, true, Duration.ofSeconds(10))) {
            List<RankProcess> ranks = new ArrayList<>();
            for (int rank = 0; rank < 2; rank++) {
                Map<String, String> environment = Map.of(
                        "RANK", Integer.toString(rank),
                        "WORLD_SIZE", "2",
                        "MASTER_ADDR", "127.0.0.1",
                        "MASTER_PORT", Integer.toString(port),
                        "TORCHELASTIC_USE_AGENT_STORE", "True");
                ranks.add(RankProcess.start(
                        List.of(),
                        environment,
                        1,
                        folder,
                        TrainingRank.class,
                        List.of(tokens.toString(), folder.resolve("agent").toString(), "200", "1", "30")));
            }
            assertThat(ranks.get(0).next()).startsWith("step 1 ");
            ranks.get(0).kill();
            RankProcess other = ranks.get(1);
            assertThat(other.end(ProcessGroup.SECONDS_UNTIL_LOST))
                    .as(String.join("\n", other.lines()))
                    .isEqualTo(TrainingRank.REFUSED);
            assertThat(other.lines().get(other.lines().size() - 1))
                    .startsWith(TrainingRank.REFUSAL + "rank 0 of 2 was lost (it has given no sign of life for ");
            assertThat(agent.get("anything")).isEmpty();
        }
    }

    @Test
    void anotherNumberOfRanksGoesOnWithTheSameBatchesAndSaysWhatDiffers() throws Exception {
        Path changed = folder.resolve("changed");
        for (Future<List<String>> rank : inThreads(2, changed, STEPS / 2)) {
            assertThat(rank.get()).isEmpty();
        }
        List<Future<List<String>>> three = inThreads(3, changed, STEPS);
        for (Future<List<String>> rank : three) {
            assertThat(rank.get())
                    .singleElement(InstanceOfAssertFactories.STRING)
                    .isEqualTo("training goes on from step 10 with 3 processes instead of 2: batches stay the same, but"
                            + " gradients are added up in another sequence, so that weights differ in their last bits from"
                            + " those of a training that had not changed");
        }
        assertThat(difference(alone(), changed)).isLessThan(1e-6);
    }

    /** What ranks that train for so many steps say when they begin. */
    private List<Future<List<String>>> inThreads(int ranks, Path directory, int steps) throws IOException {
        return RankProcess.threads(ranks, group -> {
            List<String> notes = new ArrayList<>();
            TrainingRank.train(
                            TokenShards.open(tokens),
                            directory,
                            TrainingRank.config(steps, 1),
                            group,
                            new TrainingListener() {
                                @Override
                                public void onNote(String line) {
                                    notes.add(line);
                                }
                            })
                    .close();
            return notes;
        });
    }
}
