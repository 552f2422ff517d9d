package dev.oar.cli;

import dev.oar.check.DataCheck;
import dev.oar.check.DataReport;
import dev.oar.check.TrainingCost;
import dev.oar.config.RecipeReader;
import dev.oar.data.ResultPlace;
import dev.oar.file.AtomicFile;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.pipeline.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks a set of images before anything is trained on it. */
@Command(
        name = "check",
        sortOptions = false,
        description = {
            "Counts what there is in a set of images and what is wrong with it: classes, captions, sizes, unreadable files, exact and"
                    + " near duplicates, also across train and test. Exit code 1 where a recipe would fail.",
            "",
            "The layout is told by what lies there unless --as or a recipe names it. Every image is decoded, on all CPU cores. Where nothing is"
                    + " wrong, this machine is probed for 20 to 30 seconds to say what training would cost on it, by the recipe or, without one, as by"
                    + " 'oar run --images PATH'."
        })
final class DataCheckCommand implements Callable<Integer> {
    private static final int SHEET_SIZE = 96;

    private final Terminal terminal;
    private final Interruption interruption;
    private final Path home;

    @Parameters(
            paramLabel = "PATH",
            description = "A folder or zip of images, or a recipe (.yaml), whose section data is then checked.")
    private Path path = Path.of("");

    @Mixin
    private CaptionEncoderOptions captionEncoder = new CaptionEncoderOptions();

    @Option(
            names = "--as",
            paramLabel = "LAYOUT",
            description =
                    "How it lies there: folder, imagenet, fashion-products, celeba-hq or webdataset (default: recognised).")
    private @Nullable String layout;

    @Option(
            names = "--quick",
            description =
                    "Read headers alone: no duplicates, damage within an image is not found, and no cost is estimated.")
    private boolean quick;

    @Option(names = "--no-cost", description = "Do not estimate what training would cost.")
    private boolean withoutCost;

    @Option(names = "--json", description = "Print one JSON document instead of text.")
    private boolean json;

    @Option(names = "--sheet", paramLabel = "FILE", description = "Also draw a contact sheet of a sample, a PNG.")
    private @Nullable Path sheet;

    @Option(
            names = "--sheet-images",
            paramLabel = "N",
            defaultValue = "48",
            description = "How many images it shows (default: ${DEFAULT-VALUE}).")
    private int sheetImages = 48;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "0",
            description = "Chooses the sample (default: ${DEFAULT-VALUE}).")
    private long seed;

    DataCheckCommand(Terminal terminal, Interruption interruption, Path home) {
        this.terminal = terminal;
        this.interruption = interruption;
        this.home = home;
    }

    @Override
    public Integer call() throws IOException {
        if (sheetImages < 1) {
            throw new IllegalArgumentException("--sheet-images must be at least 1, but is " + sheetImages);
        }
        if (sheet != null) {
            ResultPlace.requireOutside(sheet, path);
        }
        try (DataCheck check = open()) {
            DataReport report = checked(check);
            if (json) {
                terminal.out().print(report.json());
            } else {
                DataReportText.lines(report).forEach(terminal.out()::println);
            }
            draw(check);
            return report.failures().isEmpty() ? 0 : 1;
        }
    }

    private DataCheck open() throws IOException {
        if (!isRecipe()) {
            return DataCheck.open(path, Optional.ofNullable(layout));
        }
        if (layout != null) {
            throw new IllegalArgumentException("--as names the layout of a folder or zip, but " + path
                    + " is a recipe, which names its own; leave it out");
        }
        return DataCheck.open(RecipeReader.read(path, Recipe.class).data(), CaptionEncoderOptions.folderOf(path));
    }

    private boolean isRecipe() {
        String name = path.toString().toLowerCase(Locale.ROOT);
        return (name.endsWith(".yaml") || name.endsWith(".yml")) && !Files.isDirectory(path);
    }

    private DataReport checked(DataCheck check) throws IOException {
        // Standard output is the document's alone.
        try (ProgressView progress =
                json && !terminal.interactive() ? new ProgressLineView(terminal.err()) : ProgressView.of(terminal)) {
            DataReport report = report(check, progress);
            boolean estimated = !quick && !withoutCost && report.failures().isEmpty();
            return estimated ? report.withCost(cost(check, progress)) : report;
        }
    }

    private DataReport report(DataCheck check, ProgressView progress) throws IOException {
        Optional<Path> recipe = isRecipe() ? Optional.of(path) : Optional.empty();
        try (CaptionEncoderOptions.Opened encoder =
                captionEncoder.open(recipe, new HubProgress(progress, interruption))) {
            return check.check(quick, encoder.limit(), (images, all) -> {
                interruption.check();
                progress.show(quick ? "reading headers" : "decoding", images, all, "");
            });
        }
    }

    /** The cost of the recipe that is checked, of the one that is to be run, or of that of images alone. */
    private TrainingCost cost(DataCheck check, ProgressView progress) throws IOException {
        Optional<Path> file = isRecipe() ? Optional.of(path) : captionEncoder.recipe();
        if (file.isEmpty()) {
            return DataCost.of(DataCost.recipe(home, path, check.config()), path, interruption, progress);
        }
        Recipe recipe = RecipeReader.read(file.get(), Recipe.class);
        Recipe placed = isRecipe() ? recipe : DataCost.on(recipe, path, check.config());
        return DataCost.of(placed, CaptionEncoderOptions.folderOf(file.get()), interruption, progress);
    }

    private void draw(DataCheck check) throws IOException {
        if (sheet == null) {
            return;
        }
        Optional<RgbImage> drawn = check.sheet(sheetImages, SHEET_SIZE, seed);
        if (drawn.isPresent()) {
            AtomicFile.write(sheet, PngFile.encode(drawn.get()));
        }
        if (!json) {
            terminal.out().println(drawn.isPresent() ? "wrote " + sheet : "wrote no sheet: there is no readable image");
        }
    }
}
