package dev.oar.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoundedFileTests {
    private static final int CENTRAL_ENTRY = 0x02014b50;
    private static final int SIZE_IN_CENTRAL_ENTRY = 24;

    @TempDir
    Path folder;

    @Test
    void whatFitsIsReadWhole() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[] {1, 2, 3});
        assertThat(BoundedFile.read(file, 3, "")).containsExactly(1, 2, 3);
        assertThat(BoundedFile.read(file, 300, "")).containsExactly(1, 2, 3);
        assertThat(BoundedFile.read(Files.write(folder.resolve("empty"), new byte[0]), 0, ""))
                .isEmpty();
    }

    @Test
    void whatIsLargerIsRefusedInOneSentence() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[4]);
        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> BoundedFile.read(file, 3, "write it anew"))
                .withMessage(file + " may have up to 3 bytes, but has 4; write it anew");
    }

    @Test
    void aZipThatUnderstatesAnEntryIsRefusedToo() throws IOException {
        Path zip = folder.resolve("a.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("table"));
            out.write("0123456789".repeat(100).getBytes(StandardCharsets.US_ASCII));
        }
        byte[] bytes = Files.readAllBytes(zip);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int entry = 0;
        while (buffer.getInt(entry) != CENTRAL_ENTRY) {
            entry++;
        }
        buffer.putInt(entry + SIZE_IN_CENTRAL_ENTRY, 5);
        Files.write(zip, bytes);

        try (FileSystem files = FileSystems.newFileSystem(zip)) {
            Path table = files.getPath("table");
            assertThat(Files.size(table)).isEqualTo(5);
            assertThatExceptionOfType(CorruptFileException.class)
                    .isThrownBy(() -> BoundedFile.read(table, 100, "pack it anew"))
                    .withMessageContaining("may have up to 100 bytes, but has more; pack it anew");
        }
    }
}
