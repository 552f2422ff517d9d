package dev.oar.pipeline;

import dev.oar.checkpoint.Checkpoint;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.tensor.TensorScope;
import dev.oar.train.MetricsFile;
import dev.oar.train.TrainingLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of a run that stand under their final names. */
final class RunFiles {
    private RunFiles() {}

    /** The files that must not differ from run to run, by name; of metrics everything but the times. */
    static Map<String, String> contents(Path run) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        for (Path file : files(run)) {
            String name = run.relativize(file).toString();
            if (name.endsWith(TrainingLoop.METRICS)) {
                contents.put(name, untimed(MetricsFile.read(file)));
            } else if (!timed(name) && !name.equals(".lock")) {
                contents.put(name, Fingerprint.ofFile(file));
            }
        }
        return contents;
    }

    /** All files but those under a hidden name, which may not have been written to their end. */
    static List<Path> visible(Path run) throws IOException {
        return files(run).stream()
                .filter(file -> !isHidden(run.relativize(file).toString()))
                .toList();
    }

    /** The folder that a file is in. */
    static Path parent(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent());
    }

    /** Whether a file, or a folder that it is in, has a hidden name. */
    static boolean isHidden(String name) {
        return name.startsWith(".") || name.contains("/.");
    }

    private static List<Path> files(Path run) throws IOException {
        try (Stream<Path> files = Files.walk(run)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** Whether a file tells times, and so differs from run to run. */
    private static boolean timed(String name) {
        return name.endsWith(StageDirectory.MARKER)
                || name.endsWith(StageTime.FILE)
                || name.equals(Pipeline.REPORT)
                || name.equals(Pipeline.PROVENANCE);
    }

    /**
     * Checks that every file under a final name is complete: it equals that of an undisturbed run, or, where that keeps none, can be read
     * to its end.
     *
     * @param whole the contents of an undisturbed run
     * @throws AssertionError that names the file
     */
    static void requireComplete(Path run, Map<String, String> whole) {
        try {
            for (Path file : visible(run)) {
                String name = run.relativize(file).toString();
                try {
                    requireComplete(file, name, whole);
                } catch (IOException | RuntimeException e) {
                    throw new AssertionError(name + " stands under its final name, but cannot be read", e);
                }
            }
        } catch (IOException e) {
            throw new AssertionError("the run cannot be looked at", e);
        }
    }

    private static void requireComplete(Path file, String name, Map<String, String> whole) throws IOException {
        if (name.endsWith(TrainingLoop.METRICS)) {
            MetricsFile.read(file);
        } else if (name.contains("/" + TrainingLoop.CHECKPOINTS + "/")) {
            Checkpoint checkpoint = Checkpoint.open(parent(file));
            for (String group : checkpoint.groups()) {
                TensorScope.run(() -> close(checkpoint, group));
            }
        } else if (timed(name)) {
            String text = Files.readString(file).strip();
            if (!text.endsWith(name.endsWith(".html") ? "</html>" : "}")) {
                throw new AssertionError(name + " stands under its final name, but has no end");
            }
        } else if (!Fingerprint.ofFile(file).equals(whole.get(name))) {
            throw new AssertionError(name + " stands under its final name, but is not the file of an undisturbed run");
        }
    }

    private static void close(Checkpoint checkpoint, String group) {
        try {
            checkpoint.weights(group).close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String untimed(List<MetricsFile.Line> lines) {
        return lines.stream()
                .map(line -> new MetricsFile.Line(
                        line.step(),
                        line.loss(),
                        line.learningRate(),
                        line.gradientNorm(),
                        line.skipped(),
                        line.metrics(),
                        0,
                        0))
                .toList()
                .toString();
    }
}
