package dev.oar.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTests {
    @TempDir
    private Path folder;

    @Test
    void aSecondWriterOfTheSameNameDisturbsNoneThatIsUnfinished() throws IOException {
        Path file = folder.resolve("image.png");
        AtomicFile.write(file, channel -> {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2}));
            AtomicFile.write(file, new byte[] {9, 9, 9, 9});
            channel.write(ByteBuffer.wrap(new byte[] {3}));
        });
        assertThat(file).hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(names()).containsExactly("image.png");
    }

    @Test
    void writersAtTheSameTimeAllSucceedAndOneOfTheirFilesStays() throws Exception {
        Path file = folder.resolve("image.png");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Void>> writers = new ArrayList<>();
            for (int writer = 0; writer < 64; writer++) {
                byte[] content = new byte[1000 + writer];
                java.util.Arrays.fill(content, (byte) writer);
                writers.add(() -> {
                    AtomicFile.write(file, content);
                    return null;
                });
            }
            for (Future<Void> written : threads.invokeAll(writers)) {
                written.get();
            }
        } finally {
            threads.shutdownNow();
        }
        byte[] left = Files.readAllBytes(file);
        assertThat(left).hasSize(1000 + left[0]).containsOnly(left[0]);
        assertThat(names()).containsExactly("image.png");
    }

    @Test
    void aFailedWriteLeavesWhatWasThereAndNothingElse() throws IOException {
        Path file = folder.resolve("image.png");
        AtomicFile.write(file, new byte[] {7});
        assertThatIOException()
                .isThrownBy(() -> AtomicFile.write(file, channel -> {
                    channel.write(ByteBuffer.wrap(new byte[] {1, 2}));
                    throw new IOException("the disk is gone");
                }))
                .withMessageContaining("the disk is gone");
        assertThat(file).hasBinaryContent(new byte[] {7});
        assertThat(names()).containsExactly("image.png");
    }

    @Test
    void anEqualFileStaysWithItsTimeAndAnotherOneIsReplaced() throws IOException {
        Path file = folder.resolve("manifest.json");
        AtomicFile.write(file, new byte[] {7, 8});
        FileTime before = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(file, before);
        AtomicFile.write(file, new byte[] {7, 8});
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(before);
        for (byte[] other : List.of(new byte[] {7, 9}, new byte[] {7}, new byte[] {7, 8, 9})) {
            AtomicFile.write(file, other);
            assertThat(file).hasBinaryContent(other);
            assertThat(Files.getLastModifiedTime(file)).isNotEqualTo(before);
        }
        assertThat(names()).containsExactly("manifest.json");
    }

    @Test
    void whatIsWrittenOnceTakesThePlaceOfEqualBytesAlone() throws IOException {
        Path file = folder.resolve("statistics.npz");
        for (int time = 0; time < 2; time++) {
            AtomicFile.writeOnce(file, channel -> channel.write(ByteBuffer.wrap(new byte[] {7, 8})));
            assertThat(file).hasBinaryContent(new byte[] {7, 8});
        }
        for (byte[] other : List.of(new byte[] {7}, new byte[] {7, 9}, new byte[] {7, 8, 9})) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> AtomicFile.writeOnce(file, channel -> channel.write(ByteBuffer.wrap(other))))
                    .withMessageContaining("but " + file + " holds something else; choose another name");
        }
        assertThat(file).hasBinaryContent(new byte[] {7, 8});
        assertThat(names()).containsExactly("statistics.npz");
    }

    @Test
    void errorsNameTheFileThatWasAskedFor() throws IOException {
        Path file = folder.resolve("image.png");
        assertThatIOException()
                .isThrownBy(() -> AtomicFile.write(file, channel -> {
                    try (Stream<Path> files = Files.list(folder)) {
                        Files.delete(files.findFirst().orElseThrow());
                    }
                }))
                .isInstanceOf(NoSuchFileException.class)
                .withMessage(file.toString());
    }

    @Test
    void aNameAsLongAsFileSystemsAllowCanBeWritten() throws IOException {
        Path file = folder.resolve("n".repeat(255));
        AtomicFile.write(file, new byte[] {7});
        assertThat(file).hasBinaryContent(new byte[] {7});
    }

    @Test
    void anUnfinishedFileIsHiddenAndKnownByItsName() {
        Path unfinished = AtomicFile.unfinished(folder.resolve("image.png"));
        assertThat(unfinished.getParent()).isEqualTo(folder);
        assertThat(unfinished.getFileName().toString()).startsWith(".");
        assertThat(AtomicFile.isUnfinished(unfinished)).isTrue();
        assertThat(AtomicFile.isUnfinished(folder.resolve("image.png"))).isFalse();
        assertThat(AtomicFile.unfinished(folder.resolve("image.png"))).isNotEqualTo(unfinished);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
