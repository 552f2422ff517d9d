package dev.oar.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.oar.group.ProcessGroup;
import dev.oar.group.RankEnvironment;
import dev.oar.tensor.LibTorch;
import dev.oar.testing.RankProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two ranks in network namespaces of their own, which share nothing but a cable. Only root of Linux can make them. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class SeparateHostsTests {
    private static final String FIRST_ADDRESS = "10.213.77.1";
    private static final String SECOND_ADDRESS = "10.213.77.2";
    private static final String LENGTH_OF_NETWORK = "/24";

    private final String host = "oar" + ProcessHandle.current().pid() % 100_000;

    @TempDir
    Path folder;

    @BeforeEach
    void makeHosts() throws Exception {
        LibTorch.load();
        List<List<String>> commands = List.of(
                List.of("netns", "add", host + "a"),
                List.of("netns", "add", host + "b"),
                List.of(
                        "link",
                        "add",
                        host + "x",
                        "netns",
                        host + "a",
                        "type",
                        "veth",
                        "peer",
                        "name",
                        host + "y",
                        "netns",
                        host + "b"),
                List.of("-n", host + "a", "addr", "add", FIRST_ADDRESS + LENGTH_OF_NETWORK, "dev", host + "x"),
                List.of("-n", host + "b", "addr", "add", SECOND_ADDRESS + LENGTH_OF_NETWORK, "dev", host + "y"),
                List.of("-n", host + "a", "link", "set", host + "x", "up"),
                List.of("-n", host + "b", "link", "set", host + "y", "up"),
                List.of("-n", host + "a", "link", "set", "lo", "up"),
                List.of("-n", host + "b", "link", "set", "lo", "up"));
        for (List<String> command : commands) {
            assumeTrue(ip(command), "network namespaces cannot be made here: ip " + String.join(" ", command));
        }
    }

    @AfterEach
    void deleteHosts() throws Exception {
        var unused = ip(List.of("netns", "del", host + "a"));
        unused = ip(List.of("netns", "del", host + "b"));
    }

    private static boolean ip(List<String> arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(arguments);
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void ranksOnTwoHostsTrainTogetherAndEachNamesTheOtherWhenTheCableIsPulled() throws Exception {
        Path tokens = TrainingRank.tokens(folder.resolve("tokens"));
        List<RankProcess> ranks = new ArrayList<>();
        for (int rank = 0; rank < 2; rank++) {
            ranks.add(RankProcess.start(
                    List.of("ip", "netns", "exec", host + (rank == 0 ? "a" : "b")),
                    Map.of(
                            RankEnvironment.RANK,
                            Integer.toString(rank),
                            RankEnvironment.WORLD_SIZE,
                            "2",
                            RankEnvironment.MASTER_ADDRESS,
                            FIRST_ADDRESS,
                            RankEnvironment.MASTER_PORT,
                            "29500"),
                    1,
                    folder,
                    TrainingRank.class,
                    List.of(tokens.toString(), folder.resolve("run").toString(), "10000", "1", "30")));
        }
        for (int step = 1; step <= 10; step++) {
            assertThat(ranks.get(1).next()).as(ranks.get(1).lines().toString()).startsWith("step " + step + " ");
        }
        assertThat(ip(List.of("-n", host + "a", "link", "set", host + "x", "down")))
                .isTrue();
        for (int rank = 0; rank < 2; rank++) {
            RankProcess left = ranks.get(rank);
            assertThat(left.end(ProcessGroup.SECONDS_UNTIL_LOST))
                    .as(left.lines().toString())
                    .isEqualTo(TrainingRank.REFUSED);
            assertThat(left.lines().get(left.lines().size() - 1))
                    .startsWith(TrainingRank.REFUSAL + "rank " + (1 - rank) + " of 2 was lost (");
        }
    }
}
