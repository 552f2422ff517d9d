package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandardOutputTests {
    @Test
    void whatCanBeWrittenArrivesLineByLine() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StandardOutput output = new StandardOutput(bytes);
        output.writer().println("two words");
        assertThat(bytes.toString()).isEqualTo("two words" + System.lineSeparator());
        assertThat(output.failure()).isEmpty();
    }

    @Test
    void aFailureIsToldWithItsReason() {
        StandardOutput output = failing("No space left on device");
        PrintWriter writer = output.writer();
        writer.println("lost");
        writer.println("lost, too");
        assertThat(output.failure())
                .hasValueSatisfying(sentence -> assertThat(sentence)
                        .startsWith("what the command printed could not be written to standard output")
                        .contains("(No space left on device)")
                        .hasLineCount(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Broken pipe", "The pipe is being closed"})
    void aReaderThatWentAwayIsNoFailure(String reason) {
        StandardOutput output = failing(reason);
        output.writer().println("lost");
        assertThat(output.failure()).isEmpty();
    }

    private static StandardOutput failing(String reason) {
        return new StandardOutput(new OutputStream() {
            @Override
            public void write(int letter) throws IOException {
                throw new IOException(reason);
            }
        });
    }
}
