package dev.oar.spark;

import dev.oar.cli.RankCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkConf;
import picocli.CommandLine.ParseResult;

/**
 * What is submitted to Spark: the {@code oar} command, whose tokens, orders, images and features executors make, or which executors train in
 * ranks.
 */
public final class Main {
    private static final int FAILED = 1;

    private Main() {}

    /** Runs one command and ends the process; Spark's settings are those of the submission. */
    public static void main(String[] arguments) {
        SparkConf settings = new SparkConf();
        if (settings.contains(SparkRanks.RANKS)) {
            System.exit(train(settings, arguments));
        }
        SparkMakers makers = new SparkMakers(settings, System.err::println);
        Runtime.getRuntime().addShutdownHook(new Thread(makers::close, "stop Spark"));
        dev.oar.cli.Main.startWith(makers, arguments);
    }

    private static int train(SparkConf settings, String[] arguments) {
        try (SparkRanks ranks = new SparkRanks(settings, System.out, System.err)) {
            return ranks.run(Arrays.asList(arguments), System.getenv(), needed(arguments));
        } catch (IOException e) {
            System.err.println("oar: " + e.getMessage());
            return FAILED;
        }
    }

    /** What ranks cannot be started without: the folder that paths start from, the launcher and the recipe. */
    private static List<Path> needed(String[] arguments) {
        List<Path> needed = new ArrayList<>(List.of(Path.of("").toAbsolutePath()));
        Path launcher = RankCommand.home().resolve("oar");
        if (Files.isExecutable(launcher)) {
            needed.add(launcher);
        }
        PrintWriter nobody = new PrintWriter(PrintWriter.nullWriter());
        ParseResult parsed = dev.oar.cli.Main.commandLine(nobody, nobody)
                .parseArgs(arguments)
                .subcommand();
        if (parsed.hasMatchedPositional(0)) {
            needed.add(parsed.matchedPositionalValue(0, Path.of("")).toAbsolutePath());
        }
        return needed;
    }
}
