package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.oar.file.CorruptFileException;
import dev.oar.order.TokenGrid;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.NumpyFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Codes in the layouts of public projects. In these tests a token tells its image, row and cell. */
@ExtendWith(NativeMemory.class)
class ExtractedCodesTests {
    private static final int CELLS = 4;
    private static final int VOCABULARY = 1000;

    @TempDir
    private Path folder;

    @TempDir
    private Path shards;

    @Test
    void randarsFoldersAreClassesByTheirNumbersAndTheSecondRowIsTheFlippedImage() throws IOException {
        // As texts, 10 would come before 2.
        Map<String, Integer> images = new TreeMap<>(Map.of("10/7.npy", 1, "2/10.npy", 2, "2/9.npy", 3, "0/0.npy", 4));
        for (Map.Entry<String, Integer> image : images.entrySet()) {
            write(image.getKey(), codes(image.getValue(), 2), 2, CELLS);
        }
        TokenShards shards = read(ExtractedCodes.Layout.RANDAR);
        assertThat(names(shards)).containsExactly("0/0.npy", "2/9.npy", "2/10.npy", "10/7.npy");
        for (int i = 0; i < 4; i++) {
            int image = images.getOrDefault(shards.fileName(i), 0);
            assertThat(shards.classIndex(i)).isEqualTo(new int[] {0, 2, 2, 10}[i]);
            assertThat(shards.tokens(i, 0)).isEqualTo(row(image, 0));
            assertThat(shards.tokens(i, 1)).isEqualTo(row(image, 1));
            assertThat(shards.isFlipped(i, 1)).isTrue();
        }
        assertThat(Arrays.stream(shards.families()).distinct()).hasSize(4);
    }

    @Test
    void ofTenCropsEachStandsWithItsFlipAndTheyAreOneFamily() throws IOException {
        write("1/5.npy", codes(1, 10), 10, CELLS);
        write("3/6.npy", codes(2, 10), 10, CELLS);
        TokenShards shards = read(ExtractedCodes.Layout.RANDAR);
        assertThat(shards.count()).isEqualTo(10);
        for (int i = 0; i < 10; i++) {
            int image = 1 + i / 5;
            assertThat(shards.tokens(i, 0)).isEqualTo(row(image, i % 5));
            assertThat(shards.tokens(i, 1)).isEqualTo(row(image, 5 + i % 5));
            assertThat(shards.family(i)).isEqualTo(i / 5);
            assertThat(shards.classIndex(i)).isEqualTo(i < 5 ? 1 : 3);
        }
        assertThat(shards.fileName(9)).isEqualTo("3/6.npy crop 4");
    }

    @Test
    void llamaGensClassesAreInFilesOfTheirOwn() throws IOException {
        for (int i : new int[] {0, 2, 11}) {
            write("imagenet256_codes/" + i + ".npy", codes(i, 2), 1, 2, CELLS);
            write("imagenet256_labels/" + i + ".npy", new long[] {i / 2}, 1);
        }
        TokenShards shards = read(ExtractedCodes.Layout.LLAMAGEN);
        assertThat(names(shards)).containsExactly("0.npy", "2.npy", "11.npy");
        assertThat(shards.classIndex(2)).isEqualTo(5);
        assertThat(shards.tokens(2, 1)).isEqualTo(row(11, 1));
        String before = shards.set().imagesFingerprint();
        write("imagenet256_labels/2.npy", new long[] {4}, 1);
        assertThat(read(ExtractedCodes.Layout.LLAMAGEN).set().imagesFingerprint())
                .isNotEqualTo(before);

        Files.delete(folder.resolve("imagenet256_labels/2.npy"));
        refused(ExtractedCodes.Layout.LLAMAGEN, "every file of codes has one of its class");
        refused(ExtractedCodes.Layout.RANDAR, "all is called by numbers");
    }

    @Test
    void whatDoesNotFitIsRefusedByItsFile() throws IOException {
        Files.createDirectories(folder.resolve("1"));
        refused(ExtractedCodes.Layout.RANDAR, "there must be codes in");
        write("1/0.npy", codes(1, 3), 3, CELLS);
        refused(ExtractedCodes.Layout.RANDAR, "have 2 or 10 rows of 4, but " + folder.resolve("1/0.npy"));
        write("1/0.npy", codes(1, 2), 1, 2, CELLS);
        refused(ExtractedCodes.Layout.RANDAR, "is of another shape");
        write("1/0.npy", new long[] {1, 2, 3, 4, 5, 6, 7, VOCABULARY}, 2, CELLS);
        refused(ExtractedCodes.Layout.RANDAR, "codes lie in [0, 1000)");
        write("1/0.npy", codes(1, 2), 2, CELLS);
        write("1/00.npy", codes(1, 2), 2, CELLS);
        refused(ExtractedCodes.Layout.RANDAR, "has 0 twice");
        Files.delete(folder.resolve("1/00.npy"));
        write("99/0.npy", codes(1, 2), 2, CELLS);
        refused(ExtractedCodes.Layout.RANDAR, "is 99; take a model of more classes");
        write("99/readme.txt", codes(1, 2), 2, CELLS);
        refused(ExtractedCodes.Layout.RANDAR, "readme.txt is not; take it out");
        refused(ExtractedCodes.Layout.LLAMAGEN, "one folder *_codes beside one *_labels");
    }

    private TokenShards read(ExtractedCodes.Layout layout) throws IOException {
        List<String> classes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            classes.add("class " + i);
        }
        TokenSet set =
                new TokenSet(Split.TRAIN, TokenGrid.square(2), VOCABULARY, 2, classes, List.of(), "tokenizer", "");
        return ExtractedCodes.write(folder, layout, set, shards, done -> {});
    }

    private void refused(ExtractedCodes.Layout layout, String words) {
        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> read(layout))
                .withMessageContaining(words);
    }

    private static List<String> names(TokenShards shards) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < shards.count(); i++) {
            names.add(shards.fileName(i));
        }
        return names;
    }

    private static long[] codes(int image, int rows) {
        return IntStream.range(0, rows)
                .flatMap(row -> Arrays.stream(row(image, row)))
                .asLongStream()
                .toArray();
    }

    private static int[] row(int image, int row) {
        int[] tokens = new int[CELLS];
        Arrays.setAll(tokens, cell -> 50 * image + CELLS * row + cell);
        return tokens;
    }

    private void write(String name, long[] values, int... shape) throws IOException {
        NumpyFiles.write(folder.resolve(name), values, shape);
    }
}
