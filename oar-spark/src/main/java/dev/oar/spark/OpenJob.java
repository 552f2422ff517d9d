package dev.oar.spark;

import dev.oar.piece.PieceFile;
import dev.oar.piece.PieceJob;
import dev.oar.piece.PieceWork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The job that this executor's process has open: one model, loaded once, for one task at a time. */
final class OpenJob {
    private static @Nullable String fingerprint;
    private static @Nullable PieceWork work;

    private OpenJob() {}

    /** Makes a piece and writes it to a file, opening the job if it is not the one that is open. */
    static synchronized void write(PieceTask task, int number, Path file) throws IOException {
        PieceFile.write(file, task.job(), opened(task), number);
    }

    private static PieceWork opened(PieceTask task) throws IOException {
        PieceWork known = work;
        if (known != null) {
            if (task.job().fingerprint().equals(fingerprint)) {
                return known;
            }
            work = null;
            known.close();
        }
        PieceWork opened = job(task).open();
        fingerprint = task.job().fingerprint();
        work = opened;
        return opened;
    }

    /** The job where its inputs are: in place, or in a folder of this process that they are fetched to. */
    private static PieceJob job(PieceTask task) throws IOException {
        SharedFolder inputs = task.inputs();
        if (inputs == null) {
            return task.job();
        }
        Path root = Files.createTempDirectory("oar-inputs");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> deleted(root), "inputs of a job"));
        inputs.fetchAll(root);
        return task.job().under(root);
    }

    private static void deleted(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            List<Path> inside = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : inside) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
