package dev.oar.cli;

import dev.oar.scene.SceneFolder;
import dev.oar.scene.SceneGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Draws pictures of a known distribution. */
@Command(
        name = "scenes",
        sortOptions = false,
        description = {
            "Draws pictures of a house, a tree, the sun and their shadows by a probabilistic program, so that what every cell"
                    + " tells about the others is known exactly.",
            "",
            "DIR receives PNG files of 32 x 32 pixels, made of tiles of 4 x 4, and metadata.csv with the class (the time of"
                    + " day), a caption, the variables of the scene and the length of the picture's best code in bits:"
                    + " a data set for recipes. 'oar scene-study' measures models of such pictures beside the exact figures."
        })
final class ScenesCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Interruption interruption;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where pictures and table go.")
    private Path out = Path.of("");

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many pictures (default: ${DEFAULT-VALUE}).")
    private int count = 1000;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "0",
            description = "With its number, the seed determines a picture (default: ${DEFAULT-VALUE}).")
    private long seed;

    ScenesCommand(Terminal terminal, Interruption interruption) {
        this.terminal = terminal;
        this.interruption = interruption;
    }

    @Override
    public Integer call() throws IOException {
        SceneGenerator generator = new SceneGenerator();
        try (ProgressView progress = ProgressView.of(terminal)) {
            SceneFolder.write(generator, out, count, seed, done -> {
                interruption.check();
                progress.show("scenes", done, count, "");
            });
        }
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "wrote %d pictures of %d possible scenes to %s%n",
                        count,
                        generator.distribution().scenes(),
                        out);
        return 0;
    }
}
