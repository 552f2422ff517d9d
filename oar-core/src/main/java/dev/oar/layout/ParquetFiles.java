package dev.oar.layout;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Parquet files of images, as the Hugging Face hub has them, which are written as shards before they are trained on. */
final class ParquetFiles {
    private static final String ENDING = ".parquet";

    private ParquetFiles() {}

    /**
     * Refuses a set that has no pictures of its own and parquet files in their place.
     *
     * @throws IOException in one sentence that says what to do
     */
    static void requireNone(ImageArchive source) throws IOException {
        List<String> names =
                source.files().keySet().stream().filter(ParquetFiles::isParquet).toList();
        if (!names.isEmpty()) {
            throw refusal(source.path(), "holds " + names.size() + " of them");
        }
    }

    /**
     * Refuses one such file in place of a set.
     *
     * @throws IOException in one sentence that says what to do
     */
    static void requireNot(Path file) throws IOException {
        if (isParquet(String.valueOf(file.getFileName()))) {
            throw refusal(file, "is one of them");
        }
    }

    private static IOException refusal(Path path, String what) {
        return new IOException(
                "parquet files give their rows one after the other, and training takes images in any order,"
                        + " but " + path + " " + what + "; write its images as shards with 'oar data export " + path
                        + " --as webdataset --out SHARDS', and name SHARDS with layout: {kind: webdataset}");
    }

    private static boolean isParquet(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(ENDING);
    }
}
