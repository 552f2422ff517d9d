package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.testing.TinyModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTests {
    @TempDir
    private Path folder;

    @Test
    void aMissingFileToCompareWithIsNamedBeforeAnythingIsMeasured() {
        Session session = new Session();
        assertThat(session.run("bench", "--compare", folder.resolve("none.json").toString()))
                .isEqualTo(1);
        assertThat(session.err())
                .hasLineCount(1)
                .startsWith("oar: --compare must name a file that 'oar bench --json' has written, but there is no ");
        assertThat(session.out()).isEmpty();
    }

    @Test
    void aDamagedFileToCompareWithIsOneSentence() throws IOException {
        Path file = Files.writeString(folder.resolve("damaged.json"), "{\"rows\": [");
        Session session = new Session();
        assertThat(session.run("bench", "--compare", file.toString())).isEqualTo(1);
        assertThat(session.err()).hasLineCount(1).contains("must hold the rows of a benchmark");
        assertThat(session.out()).isEmpty();
    }

    @Test
    void anUnknownPrefixNamesTheRows() throws IOException {
        TinyModelFolder.write(folder.resolve("tiny"));
        Session session = new Session();
        assertThat(session.run("bench", "--model", folder.resolve("tiny").toString(), "--only", "decoding"))
                .isEqualTo(1);
        assertThat(session.err())
                .hasLineCount(1)
                .contains("begins with 'decoding'", "decode/343m/float32/256-steps/batch-1", "extract/tiny/exact");
    }
}
