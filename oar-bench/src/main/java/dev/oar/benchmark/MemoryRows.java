package dev.oar.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Scanner;

/**
 * How much memory the logits of large grids and codebooks take, as {@link MemoryProcess} measures it: in processes of their own, since
 * memory that an earlier row has given back may still be held, and would hide what a later one takes. There are such rows on Linux
 * alone.
 */
final class MemoryRows implements RowGroup {
    private final ModelShape shape;
    private final int batch;
    private final Target target;

    /** Rows of a transformer of these sizes, {@code batch} images at a time. */
    MemoryRows(ModelShape shape, int batch, Target target) {
        this.shape = shape;
        this.batch = batch;
        this.target = target;
    }

    @Override
    public List<PlannedRow> rows() {
        return List.of(
                row(MemoryProcess.Work.SCORING, "all cells of every image scored by their entropy"),
                row(MemoryProcess.Work.TRAINING, "a step of the training loop, optimizer included"));
    }

    private PlannedRow row(MemoryProcess.Work work, String what) {
        String name = "memory/" + shape.label() + "/batch-" + batch + "/" + work.label();
        return new PlannedRow(name, measured -> measure(name, work, what));
    }

    private Figure measure(String name, MemoryProcess.Work work, String what) throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path result = folder.fresh("memory").resolve("mebibytes");
            String unused = ChildProcess.output(MemoryProcess.command(shape, batch, work, result), List.of());
            try (Scanner numbers = new Scanner(Files.readString(result, StandardCharsets.US_ASCII)).useLocale(Locale.ROOT)) {
                double before = numbers.nextDouble();
                double most = numbers.nextDouble();
                return Figure.of(
                        name,
                        Unit.MEBIBYTES,
                        Spread.of(most - before),
                        String.format(
                                Locale.ROOT,
                                "%s; %d cells, %d codes, width %d; most resident memory of a fresh process %.0f MiB, before %.0f MiB",
                                what,
                                shape.space().cells(),
                                shape.space().vocabularySize(),
                                shape.config().width(),
                                most,
                                before),
                        Optional.of(target));
            }
        }
    }

    @Override
    public void close() {}
}
