package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.jerolba.carpet.CarpetWriter;
import dev.oar.image.Pictures;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From parquet files as the Hugging Face hub has them, over what a check counts, to a drawn image. */
@ExtendWith(NativeMemory.class)
class ParquetRunTests {
    @TempDir
    private Path folder;

    /** An image as the hub's files have it. */
    record HubImage(Binary bytes, String path) {}

    /** A row as the hub's files have it. */
    record Row(HubImage image, Long label, String text) {}

    @Test
    void parquetFilesBecomeShardsThatARunIsMadeOf() throws IOException {
        write("train-00000-of-00001.parquet", 0, 12);
        // A negative label is the hub's word for none.
        write("test-00000-of-00001.parquet", 12, 17, -1);
        Path hub = folder.resolve("hub");
        Path shards = folder.resolve("pictures");
        Session export = new Session();
        assertThat(export.run("data", "export", hub.toString(), "--as", "webdataset", "--out", shards.toString()))
                .as(export.err())
                .isZero();
        assertThat(export.out()).contains("1 rows without a class are left out", "wrote 16 images to 2 shards");

        Session check = new Session();
        assertThat(check.run("data", "check", shards.toString(), "--json", "--no-cost"))
                .as(check.err())
                .isZero();
        JsonNode report = JsonMapper.shared().readTree(check.out());
        assertThat(report.path("layout").asString()).isEqualTo("webdataset");
        assertThat(report.path("images").toString())
                .isEqualTo("{\"listed\":16,\"readable\":16,\"train\":12,\"test\":4,\"own-split\":true}");
        assertThat(report.path("classes").path("count").asInt()).isEqualTo(2);
        assertThat(report.path("classes").path("smallest").toString()).isEqualTo("{\"name\":\"0\",\"images\":8}");
        assertThat(report.path("captions").path("given").asInt()).isEqualTo(16);
        assertThat(report.path("captions").path("distinct").asInt()).isEqualTo(16);

        Path recipe = Files.writeString(
                folder.resolve("tiny.yaml"),
                RunCommandTests.RECIPE.replace("path: pictures", "path: pictures, layout: {kind: webdataset}"));
        Path out = folder.resolve("run");
        Session run = new Session();
        assertThat(run.run("run", recipe.toString(), "--out", out.toString()))
                .as(run.err())
                .isZero();
        Path drawn = folder.resolve("drawn");
        Session session = Session.drawing("generate", out.resolve("model"), drawn, "--class", "1", "--order", "random");
        assertThat(session.err()).isEmpty();
        try (Stream<Path> files = Files.list(drawn)) {
            assertThat(files.map(Path::toString)).anyMatch(name -> name.endsWith(".png"));
        }
    }

    private void write(String name, int from, int to, long... further) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (int i = from; i < to; i++) {
            long label = i < to - further.length ? i % 2 : further[i - to + further.length];
            byte[] image = Pictures.encoded(Pictures.noise(9, 8, i), i % 2 == 0 ? "png" : "jpg");
            rows.add(new Row(new HubImage(Binary.fromConstantByteArray(image), i + ".png"), label, "picture " + i));
        }
        Path file = folder.resolve("hub").resolve(name);
        Files.createDirectories(file.getParent());
        try (CarpetWriter<Row> writer = new CarpetWriter<>(Files.newOutputStream(file), Row.class)) {
            writer.write(rows);
        }
    }
}
