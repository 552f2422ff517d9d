package dev.oar.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Utf8TextTests {
    @Test
    void aByteOrderMarkIsNoPartOfTheText() throws IOException {
        assertThat(decode("\uFEFFcaf\u00e9\n")).isEqualTo("caf\u00e9\n");
        assertThat(decode("a\uFEFF")).isEqualTo("a\uFEFF");
        assertThat(decode("")).isEmpty();
    }

    @Test
    void otherEncodingsAreRefusedByName() {
        assertThatIOException()
                .isThrownBy(() -> Utf8Text.decode("names.txt", "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1)))
                .withMessage("names.txt must be UTF-8 text, but is not; save it as UTF-8");
        assertThatIOException()
                .isThrownBy(() -> Utf8Text.decode("names.txt", "caf\u00e9".getBytes(StandardCharsets.UTF_16)))
                .withMessage("names.txt must be UTF-8 text, but is UTF-16; save it as UTF-8");
    }

    private static String decode(String text) throws IOException {
        return Utf8Text.decode("names.txt", text.getBytes(StandardCharsets.UTF_8));
    }
}
