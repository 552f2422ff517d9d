package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.image.Pictures;
import dev.oar.layout.DataLayout;
import dev.oar.layout.FolderLayout;
import dev.oar.layout.WebDatasetLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebDatasetExportTests {
    private static final List<String> ATTRIBUTES = List.of("hat", "hair");

    @TempDir
    private Path folder;

    /** What a set says of an image, without the name of its file. */
    private record Said(String bytes, String className, String caption, boolean tested, List<String> attributes) {}

    @Test
    void whatIsWrittenIsReadAsTheSameSet() throws IOException {
        for (long seed = 0; seed < 5; seed++) {
            Path source = folder.resolve("source" + seed);
            write(source, seed);
            Path shards = folder.resolve("shards" + seed);
            try (ImageFolder images = open(source, new FolderLayout())) {
                WebDatasetWriter.Written written = WebDatasetExport.write(images, shards, 7, done -> {});
                int expected = (images.trainIndices().length + 6) / 7 + (images.testIndices().length + 6) / 7;
                assertThat(written.images()).as("seed %d", seed).isEqualTo(40);
                assertThat(written.shards()).as("seed %d", seed).isEqualTo(expected);
                try (ImageFolder read = open(shards, new WebDatasetLayout())) {
                    assertThat(read.classes()).as("seed %d", seed).isEqualTo(images.classes());
                    assertThat(said(read)).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(said(images));
                    assertThat(families(read)).as("seed %d", seed).isEqualTo(families(images));
                    assertThat(read.leftOut().names()).isEmpty();
                }
            }
        }
    }

    @Test
    void equalSetsMakeEqualShardsAndKeysAreNumbersOfImages() throws IOException {
        write(folder.resolve("a"), 1);
        write(folder.resolve("b"), 1);
        for (String name : List.of("a", "b")) {
            try (ImageFolder images = open(folder.resolve(name), new FolderLayout())) {
                WebDatasetExport.write(images, folder.resolve(name + "-shards"), 100, done -> {});
            }
        }
        List<String> shards = files(folder.resolve("a-shards"));
        assertThat(shards).containsExactly("test-000000.tar", "train-000000.tar");
        for (String shard : shards) {
            assertThat(Files.mismatch(
                            folder.resolve("a-shards").resolve(shard),
                            folder.resolve("b-shards").resolve(shard)))
                    .isEqualTo(-1);
        }
        try (ImageFolder images = open(folder.resolve("a"), new FolderLayout());
                ImageFolder read = open(folder.resolve("a-shards"), new WebDatasetLayout())) {
            for (ImageEntry entry : read.images()) {
                String key = entry.fileName().replaceAll(".*/|\\..*", "");
                assertThat(key).hasSize(8);
                ImageEntry former = images.images().get(Integer.parseInt(key));
                assertThat(Files.readAllBytes(entry.path())).isEqualTo(Files.readAllBytes(former.path()));
                // The content tells the format: a PNG file that is called .jpg is written as png.
                assertThat(entry.fileName()).endsWith(".png");
            }
        }
    }

    @Test
    void whatIsInterruptedLeavesNothingAndWhatIsThereIsKept() throws IOException {
        write(folder.resolve("a"), 1);
        Path out = folder.resolve("out");
        try (ImageFolder images = open(folder.resolve("a"), new FolderLayout())) {
            assertThatThrownBy(() -> WebDatasetExport.write(images, out, 5, done -> {
                        if (done == 12) {
                            throw new CancellationException("stop");
                        }
                    }))
                    .isInstanceOf(CancellationException.class);
            assertThat(files(folder)).containsExactly("a");
            Files.createDirectories(out);
            WebDatasetExport.write(images, out, 5, done -> {});
            List<String> before = files(out);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> WebDatasetExport.write(images, out, 5, done -> {}))
                    .withMessageContaining("new or empty folder");
            assertThat(files(out)).isEqualTo(before);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> WebDatasetExport.write(images, folder.resolve("x"), 0, done -> {}))
                    .withMessageContaining("at least 1 image");
        }
    }

    private static List<Said> said(ImageFolder images) throws IOException {
        int[] test = images.testIndices();
        List<Said> said = new ArrayList<>();
        for (int i = 0; i < images.images().size(); i++) {
            ImageEntry image = images.images().get(i);
            int[] values = images.attributes().valuesOf(i);
            List<String> attributes = new ArrayList<>();
            for (int a = 0; a < values.length; a++) {
                attributes.add(images.attributes().attributes().get(a).values().get(values[a]));
            }
            said.add(new Said(
                    HexFormat.of().formatHex(Files.readAllBytes(image.path())),
                    images.classes().get(image.classIndex()),
                    image.caption(),
                    Arrays.binarySearch(test, i) >= 0,
                    attributes));
        }
        return said;
    }

    /** Families as sets of the images' bytes. */
    private static Set<Set<String>> families(ImageFolder images) throws IOException {
        Map<String, Set<String>> families = new TreeMap<>();
        for (ImageEntry image : images.images()) {
            families.computeIfAbsent(image.group(), group -> new HashSet<>())
                    .add(HexFormat.of().formatHex(Files.readAllBytes(image.path())));
        }
        return Set.copyOf(families.values());
    }

    /** 40 images of three classes, some with captions, some in families. */
    private static void write(Path source, long seed) throws IOException {
        Random random = new Random(seed);
        StringBuilder table = new StringBuilder("file_name,class,caption,group,hat,hair\n");
        Files.createDirectories(source);
        for (int i = 0; i < 40; i++) {
            String name = (i * 7 % 40) + (i % 3 == 0 ? ".jpg" : ".png");
            Files.write(source.resolve(name), Pictures.encoded(Pictures.noise(9, 8, (int) (1000 * seed + i)), "png"));
            String caption = random.nextBoolean() ? "\"Gr\u00fcn, \u732b " + i + "\"" : "";
            String group = random.nextInt(3) == 0 ? "g" + random.nextInt(4) : "";
            table.append(String.join(
                            ",",
                            name,
                            List.of("cat", "10", "dog").get(random.nextInt(3)),
                            caption,
                            group,
                            i % 2 == 0 ? "yes" : "no",
                            random.nextBoolean() ? "red" : "blue"))
                    .append('\n');
        }
        Files.writeString(source.resolve("metadata.csv"), table, StandardCharsets.UTF_8);
    }

    private static ImageFolder open(Path path, DataLayout layout) throws IOException {
        ImageFolderConfig config = ImageFolderConfig.of(path.toString(), 8);
        return ImageFolder.open(DataConfigs.withAttributes(config.withLayout(layout), ATTRIBUTES), path);
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }
}
