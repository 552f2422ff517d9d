package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.image.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCommandTests {
    @TempDir
    private Path folder;

    @Test
    void theGroupShowsItsCommandsAndTheyHaveTheOptionsOfAll() {
        Session session = new Session();
        assertThat(session.run("data")).isZero();
        assertThat(session.out()).contains("export");
        Session help = new Session();
        assertThat(help.run("data", "export", "--help")).isZero();
        assertThat(help.out()).contains("--shard-images", "--as", "--threads", "--verbose");
    }

    @Test
    void aFolderIsExportedWithItsSplitAndTheCountsArePrinted() throws IOException {
        for (int i = 0; i < 20; i++) {
            Path image =
                    folder.resolve("images").resolve(i % 2 == 0 ? "a" : "b").resolve(i + ".png");
            Files.createDirectories(image.getParent());
            Files.write(image, Pictures.encoded(Pictures.noise(8, 8, i), "png"));
        }
        Path out = folder.resolve("shards");
        Session session = new Session();
        assertThat(session.run(
                        "data",
                        "export",
                        folder.resolve("images").toString(),
                        "--as",
                        "webdataset",
                        "--shard-images",
                        "8",
                        "--out",
                        out.toString()))
                .as(session.err())
                .isZero();
        assertThat(session.out()).contains("wrote 18 images for training and 2 for testing, in 2 classes, to 4 shards");
        try (Stream<Path> shards = Files.list(out)) {
            assertThat(shards.map(shard -> String.valueOf(shard.getFileName())))
                    .containsExactlyInAnyOrder(
                            "train-000000.tar", "train-000001.tar", "train-000002.tar", "test-000000.tar");
        }
        Session again = new Session();
        assertThat(again.run(
                        "data",
                        "export",
                        folder.resolve("images").toString(),
                        "--as",
                        "parquet",
                        "--out",
                        out.toString()))
                .isEqualTo(2);
        assertThat(again.err()).contains("must be one of webdataset, but is 'parquet'");
    }
}
