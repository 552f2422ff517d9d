package dev.oar.cli;

import dev.oar.check.DataCheck;
import dev.oar.check.DataReport;
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
                    + " wrong, this machine is probed for about 20 seconds to say what training would cost on it, by the recipe or, without one, as by"
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

    @Option(
            names = "--as",
            paramLabel = "LAYOUT",
            description = "How it lies there: folder, imagenet, fashion-products or celeba-hq (default: recognised).")
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
        return DataCheck.open(RecipeReader.read(path, Recipe.class).data(), baseDirectory());
    }

    private boolean isRecipe() {
        String name = path.toString().toLowerCase(Locale.ROOT);
        return (name.endsWith(".yaml") || name.endsWith(".yml")) && !Files.isDirectory(path);
    }

    /** What relative paths in the recipe start from. */
    private Path baseDirectory() {
        Path parent = path.toAbsolutePath().getParent();
        return parent == null ? path : parent;
    }

    private DataReport checked(DataCheck check) throws IOException {
        // Standard output is the document's alone.
        try (ProgressView progress =
                json && !terminal.interactive() ? new ProgressLineView(terminal.err()) : ProgressView.of(terminal)) {
            DataReport report = check.check(quick, (images, all) -> {
                interruption.check();
                progress.show(quick ? "reading headers" : "decoding", images, all, "");
            });
            if (quick || withoutCost || !report.failures().isEmpty()) {
                return report;
            }
            Recipe recipe =
                    isRecipe() ? RecipeReader.read(path, Recipe.class) : DataCost.recipe(home, path, check.config());
            return report.withCost(DataCost.of(recipe, baseDirectory(), interruption, progress));
        }
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
