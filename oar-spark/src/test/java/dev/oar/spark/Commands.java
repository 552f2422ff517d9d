package dev.oar.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;

/** The {@code oar} command, its work done here or by executors. */
final class Commands {
    private Commands() {}

    /** Runs a recipe up to a stage; it must succeed. */
    static void run(Optional<SparkMakers> makers, String stage, Path recipe, Path out) {
        run(makers, stage, recipe.toString(), "--out", out.toString());
    }

    /** Runs a command; it must succeed. */
    static void run(Optional<SparkMakers> makers, String... arguments) {
        StringWriter said = new StringWriter();
        assertThat(code(makers, said, arguments)).as(said.toString()).isZero();
    }

    /** Runs a command, which must fail, and returns what it says. */
    static String refusal(SparkMakers makers, String... arguments) {
        StringWriter said = new StringWriter();
        assertThat(code(Optional.of(makers), said, arguments))
                .as(said.toString())
                .isNotZero();
        return said.toString();
    }

    private static int code(Optional<SparkMakers> makers, StringWriter said, String... arguments) {
        PrintWriter err = new PrintWriter(said, true);
        PrintWriter out = new PrintWriter(new StringWriter(), true);
        CommandLine command =
                makers.isPresent() ? Main.commandLine(makers.get(), out, err) : Main.commandLine(out, err);
        return command.execute(arguments);
    }
}
