package dev.oar.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.jerolba.carpet.CarpetWriter;
import dev.oar.data.ImageEntry;
import dev.oar.data.ImageFolder;
import dev.oar.data.ImageFolderConfig;
import dev.oar.data.WebDatasetWriter;
import dev.oar.file.CorruptFileException;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.layout.WebDatasetLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parquet files as Hugging Face's library writes them, to shards that a recipe reads. */
class ParquetImagesTests {
    private static final Map<String, String> LABELS = Map.of(
            "huggingface",
            "{\"info\": {\"features\": {\"label\": {\"names\": [\"zebra\", \"ant\"], \"_type\": \"ClassLabel\"}}}}");

    @TempDir
    private Path folder;

    /** An image as the hub's files have it. */
    record HubImage(@Nullable Binary bytes, @Nullable String path) {}

    /** A row as the hub's files have it. */
    record Row(
            @Nullable HubImage image,
            @Nullable Long label,
            @Nullable String text,
            int year) {}

    /** A row of a set whose classes are words. */
    record Named(HubImage picture, String kind) {}

    @Test
    void imagesClassesCaptionsAndSplitArriveInTheShards() throws IOException {
        write("data/train-00000-of-00002.parquet", Row.class, LABELS, row(1, 0L, " a zebra "), row(2, 1L, "an ant"));
        write("data/train-00001-of-00002.parquet", Row.class, LABELS, row(3, 1L, "another"), row(4, -1L, "unknown"));
        write("data/test-00000-of-00001.parquet", Row.class, LABELS, row(5, 0L, "tested"), row(6, null, "unknown"));
        ParquetImages images = ParquetImages.open(folder.resolve("data"), ParquetColumns.Named.NONE);
        assertThat(images.columns()).isEqualTo(new ParquetColumns("image", Optional.of("label"), Optional.of("text")));
        assertThat(images.rows()).isEqualTo(6);
        WebDatasetWriter.Written written = images.export(folder.resolve("out"), 2, done -> {});

        assertThat(written.images()).isEqualTo(4);
        assertThat(written.shards()).isEqualTo(3);
        assertThat(images.withoutClass()).isEqualTo(2);
        ImageFolderConfig config =
                ImageFolderConfig.of(folder.resolve("out").toString(), 4).withLayout(new WebDatasetLayout());
        try (ImageFolder read = ImageFolder.open(config, folder)) {
            assertThat(read.classes()).containsExactly("ant", "zebra");
            assertThat(read.images().stream().map(ImageEntry::caption))
                    .containsExactlyInAnyOrder("a zebra", "an ant", "another", "tested");
            assertThat(read.testIndices()).hasSize(1);
            ImageEntry tested = read.images().get(read.testIndices()[0]);
            assertThat(tested.caption()).isEqualTo("tested");
            assertThat(read.classes().get(tested.classIndex())).isEqualTo("zebra");
            assertThat(read.pixels(read.testIndices()[0]).rgb())
                    .isEqualTo(picture(5).rgb());
        }
    }

    @Test
    void columnsOfOtherNamesAreFoundByTypeOrNamed() throws IOException {
        write("set.parquet", Named.class, Map.of(), new Named(image(1), "sun"), new Named(image(2), "moon"));
        Path file = folder.resolve("set.parquet");
        assertThat(ParquetImages.open(file, ParquetColumns.Named.NONE).columns())
                .isEqualTo(new ParquetColumns("picture", Optional.empty(), Optional.empty()));
        ParquetColumns.Named named =
                new ParquetColumns.Named(Optional.of("picture"), Optional.of("kind"), Optional.empty());
        ParquetImages.open(file, named).export(folder.resolve("out"), 10, done -> {});
        ImageFolderConfig config =
                ImageFolderConfig.of(folder.resolve("out").toString(), 4).withLayout(new WebDatasetLayout());
        try (ImageFolder read = ImageFolder.open(config, folder)) {
            assertThat(read.classes()).containsExactly("moon", "sun");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParquetImages.open(
                        file, new ParquetColumns.Named(Optional.of("kind"), Optional.empty(), Optional.empty())))
                .withMessageContaining("--image-column names a column of bytes of images, but 'kind' is none")
                .withMessageContaining("name one of [picture]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParquetImages.open(
                        file, new ParquetColumns.Named(Optional.empty(), Optional.of("knid"), Optional.empty())))
                .withMessageContaining("--class-column names a column of words or numbers, but 'knid' is none");
    }

    @Test
    void rowsWithoutBytesOrWithOtherBytesAreRefusedByTheirNumberAndNothingIsLeft() throws IOException {
        write("a.parquet", Row.class, LABELS, row(1, 0L, "x"), new Row(new HubImage(null, "/etc/passwd"), 0L, "x", 1));
        refused("a.parquet", "row 2 of a.parquet has none; files that it names elsewhere are not read");
        HubImage text = new HubImage(Binary.fromConstantByteArray(new byte[] {1, 2, 3}), "x.png");
        write("b.parquet", Row.class, LABELS, new Row(text, 0L, "x", 1));
        refused("b.parquet", "row 1 of b.parquet: ");
        write("c.parquet", Row.class, LABELS, row(1, 2L, "x"));
        refused("c.parquet", "the classes of c.parquet are numbered below 2, but row 1 has 2");
    }

    @Test
    void damagedFilesOtherColumnsAndFoldersWithoutFilesAreRefused() throws IOException {
        Files.write(folder.resolve("cut.parquet"), new byte[] {80, 65, 82, 49, 0});
        assertRefused("cut.parquet", "must be a whole parquet file, but cannot be read");
        write("two/a.parquet", Row.class, LABELS, row(1, 0L, "x"));
        write("two/b.parquet", Named.class, Map.of(), new Named(image(2), "moon"));
        assertRefused("two", "the files of a set have the same columns");
        Files.createDirectories(folder.resolve("none"));
        assertThat(ParquetImages.isParquet(folder.resolve("none"))).isFalse();
        assertRefused("none", "there must be .parquet files in");
    }

    private void assertRefused(String name, String words) {
        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> ParquetImages.open(folder.resolve(name), ParquetColumns.Named.NONE))
                .withMessageContaining(words);
    }

    private void refused(String name, String words) throws IOException {
        ParquetImages images = ParquetImages.open(folder.resolve(name), ParquetColumns.Named.NONE);
        Path out = folder.resolve("refused");
        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> images.export(out, 10, done -> {}))
                .withMessageContaining(words);
        assertThat(out).doesNotExist();
    }

    private static Row row(int seed, @Nullable Long label, String text) {
        return new Row(image(seed), label, text, 2000 + seed);
    }

    private static HubImage image(int seed) {
        return new HubImage(Binary.fromConstantByteArray(PngFile.encode(picture(seed))), seed + ".png");
    }

    private static RgbImage picture(int seed) {
        byte[] rgb = new byte[4 * 4 * 3];
        Arrays.fill(rgb, (byte) (20 * seed));
        return new RgbImage(4, 4, rgb);
    }

    @SafeVarargs
    private <T> void write(String name, Class<T> type, Map<String, String> metadata, T... rows) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        CarpetWriter.Builder<T> builder = new CarpetWriter.Builder<>(Files.newOutputStream(file), type)
                .withCompressionCodec(CompressionCodecName.SNAPPY);
        metadata.forEach(builder::withExtraMetaData);
        try (CarpetWriter<T> writer = builder.build()) {
            writer.write(List.of(rows));
        }
    }
}
