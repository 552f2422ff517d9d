package dev.oar.cli;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.artifact.ModelManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists models. */
@Command(name = "models", description = "Lists the bundled models and those in a folder, with their classes.")
final class ModelsCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final BundledModels models;

    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description = "A model folder, a run directory or a folder of model folders, listed too.")
    private @Nullable Path directory;

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

    private void list(ModelFolder folder) {
        ModelManifest manifest = folder.manifest();
        int side = manifest.tokenizer().imageSize();
        terminal.out().println(manifest.name() + "  (" + folder.path() + ")");
        line("about", manifest.description());
        line("licence", manifest.licence());
        line(
                "images",
                side + " x " + side + " pixels, " + manifest.space().grid().height() + " x "
                        + manifest.space().grid().width() + " cells");
        line("arms", folder.arms().stream().map(Arm::label).collect(Collectors.joining(", ")));
        line("classes", String.join(", ", manifest.classes()));
    }

    private void line(String name, String value) {
        terminal.out().printf("  %-9s %s%n", name, value);
    }
}
