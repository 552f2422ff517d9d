package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.group.RankEnvironment;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LaunchCommandTests {
    @TempDir
    private Path folder;

    private final StringWriter errors = new StringWriter();
    private final Terminal terminal =
            new Terminal(new PrintWriter(errors, true), new PrintWriter(errors, true), false, 80);

    private int run(int ranks, String script) throws Exception {
        List<Map<String, String>> variables = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            variables.add(Map.of("RANK", Integer.toString(rank)));
        }
        return new LocalRanks(terminal, Interruption.none()).run(List.of("sh", "-c", script), variables);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void whenAllRanksEndWellTheLaunchDoesAndErrorsBearTheirRank() throws Exception {
        assertThat(run(3, "echo unseen; echo careful >&2; [ $RANK != 0 ] || exec 2>/dev/null"))
                .isZero();
        assertThat(errors.toString())
                .contains("[rank 1] careful", "[rank 2] careful")
                .doesNotContain("unseen");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aRankThatIsKilledIsNamedAndTheOthersEnd() throws Exception {
        assertThat(run(2, "[ $RANK = 0 ] || kill -KILL $$; sleep 1; exit 1")).isEqualTo(1);
        assertThat(errors.toString())
                .contains(
                        "oar: rank 1 of 2 was killed by signal 9 and all others have ended; the same command resumes");
    }

    /** A rank that waits for others is left alone when its starter is killed. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aRankEndsWithTheProcessThatStartedIt() throws Exception {
        Process starter = new ProcessBuilder("sleep", "100").start();
        ProcessBuilder builder = RankCommand.process(
                Path.of("nowhere"),
                List.of("run", "../recipes/quickstart.yaml", "--out", folder.toString()),
                1,
                new RankEnvironment(1, 2, 1, "127.0.0.1", 1),
                Map.of());
        builder.environment().put(Starter.VARIABLE, Long.toString(starter.pid()));
        Process rank = builder.redirectErrorStream(true).start();
        try {
            assertThat(rank.waitFor(3, TimeUnit.SECONDS)).isFalse();
            starter.destroyForcibly();
            assertThat(rank.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(rank.exitValue()).isEqualTo(1);
            assertThat(new String(rank.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("oar: this rank ends because the process that started it has ended");
        } finally {
            starter.destroyForcibly();
            rank.destroyForcibly();
        }
    }

    @Test
    void whatCannotBeLaunchedIsRefusedInOneSentence() {
        Session session = new Session();
        assertThat(session.run("launch", "--nproc", "2", "--", "generate", "--out", "x"))
                .isEqualTo(1);
        assertThat(session.err())
                .startsWith("oar: only commands that train can be launched, but 'generate' is none of them;");
        Session none = new Session();
        assertThat(none.run("launch", "--nproc", "0", "--", "run", "x", "--out", "x"))
                .isEqualTo(1);
        assertThat(none.err()).startsWith("oar: --nproc must be at least 1, but is 0;");
    }
}
