package dev.oar.cli;

import dev.oar.config.RecipeReader;
import dev.oar.data.ImageFolder;
import dev.oar.data.ImageFolderConfig;
import dev.oar.data.WebDatasetExport;
import dev.oar.data.WebDatasetWriter;
import dev.oar.parquet.ParquetColumns;
import dev.oar.parquet.ParquetImages;
import dev.oar.pipeline.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a data set in another layout. */
@Command(
        name = "export",
        sortOptions = false,
        description = {
            "Writes the images of a data set as WebDataset shards, tars of images and what is said of them.",
            "",
            "Image files stay as they are. 'data: {layout: {kind: webdataset}}' in a recipe reads the shards as the same set: images,"
                    + " classes, captions, families, attributes, and what is trained on and tested. Equal sets make equal"
                    + " shards.",
            "",
            "Parquet files, as the Hugging Face hub has data sets, become shards in the same way; files named for train and for"
                    + " test or validation are the split."
        })
final class DataExportCommand implements Callable<Integer> {
    private static final double MEGABYTE = 1e6;

    /** Layouts that are written. */
    private enum Target {
        WEBDATASET
    }

    private final Terminal terminal;
    private final Interruption interruption;

    @Parameters(
            paramLabel = "RECIPE|PATH",
            description =
                    "A recipe (.yaml), whose data is written, or a folder, zip or tar of images, or .parquet files.")
    private Path source = Path.of("");

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Where the shards go; a new or empty folder.")
    private Path out = Path.of("");

    @Option(names = "--as", required = true, paramLabel = "LAYOUT", description = "webdataset: how they are written.")
    private @Nullable Target target;

    @Option(
            names = "--shard-images",
            paramLabel = "N",
            defaultValue = "" + WebDatasetExport.USUAL_SHARD_IMAGES,
            description = "How many images a shard holds at most (default: ${DEFAULT-VALUE}).")
    private int shardImages = WebDatasetExport.USUAL_SHARD_IMAGES;

    @Option(
            names = "--image-column",
            paramLabel = "NAME",
            description = "The column of parquet files that holds images (default: the only one of bytes).")
    private Optional<String> imageColumn = Optional.empty();

    @Option(
            names = "--class-column",
            paramLabel = "NAME",
            description =
                    "The column of parquet files that holds classes (default: label, class or fine_label, if there).")
    private Optional<String> classColumn = Optional.empty();

    @Option(
            names = "--caption-column",
            paramLabel = "NAME",
            description =
                    "The column of parquet files that holds captions (default: caption, text or prompt, if there).")
    private Optional<String> captionColumn = Optional.empty();

    DataExportCommand(Terminal terminal, Interruption interruption) {
        this.terminal = terminal;
        this.interruption = interruption;
    }

    @Override
    public Integer call() throws IOException {
        ParquetColumns.Named named = new ParquetColumns.Named(imageColumn, classColumn, captionColumn);
        if (ParquetImages.isParquet(source)) {
            exportParquet(ParquetImages.open(source, named));
            return 0;
        }
        if (!named.equals(ParquetColumns.Named.NONE)) {
            throw new IllegalArgumentException(
                    "--image-column, --class-column and --caption-column name columns of parquet" + " files, but "
                            + source + " has none; name columns of tables in a recipe");
        }
        try (ImageFolder images = open();
                ProgressView progress = ProgressView.of(terminal)) {
            images.notes().forEach(progress::note);
            int count = images.images().size();
            WebDatasetWriter.Written written = WebDatasetExport.write(images, out, shardImages, done -> {
                interruption.check();
                progress.show("exporting", done, count, "");
            });
            progress.note(String.format(
                    Locale.ROOT,
                    "wrote %d images for training and %d for testing, in %d classes, to %d shards, %.1f MB: %s",
                    images.trainIndices().length,
                    images.testIndices().length,
                    images.classes().size(),
                    written.shards(),
                    written.bytes() / MEGABYTE,
                    out));
        }
        return 0;
    }

    private void exportParquet(ParquetImages images) throws IOException {
        ParquetColumns columns = images.columns();
        try (ProgressView progress = ProgressView.of(terminal)) {
            progress.note("images are in column '" + columns.image() + "', classes "
                    + columns.className().map(name -> "in '" + name + "'").orElse("nowhere") + ", captions "
                    + columns.caption().map(name -> "in '" + name + "'").orElse("nowhere"));
            WebDatasetWriter.Written written = images.export(out, shardImages, done -> {
                interruption.check();
                progress.show("exporting", done, images.rows(), "");
            });
            if (images.withoutClass() > 0) {
                progress.note(images.withoutClass() + " rows without a class are left out");
            }
            progress.note(String.format(
                    Locale.ROOT,
                    "wrote %d images to %d shards, %.1f MB: %s",
                    written.images(),
                    written.shards(),
                    written.bytes() / MEGABYTE,
                    out));
        }
    }

    private ImageFolder open() throws IOException {
        String name = source.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            ImageFolderConfig data = RecipeReader.read(source, Recipe.class).data();
            Path base = Optional.ofNullable(source.toAbsolutePath().getParent()).orElse(Path.of(""));
            return ImageFolder.open(data, base);
        }
        // Pixels are not asked for, so that any size will do.
        return ImageFolder.open(ImageFolderConfig.of(source.toString(), 1), Path.of(""));
    }
}
