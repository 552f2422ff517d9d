package dev.oar.cli;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.artifact.ModelManifest;
import dev.oar.config.Kind;
import dev.oar.config.Spelling;
import dev.oar.model.TrainedOrders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists models. */
@Command(name = "models", description = "Lists the bundled models and those in a folder, with their classes.")
final class ModelsCommand implements Callable<Integer> {
    private static final int MOST_NAMES = 100;

    private final Terminal terminal;
    private final BundledModels models;

    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description = "A model folder, a run directory or a folder of model folders to list as well.")
    private @Nullable Path directory;

    @Option(names = "--verify", description = "Also compare every weight file with its recorded hash.")
    private boolean verify;

    ModelsCommand(Terminal terminal, BundledModels models) {
        this.terminal = terminal;
        this.models = models;
    }

    @Override
    public Integer call() throws IOException {
        List<Path> folders = new ArrayList<>(BundledModels.foldersIn(models.directory()));
        if (folders.isEmpty()) {
            terminal.out().println("no bundled models in " + models.directory());
        }
        if (directory != null) {
            List<Path> given = foldersOf(directory);
            if (given.isEmpty()) {
                throw new IllegalArgumentException("a folder given to 'oar models' must hold models, but " + directory
                        + " holds none; name a model folder or a run directory");
            }
            folders.addAll(given);
        }
        for (Path folder : folders) {
            list(ModelFolder.open(folder));
        }
        return 0;
    }

    private static List<Path> foldersOf(Path directory) throws IOException {
        return BundledModels.isModel(directory) ? List.of(directory) : BundledModels.foldersIn(directory);
    }

    private void list(ModelFolder folder) throws IOException {
        ModelManifest manifest = folder.manifest();
        int side = manifest.tokenizer().imageSize();
        terminal.out().println(manifest.name() + "  (" + folder.path() + ")");
        line("about", manifest.description());
        line("licence", manifest.licence());
        if (!manifest.source().isEmpty()) {
            line("source", manifest.source());
        }
        line(
                "model",
                kind(manifest.transformer()) + ", "
                        + millions(manifest.transformer().shapes(manifest.space()))
                        + " million parameters, trained for "
                        + Spelling.word(manifest.transformer().trainedOrders())
                        + (manifest.transformer().trainedOrders() == TrainedOrders.ANY ? " order" : " order only"));
        line(
                "tokenizer",
                kind(manifest.tokenizer()) + ", " + manifest.tokenizer().codebookSize() + " codes, "
                        + millions(manifest.tokenizer().shapes()) + " million parameters");
        line(
                "images",
                side + " x " + side + " pixels, " + manifest.space().grid().height() + " x "
                        + manifest.space().grid().width() + " cells");
        line("arms", folder.arms().stream().map(Arm::label).collect(Collectors.joining(", ")));
        line("draws", folder.drawsFromCaptions() ? "from captions" : "from classes");
        line("classes", classes(manifest.classes()));
        manifest.fingerprints().forEach((file, hash) -> line("sha256", hash + "  " + file));
        if (verify) {
            for (String file : manifest.fingerprints().keySet()) {
                folder.verify(file);
            }
            line("verified", "every weight file has its recorded hash");
        }
    }

    private static String classes(List<String> names) {
        return names.size() <= MOST_NAMES
                ? String.join(", ", names)
                : names.size() + " from " + names.get(0) + " to " + names.get(names.size() - 1);
    }

    private static String kind(Object sizes) {
        Kind kind = sizes.getClass().getAnnotation(Kind.class);
        return kind == null ? sizes.getClass().getSimpleName() : kind.value();
    }

    private static String millions(Map<String, long[]> shapes) {
        long parameters = shapes.values().stream()
                .mapToLong(shape -> Arrays.stream(shape).reduce(1, Math::multiplyExact))
                .sum();
        return String.format(Locale.ROOT, "%.1f", parameters / 1e6);
    }

    private void line(String name, String value) {
        terminal.out().printf("  %-9s %s%n", name, value);
    }
}
