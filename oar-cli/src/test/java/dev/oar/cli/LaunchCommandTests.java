package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LaunchCommandTests {
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
