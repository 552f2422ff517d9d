package dev.oar.cli.extension;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.artifact.ModelFolder;
import dev.oar.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A program adds a command of its own to {@code oar}. */
class OwnCommandTests {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    enum Letters {
        LOWER_CASE,
        UPPER_CASE
    }

    /** Prints the classes of a model. */
    @Command(name = "classes", description = "Prints the classes of a model.")
    static final class ClassesCommand implements Callable<Integer> {
        @Spec
        private @Nullable CommandSpec spec;

        @Option(names = "--model", required = true, paramLabel = "DIR", description = "A model folder.")
        private Path model = Path.of("");

        @Option(names = "--letters", paramLabel = "LETTERS", description = "lower-case or upper-case.")
        private Letters letters = Letters.LOWER_CASE;

        @Override
        public Integer call() throws IOException {
            String classes = String.join(" ", ModelFolder.open(model).manifest().classes());
            PrintWriter printed = spec == null
                    ? new PrintWriter(System.out)
                    : spec.commandLine().getOut();
            printed.println(letters == Letters.UPPER_CASE ? classes.toUpperCase(Locale.ROOT) : classes);
            return 0;
        }
    }

    private int run(String... arguments) {
        return Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true), new ClassesCommand())
                .execute(arguments);
    }

    @Test
    void itRunsAndSpellsEnumerationsAsRecipesDo() {
        assertThat(run("classes", "--model", "../models/noto-emoji-64", "--letters", "upper-case"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).startsWith("ACTIVITIES ANIMALS-NATURE ").hasLineCount(1);
    }

    @Test
    void itStandsInTheHelpAndHasTheOptionsOfAllCommands() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("classes", "Prints the classes of a model.", "generate");
        assertThat(run("classes", "--help")).isZero();
        assertThat(out.toString()).contains("Usage: oar classes", "--letters", "--threads");
    }

    @Test
    void itsFailuresAreOneSentence() {
        assertThat(run("classes", "--model", "nowhere")).isEqualTo(1);
        assertThat(run("classes", "--model", "nowhere", "--letters", "large")).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "oar: a model folder holds model.yaml, but nowhere",
                        "must be one of lower-case, upper-case, but is 'large'")
                .hasLineCount(2);
    }
}
