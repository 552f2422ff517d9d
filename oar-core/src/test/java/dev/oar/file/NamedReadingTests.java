package dev.oar.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.checkpoint.Fingerprint;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamedReadingTests {
    @TempDir
    Path folder;

    @Test
    void aDirectoryInPlaceOfAFileIsNamedByWhateverReadsIt() {
        Map<String, NamedReading.Read<Object>> readings = Map.of(
                "bytes", () -> NamedReading.bytes(folder),
                "text", () -> NamedReading.text(folder),
                "fingerprint", () -> Fingerprint.ofFile(folder),
                "bounded", () -> BoundedFile.read(folder, 1 << 20, "shorten it"));
        readings.forEach((name, reading) -> assertThatIOException()
                .as(name)
                .isThrownBy(reading::read)
                .withMessage(folder + " must be a file, but is a directory; put the file back, or name it"));
    }

    @Test
    void aFailedReadNamesTheFileOnceAndKeepsTheSystemsWords() throws IOException {
        Path file = Files.write(folder.resolve("weights"), new byte[] {1});
        assertThatIOException()
                .isThrownBy(() -> NamedReading.of(file, () -> {
                    throw new IOException("Input/output error");
                }))
                .withMessage(
                        "reading " + file + " failed (Input/output error); check the disk that it is on, or restore the"
                                + " file, and run again");
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> NamedReading.bytes(missing))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(missing.toString());
        CorruptFileException corrupt = new CorruptFileException("said already");
        assertThatThrownBy(() -> NamedReading.of(file, () -> {
                    throw corrupt;
                }))
                .isSameAs(corrupt);
    }

    @Test
    void whatIsReadIsWhatStandsThere() throws IOException {
        Path file = Files.writeString(folder.resolve("text"), "größer");
        assertThat(NamedReading.text(file)).isEqualTo("größer");
        assertThat(NamedReading.bytes(file)).isEqualTo("größer".getBytes(StandardCharsets.UTF_8));
        Files.write(file, new byte[] {(byte) 0xff});
        assertThatThrownBy(() -> NamedReading.text(file)).isInstanceOf(CharacterCodingException.class);
    }
}
