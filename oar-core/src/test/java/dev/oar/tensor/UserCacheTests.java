package dev.oar.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserCacheTests {
    private static final String KEY = "processor \\ with a backslash\nand = two lines, ä";

    @TempDir
    Path folder;

    private String before;

    @BeforeEach
    void useAFolderOfItsOwn() {
        before = System.getProperty(UserCache.PROPERTY, "");
        System.setProperty(UserCache.PROPERTY, folder.resolve("a/b").toString());
    }

    @AfterEach
    void useTheUsualFolderAgain() {
        if (before.isEmpty()) {
            System.clearProperty(UserCache.PROPERTY);
        } else {
            System.setProperty(UserCache.PROPERTY, before);
        }
    }

    @Test
    void whatWasKeptIsReadBackForThatKeyAlone() throws IOException {
        Map<String, String> values = Map.of("mkl", "1.5e11", "text", "a=b\\c");
        UserCache.write("blas", KEY, values);
        assertThat(UserCache.read("blas", KEY)).contains(values);
        assertThat(UserCache.read("blas", KEY + " ")).isEmpty();
        assertThat(UserCache.read("other", KEY)).isEmpty();
        try (Stream<Path> files = Files.list(folder.resolve("a/b"))) {
            assertThat(files).as("temporary files are gone").hasSize(1);
        }
    }

    @Test
    void aFileOfAnotherMachineUnderTheSameNameCountsAsAbsent() throws IOException {
        UserCache.write("blas", "another machine", Map.of("mkl", "1"));
        Files.move(UserCache.file("blas", "another machine"), UserCache.file("blas", KEY));
        assertThat(UserCache.read("blas", KEY)).isEmpty();
    }

    @Test
    void damagedFilesNeverThrowAndNeverGiveAnotherKeysValues() throws IOException {
        UserCache.write("blas", KEY, Map.of("mkl", "1"));
        Path file = UserCache.file("blas", KEY);
        byte[] whole = Files.readAllBytes(file);
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            byte[] damaged = java.util.Arrays.copyOf(whole, random.nextInt(whole.length + 1));
            for (int i = 0; i < 3 && damaged.length > 0; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            Files.write(file, damaged);
            // Whatever is left: an entry of this key, or none.
            UserCache.read("blas", KEY);
        }
        Files.writeString(file, "key=\\uZZZZ\n");
        assertThat(UserCache.read("blas", KEY)).isEmpty();
    }

    @Test
    void aFolderThatCannotBeMadeIsAnErrorOfWritingAndAbsenceOnReading() throws IOException {
        Files.writeString(folder.resolve("a"), "a file where the folder should be");
        assertThat(UserCache.read("blas", KEY)).isEmpty();
        assertThatThrownBy(() -> UserCache.write("blas", KEY, Map.of("mkl", "1")))
                .isInstanceOf(IOException.class);
    }
}
