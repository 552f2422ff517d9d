package dev.oar.cli;

import dev.oar.parity.Comparison;
import dev.oar.parity.GoldenCases;
import dev.oar.parity.GoldenFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Compares this implementation with folders of reference numbers. */
@Command(
        name = "golden",
        description = {
            "Compares this implementation with reference numbers of public ones.",
            "",
            "A case is a folder with config.json, which names its kind, settings and tolerances, and files of tensors. Every"
                    + " stored output is compared; the exit code is 1 if anything fails, or if nothing is compared."
        })
final class GoldenCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(arity = "1..*", paramLabel = "DIR", description = "A case, or a folder of cases.")
    private List<Path> directories = List.of();

    GoldenCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        int failed = 0;
        int passed = 0;
        for (Path folder : cases()) {
            terminal.out().println(folder + ":");
            for (Comparison comparison : compare(folder)) {
                terminal.out().println("  " + comparison);
                passed += comparison.passed() ? 1 : 0;
                failed += comparison.passed() ? 0 : 1;
            }
            terminal.out().flush();
        }
        terminal.out().println(passed + " passed, " + failed + " failed");
        return failed == 0 ? 0 : 1;
    }

    /** The comparisons of a case; one that failed if it cannot be compared. */
    private static List<Comparison> compare(Path folder) {
        try {
            return GoldenCases.compare(folder);
        } catch (IOException | IllegalArgumentException e) {
            return List.of(new Comparison(
                    FailureSentences.oneLine(String.valueOf(e.getMessage())),
                    Double.POSITIVE_INFINITY,
                    0,
                    "cannot be compared"));
        }
    }

    private List<Path> cases() throws IOException {
        List<Path> cases = new ArrayList<>();
        for (Path directory : directories) {
            if (!Files.isDirectory(directory)) {
                throw new IllegalArgumentException("'oar golden' takes folders of reference numbers, but " + directory
                        + " is none; correct the path");
            }
            if (Files.exists(directory.resolve(GoldenFolder.CONFIG))) {
                cases.add(directory);
                continue;
            }
            List<Path> inside;
            try (Stream<Path> entries = Files.list(directory)) {
                inside = entries.filter(path -> Files.exists(path.resolve(GoldenFolder.CONFIG)))
                        .sorted()
                        .toList();
            }
            if (inside.isEmpty()) {
                throw new IllegalArgumentException("a case holds " + GoldenFolder.CONFIG + ", but neither " + directory
                        + " nor a folder in it does; name the folder of a case");
            }
            cases.addAll(inside);
        }
        return cases;
    }
}
