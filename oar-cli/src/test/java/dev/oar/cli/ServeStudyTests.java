package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeStudyTests {
    @TempDir
    private Path folder;

    @Test
    void aServerEitherDrawsOrTakesVotes() {
        String study = folder.resolve("study").toString();
        assertThat(failure("serve")).contains("--model must name what draws, or --study a study");
        assertThat(failure("serve", "--model", "avatars-32", "--study", study))
                .contains("--model and --study are given; leave one out");
        assertThat(failure("serve", "--study", study, "--host", "0.0.0.0")).contains("--token-file");
        assertThat(failure("serve", "--study", study)).contains(study);
    }

    private static String failure(String... arguments) {
        StringWriter err = new StringWriter();
        Terminal terminal =
                new Terminal(new PrintWriter(new StringWriter(), true), new PrintWriter(err, true), false, 80);
        assertThat(Main.run(arguments, terminal, Interruption.none())).isNotZero();
        return err.toString();
    }
}
